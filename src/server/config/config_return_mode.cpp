// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_return_mode.hpp"

#include <algorithm>

namespace couplet::server {

std::string return_page_url(const std::string& public_url, const SkillName& skill) {
  return public_url + "/link/return/" + skill.text();
}

void check_return_mode(ReadSettings& read, const std::string& at, const SkillSettings& from,
                       const std::string& public_url, Skill& skill) {
  skill.allow_return_mode_page = from.allow_return_mode_page;
  if (!from.allow_return_mode_page) return;
  const std::string setting = at + ".allow_return_mode_page";
  const std::string page = return_page_url(public_url, skill.name);
  if (std::ranges::find(skill.redirect_uris, page) == skill.redirect_uris.end())
    read.fault(setting, "needs the return page among redirect_uris",
               "add \"" + page + "\" there and to the skill's redirect URLs in the console");
  else
    read.warning(
        setting, "lets whoever can talk somebody into typing a number link that person's Alexa",
        "start links in mode \"app\" or \"browser\" wherever one of them works; SECURITY.md says why");
}

}  // namespace couplet::server
