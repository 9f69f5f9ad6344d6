// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_tokens.hpp"

#include <fmt/format.h>

#include "oauth/scope.hpp"

namespace couplet::server {
namespace {

// Together with a user id of 128 bytes they make a token of less than 2 KB in either format (AT-08).
constexpr std::size_t kLongestIssuer = 150, kLongestAudience = 150, kLongestClientId = 100;
constexpr std::size_t kLongestScopes = 400;

void check_size(ReadSettings& read, const std::string& setting, std::size_t size, std::size_t most) {
  if (size > most)
    read.fault(setting,
               fmt::format("makes access tokens too long: {} characters, {} are allowed", size, most),
               "shorten it (AT-08)");
}

std::size_t joined_size(const std::vector<std::string>& scopes) {
  std::size_t size = 0;
  for (const std::string& scope : scopes) size += scope.size() + 1;
  return size;
}

}  // namespace

void check_token_settings(ReadSettings& read, const std::string& at, const ClientSettings& from,
                          Client& client) {
  const auto format = enum_from_text(kAccessTokenFormats, from.access_token_format);
  if (!format)
    read.fault(at + ".access_token_format",
               "must be \"jwt\" or \"opaque\"; it is \"" + from.access_token_format + "\"",
               "\"jwt\" is the default");
  const auto subject_type = enum_from_text(kSubjectTypes, from.subject);
  if (!subject_type)
    read.fault(at + ".subject", "must be \"public\" or \"pairwise\"; it is \"" + from.subject + "\"",
               "\"public\" is the default");
  if (subject_type == SubjectType::pairwise && read.settings.keys.subject.empty())
    read.fault(at + ".subject", "is \"pairwise\", and there is no key for it",
               "make one with `couplet keys subject`, name it in [keys] subject, and keep it for ever");
  client.access_token_format = format.value_or(AccessTokenFormat::jwt);
  client.subject_type = subject_type.value_or(SubjectType::public_id);
}

void check_token_sizes(ReadSettings& read, const Config& config) {
  const std::string& userinfo_scope = read.settings.server.userinfo_scope;
  if (!userinfo_scope.empty() && (!oauth::is_scope(userinfo_scope) || userinfo_scope.contains(' ')))
    read.fault("server.userinfo_scope", "must be one scope; it is \"" + userinfo_scope + "\"",
               "\"profile\", for example");
  check_size(read, "server.public_url", read.settings.server.public_url.size(), kLongestIssuer);
  for (std::size_t i = 0; i < config.clients.size(); ++i) {
    const std::string at = fmt::format("clients[{}]", i);
    check_size(read, at + ".client_id", config.clients[i].client_id.text().size(), kLongestClientId);
    check_size(read, at + ".scopes", joined_size(config.clients[i].scopes), kLongestScopes);
  }
  for (std::size_t i = 0; i < config.skills.size(); ++i) {
    if (!oauth::is_scope(config.skills[i].audience) || config.skills[i].audience.contains(' '))
      read.fault(fmt::format("skills[{}].audience", i), "must be printable ASCII without spaces and quotes",
                 "a URL of your API, for example");
    check_size(read, fmt::format("skills[{}].audience", i), config.skills[i].audience.size(),
               kLongestAudience);
    check_size(read, fmt::format("skills[{}].scope", i), config.skills[i].scope.size(), kLongestScopes);
  }
}

std::string describe_signing_keys(const Config& config) {
  std::string lines;
  for (const PrivateJwk& key : config.signing_keys)
    lines += fmt::format("signing key {}: {}\n", SigningKey::from_jwk(key)->kid(),
                         lines.empty() ? "signs" : "published, does not sign");
  return lines;
}

}  // namespace couplet::server
