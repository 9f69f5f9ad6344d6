// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_callers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/config/config_skills.hpp"

namespace couplet::server {

void add_api_key(ReadSettings& read, std::size_t index, Config& config) {
  const ApiKeySettings& from = read.settings.api_keys[index];
  const std::string at = fmt::format("api_keys[{}]", index);
  ApiKey key{from.name, {}, skill_names(read, config, at + ".skills", from.skills)};
  const auto digest = from_hex(from.sha256);
  if (digest && digest->size() == key.sha256.size())
    std::ranges::copy(*digest, key.sha256.begin());
  else if (read.lines.contains(at + ".sha256"))
    read.fault(at + ".sha256", "is not 64 hex digits", "`couplet api-key new` prints the table to paste");
  config.api_keys.push_back(std::move(key));
}

void add_user_jwt(ReadSettings& read, std::size_t index, const std::string& base_dir, Config& config) {
  const UserJwtSettings& from = read.settings.user_jwts[index];
  const std::string at = fmt::format("user_jwts[{}]", index);
  UserJwtIssuer issuer{from.issuer,
                       from.audience,
                       {},
                       from.user_claim,
                       skill_names(read, config, at + ".skills", from.skills)};
  if (!from.jwks_file.empty()) {
    const auto text = read_secret_reference("file:" + from.jwks_file, base_dir);
    const auto set = text ? JwkSet::from_json(text->reveal())
                          : Result<JwkSet, KeyError>(std::unexpected(KeyError::malformed));
    if (!text)
      read.fault(at + ".jwks_file", text.error(), "save the issuer's JWK set there");
    else if (!set || set->size() == 0)
      read.fault(at + ".jwks_file", "has no ES256 or RS256 public key", "save the issuer's JWK set there");
    else
      issuer.jwks = std::string(text->reveal());
  }
  config.user_jwts.push_back(std::move(issuer));
}

}  // namespace couplet::server
