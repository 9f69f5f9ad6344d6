// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_texts.hpp"

#include <gtest/gtest.h>

namespace couplet::server {
namespace {

struct Checked {
  ReadSettings read;
  Skill skill;
};

Checked check(const SkillSettings& settings) {
  Checked checked;
  check_texts(checked.read, "skills[0]", settings, checked.skill);
  return checked;
}

TEST(TextSettings, names_of_codes_and_texts_are_taken_with_and_without_a_language) {
  SkillSettings settings;
  settings.messages = {{"invalid_grant", "a"}, {"de.problem", "b"}, {"fr.linked_title", "c"}};
  const Checked checked = check(settings);
  EXPECT_TRUE(checked.read.faults.empty());
  EXPECT_EQ(checked.skill.messages, settings.messages);
}

TEST(TextSettings, a_name_that_would_never_be_read_is_a_fault) {
  for (const char* const name : {"invalid_grand", "de.invalid_grand", "de", "german.problem", "DE.problem",
                                 "de.at.problem", "access_denied", ""}) {
    SkillSettings settings;
    settings.messages = {{name, "text"}};
    const Checked checked = check(settings);
    ASSERT_EQ(checked.read.faults.size(), 1U) << name;
    EXPECT_TRUE(checked.skill.messages.empty());
  }
  SkillSettings empty;
  empty.messages = {{"problem", ""}};
  EXPECT_EQ(check(empty).read.faults.size(), 1U);
}

TEST(TextSettings, the_default_locale_is_a_language_that_has_texts) {
  SkillSettings settings;
  EXPECT_EQ(check(settings).skill.language, "en");
  settings.default_locale = "de-AT";
  EXPECT_EQ(check(settings).skill.language, "de");
  settings.default_locale = "fr";
  EXPECT_EQ(check(settings).skill.language, "en") << "there is nothing in French";
  settings.messages = {{"fr.problem", "Un problème."}};
  EXPECT_EQ(check(settings).skill.language, "fr");
  settings.default_locale = "in german";
  EXPECT_EQ(check(settings).read.faults.size(), 1U);
}

}  // namespace
}  // namespace couplet::server
