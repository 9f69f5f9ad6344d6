// SPDX-License-Identifier: Apache-2.0
// A configuration for tests, made without files: one skill, its client, one API key.
#pragma once
#include "server/config/config.hpp"

namespace couplet::server::testing {

inline constexpr std::string_view kApiKey = "cpk_test-key";
inline constexpr std::string_view kPublicUrl = "https://link.example.org";

/// Skill "ride-hailer" with redirect URIs https://link.example.org/link/return/ride-hailer and
/// https://app.example.org/cb; and skill "second-skill", which demands "terms-v1" and which the API key is
/// not for.
[[nodiscard]] inline Config test_config() {
  Config config;
  config.settings.server.public_url = kPublicUrl;
  std::vector<KeyRing::Key> keys;
  keys.push_back({1, MasterKey(std::string(32, 'k'))});
  config.keys = std::make_shared<const KeyRing>(keys);
  config.signing_keys.push_back(SigningKey::generate());
  config.clients.push_back(
      {.client_id = ClientId("alexa"),
       .client_secret_hashes = {},
       .redirect_uris = {"https://link.example.org/link/return/ride-hailer", "https://app.example.org/cb"},
       .scopes = {"rides"}});

  Skill skill;
  skill.name = SkillName("ride-hailer");
  skill.display_name = "Ride Hailer";
  skill.skill_id = SkillId("amzn1.ask.skill.11111111-2222-3333-4444-555555555555");
  skill.asin = "B0RIDE0001";
  skill.alexa_client_id = "amzn1.application-oa2-client.0123";
  skill.alexa_client_secret = AlexaClientSecret(std::string("alexa-secret"));
  skill.client_id = ClientId("alexa");
  skill.redirect_uris = config.clients.front().redirect_uris;
  skill.scope = "rides";
  skill.audience = "https://link.example.org/skills/ride-hailer";
  skill.login_url = "https://app.example.org/alexa/login?lang=en";
  skill.app_return_uri = "ridehailer://alexa";
  config.skills.push_back(skill);
  skill.name = SkillName("second-skill");
  skill.audience = "https://link.example.org/skills/second-skill";
  skill.require = {"terms-v1"};
  config.skills.push_back(skill);

  config.api_keys.push_back({"backend", sha256(kApiKey), {SkillName("ride-hailer")}});
  return config;
}

}  // namespace couplet::server::testing
