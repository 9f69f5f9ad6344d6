// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_return_mode.hpp"

#include <gtest/gtest.h>

namespace couplet::server {
namespace {

struct Checked {
  ReadSettings read;
  Skill skill;
};

Checked check(bool allowed, const std::string& redirect_uri) {
  SkillSettings settings;
  settings.allow_return_mode_page = allowed;
  Checked checked;
  checked.skill.name = SkillName("ride-hailer");
  checked.skill.redirect_uris = {redirect_uri};
  check_return_mode(checked.read, "skills[0]", settings, "https://link.example.org", checked.skill);
  return checked;
}

TEST(ReturnMode, LK_06_confirming_on_the_page_is_off_unless_it_is_allowed) {
  const Checked checked = check(false, "https://link.example.org/link/return/ride-hailer");
  EXPECT_FALSE(checked.skill.allow_return_mode_page);
  EXPECT_TRUE(checked.read.faults.empty());
}

TEST(ReturnMode, LK_06_allowing_it_is_warned_about) {
  const Checked checked = check(true, "https://link.example.org/link/return/ride-hailer");
  EXPECT_TRUE(checked.skill.allow_return_mode_page);
  ASSERT_EQ(checked.read.faults.size(), 1U);
  EXPECT_EQ(checked.read.faults[0].weight, ConfigFault::Weight::warning);
}

TEST(ReturnMode, LK_06_the_page_has_to_be_where_amazon_sends_the_browser) {
  for (const char* const elsewhere :
       {"https://ride.example.org/alexa", "https://link.example.org/link/return/other"}) {
    const Checked checked = check(true, elsewhere);
    ASSERT_EQ(checked.read.faults.size(), 1U) << elsewhere;
    EXPECT_EQ(checked.read.faults[0].weight, ConfigFault::Weight::error);
  }
}

}  // namespace
}  // namespace couplet::server
