// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_clients.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/config/config_tokens.hpp"
#include "server/config/config_urls.hpp"

namespace couplet::server {
namespace {

// VSCHAR of RFC 6749 appendix A: printable ASCII.
bool is_vschar(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

std::optional<seconds> unless_nought(seconds lifetime) {
  return lifetime == seconds{0} ? std::nullopt : std::optional(lifetime);
}

void check_refresh(ReadSettings& read, const ClientSettings& from, const std::string& at) {
  const auto policy = enum_from_text(kRefreshPolicies, from.refresh_policy);
  if (!policy)
    read.fault(at + ".refresh_policy",
               "must be \"stable\", \"overlap\" or \"strict\"; it is \"" + from.refresh_policy + "\"",
               "\"stable\" for Alexa");
  const auto is_this_client = [&](const SkillSettings& skill) { return skill.client_id == from.client_id; };
  if (policy == RefreshPolicy::strict && std::ranges::any_of(read.settings.skills, is_this_client))
    read.warning(at + ".refresh_policy",
                 "is \"strict\" for a client that a skill names: Alexa loses links to reuse detection",
                 "take \"stable\" or \"overlap\" for Alexa");
}

}  // namespace

void check_redirect_uris(ReadSettings& read, const std::string& at, const std::vector<std::string>& uris) {
  for (const std::string& uri : uris)
    if (const std::string problem = redirect_uri_problem(uri); !problem.empty())
      read.fault(at + ".redirect_uris", "\"" + uri + "\" " + problem,
                 "register exactly what the phone or browser opens");
}

void add_client(ReadSettings& read, std::size_t index, const SecretReader& secret, Config& config) {
  const ClientSettings& from = read.settings.clients[index];
  const std::string at = fmt::format("clients[{}]", index);
  if (from.client_id.starts_with(kAlexaClientPrefix))
    read.fault(at + ".client_id",
               "is the Alexa pair's client id; here belongs the one you typed into the console yourself",
               "move it to alexa_client_id of the skill");
  else if (!is_vschar(from.client_id) && read.lines.contains(at + ".client_id"))
    read.fault(at + ".client_id", "must be printable ASCII", "choose another");
  if (std::ranges::any_of(config.clients,
                          [&](const Client& known) { return known.client_id.text() == from.client_id; }))
    read.fault(at + ".client_id", "\"" + from.client_id + "\" is there twice", "give each client its own");
  if (from.access_token_lifetime - from.access_token_jitter < seconds{360})
    read.fault(at + ".access_token_jitter",
               fmt::format("lifetime {} s less jitter {} s is under the 360 s that Alexa asks for",
                           from.access_token_lifetime.count(), from.access_token_jitter.count()),
               "make the lifetime longer or the jitter smaller");
  if (from.client_secrets.size() > 2)
    read.fault(at + ".client_secrets", "more than two secrets", "keep the new one and the one it replaces");
  check_refresh(read, from, at);
  check_redirect_uris(read, at, from.redirect_uris);

  Client client{
      .client_id = ClientId(from.client_id),
      .client_secret_hashes = {},
      .redirect_uris = from.redirect_uris,
      .scopes = from.scopes,
      .access_token_lifetime = from.access_token_lifetime,
      .access_token_jitter = from.access_token_jitter,
      .authorization_code_lifetime = from.authorization_code_lifetime,
      .refresh_policy = enum_from_text(kRefreshPolicies, from.refresh_policy).value_or(RefreshPolicy::stable),
      .refresh_generations = static_cast<std::uint32_t>(from.refresh_generations),
      .refresh_grace = from.refresh_grace,
      .refresh_token_idle_lifetime = unless_nought(from.refresh_token_idle_lifetime),
      .refresh_token_absolute_lifetime = unless_nought(from.refresh_token_absolute_lifetime),
      .may_introspect = from.may_introspect,
      .enabled = from.enabled,
      .require_pkce = from.require_pkce,
      .tolerate_unasked_code_verifier = from.tolerate_unasked_code_verifier};
  for (const std::string& reference : from.client_secrets) {
    const auto text = secret(at + ".client_secrets", reference);
    if (!text) continue;
    if (text->reveal().size() < 16)
      read.warning(at + ".client_secrets", reference + " is shorter than 16 characters",
                   "`couplet keys client-secret` makes one of 256 bits");
    if (config.keys)
      client.client_secret_hashes.push_back(
          hash_client_secret(*config.keys, client.client_id, ClientSecret(std::string(text->reveal()))));
  }
  check_token_settings(read, at, from, client);
  config.clients.push_back(std::move(client));
}

}  // namespace couplet::server
