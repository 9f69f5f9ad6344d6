// SPDX-License-Identifier: Apache-2.0
// The settings of a skill whose authorization server is the provider's own; part of config_check.cpp.
#pragma once
#include <string>

#include "server/config/config_read.hpp"

namespace couplet::server {

/// Checks authorization, external_* and what they make needless in `skills[i]`, and sets `skill.external`.
void check_external(ReadSettings& read, const std::string& at, const SkillSettings& from,
                    const SecretReader& secret, Skill& skill);

/// For `couplet check`: what an external skill needs, and what it does not. Empty for other skills.
[[nodiscard]] std::string describe_external(const Skill& skill);

}  // namespace couplet::server
