// SPDX-License-Identifier: Apache-2.0
// What a skill says to its users in its own words.
#pragma once
#include "server/config/config_read.hpp"

namespace couplet::server {

/// Checks `default_locale` and `messages` in `skills[i]`, and sets what they name.
void check_texts(ReadSettings& read, const std::string& at, const SkillSettings& from, Skill& skill);

}  // namespace couplet::server
