// SPDX-License-Identifier: Apache-2.0
// Fresh authorization codes for scripts that play Alexa against the token endpoint: what the link engine
// mints before it enables a skill, without Amazon. Only for skills at stage development.
#pragma once
#include <string>

#include "server/config/config.hpp"

namespace couplet::server {

struct DevelopmentCodes {
  std::string skill;
  std::string user;
  std::string redirect_uri;  // empty: the skill's first
  std::size_t count = 1;
};

/// Stores the codes in the configured database, also while a server runs on it; answers their text, one a
/// line. Errors: a sentence for the person at the terminal
Result<SecretText, std::string> mint_development_codes(const Config& config, const DevelopmentCodes& wanted,
                                                       const Clock& clock, Random& random);

}  // namespace couplet::server
