// SPDX-License-Identifier: Apache-2.0
// The settings of a skill about what Alexa sends; part of config_check.cpp.
#pragma once
#include "server/config/config_read.hpp"

namespace couplet::server {

/// Checks forward_to and messaging_* in `skills[i]`, and sets what they name; the pair for messages is the
/// skill's own where none is given.
void check_event_settings(ReadSettings& read, const std::string& at, const SkillSettings& from,
                          const SecretReader& secret, Skill& skill);

}  // namespace couplet::server
