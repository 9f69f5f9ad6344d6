// SPDX-License-Identifier: Apache-2.0
// Whether a skill's links may be confirmed on the return page.
#pragma once
#include "server/config/config_read.hpp"

namespace couplet::server {

/// Checks `allow_return_mode_page` in `skills[i]`, and sets it; its name and redirect_uris are known by then.
void check_return_mode(ReadSettings& read, const std::string& at, const SkillSettings& from,
                       const std::string& public_url, Skill& skill);

/// Where Couplet serves the skill's return page.
[[nodiscard]] std::string return_page_url(const std::string& public_url, const SkillName& skill);

}  // namespace couplet::server
