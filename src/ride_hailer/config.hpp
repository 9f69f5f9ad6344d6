// SPDX-License-Identifier: Apache-2.0
// Ride Hailer's TOML file. Read once at start; every fault is reported at once.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ride_hailer/couplet_client.hpp"
#include "ride_hailer/own_authorization_routes.hpp"
#include "ride_hailer/sessions.hpp"
#include "ride_hailer/users.hpp"

namespace couplet::ride_hailer {

/// How the skill and the API find out whose a token is.
struct TokenSettings {
  enum class Validation {
    introspection,  // ask Couplet about each token; a revocation holds at once
    jwks,           // look at signature and claims; goes on while Couplet is down
  };
  Validation validation = Validation::introspection;
  std::string issuer;    // as in Couplet's metadata; its public URL
  std::string audience;  // the skill's, as in Couplet's configuration; empty with introspection: any
};

struct Config {
  std::string listen_address = "127.0.0.1";
  std::uint16_t listen_port = 8000;  // 0: any
  std::string base_url;              // as browsers see us; no slash at the end
  SessionKey session_key;            // at least 32 characters
  bool development = false;          // shows the demo users on the sign-in page
  CoupletAccess couplet;
  std::string couplet_ca_file;                            // PEM; empty: the system's
  CallSecret webhook_secret;                              // empty: webhooks are not taken
  std::string skill_id;                                   // Amazon's: amzn1.ask.skill.…
  std::optional<OwnAuthorizationSettings> authorization;  // our own authorization server instead of Couplet's
  TokenSettings tokens;
  std::vector<UserEntry> users;
};

/// "line 7: couplet.url: …"
struct ConfigFault {
  std::string message;
};

/// Shape: secrets are references, "file:PATH" (relative to the configuration's folder) or "env:NAME"
[[nodiscard]] Result<Config, std::vector<ConfigFault>> load_config(const std::string& file);
[[nodiscard]] Result<Config, std::vector<ConfigFault>> parse_config(std::string_view toml_text,
                                                                    const std::string& folder);

[[nodiscard]] bool is_https(std::string_view url);
/// "https://link.example.org:8443" → "link.example.org"
[[nodiscard]] std::string host_of(std::string_view url);

}  // namespace couplet::ride_hailer
