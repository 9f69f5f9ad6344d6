// SPDX-License-Identifier: Apache-2.0
#include "alexa/texts.hpp"

#include <gtest/gtest.h>

#include <set>

namespace couplet::alexa {
namespace {

Skill ride_hailer() {
  Skill skill;
  skill.display_name = "Ride Hailer";
  return skill;
}

TEST(Texts, each_has_a_name_and_both_languages_with_the_same_places) {
  std::set<std::string_view> names;
  int key = 1;
  for (const Text& row : texts()) {
    EXPECT_EQ(row.key, static_cast<TextKey>(key++)) << row.name << ": the table follows the enum";
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.english.empty()) << row.name;
    EXPECT_FALSE(row.german.empty()) << row.name;
    EXPECT_NE(row.english, row.german) << row.name;
    for (const std::string_view place : {"{service}", "{reference}"})
      EXPECT_EQ(row.english.contains(place), row.german.contains(place)) << row.name;
  }
  EXPECT_EQ(static_cast<TextKey>(key - 1), TextKey::too_many) << "every key has a row";
}

TEST(Texts, the_service_is_called_by_its_name) {
  const Skill skill = ride_hailer();
  EXPECT_EQ(text(TextKey::back, {skill, "en"}), "Back to Ride Hailer");
  EXPECT_EQ(text(TextKey::back, {skill, "de"}), "Zurück zu Ride Hailer");
  EXPECT_EQ(reference_text({skill, "de"}, "K7QM-2F9D"), "Referenz K7QM-2F9D");
  EXPECT_EQ(text(TextKey::none, skill), "");
}

TEST(Texts, an_own_text_of_the_language_goes_before_one_of_all_languages_and_a_code_before_a_key) {
  Skill skill = ride_hailer();
  const auto german = [&] { return text(TextKey::problem, {skill, "de"}, "invalid_grant"); };
  skill.messages["problem"] = "1";
  EXPECT_EQ(german(), "1");
  skill.messages["invalid_grant"] = "2";
  EXPECT_EQ(german(), "2");
  skill.messages["de.problem"] = "3";
  EXPECT_EQ(german(), "3");
  skill.messages["de.invalid_grant"] = "{service}: 4";
  EXPECT_EQ(german(), "Ride Hailer: 4");
  EXPECT_EQ(text(TextKey::problem, {skill, "en"}, "invalid_grant"), "2");
  EXPECT_EQ(text(TextKey::problem, {skill, "de"}, "invalid_client"), "3");
}

TEST(Texts, a_language_of_the_skills_own_falls_back_to_english) {
  Skill skill = ride_hailer();
  skill.messages["fr.linked_title"] = "Lié à Alexa";
  const Reader reader = reader_of(skill, "fr-CA", std::nullopt);
  EXPECT_EQ(reader.language(), "fr");
  EXPECT_EQ(text(TextKey::linked_title, reader), "Lié à Alexa");
  EXPECT_EQ(text(TextKey::back, reader), "Back to Ride Hailer");
}

struct Choice {
  const char* locale;
  std::optional<std::string_view> accept_language;
  const char* language;
};

class Languages : public testing::TestWithParam<Choice> {};

TEST_P(Languages, are_chosen_by_locale_then_browser_then_skill) {
  Skill skill;
  skill.language = "de";
  const auto& [locale, accept_language, language] = GetParam();
  EXPECT_EQ(reader_of(skill, locale, accept_language).language(), language);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Languages,
    testing::Values(Choice{"", std::nullopt, "de"}, Choice{"en-GB", "de", "en"}, Choice{"de_AT", "en", "de"},
                    Choice{"fr", "de", "en"}, Choice{"DE", std::nullopt, "de"}, Choice{"", "en", "en"},
                    Choice{"", "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "en"},
                    Choice{"", "en;q=0.3,de-DE;q=0.9", "de"}, Choice{"", "de;q=0, en;q=0.1", "en"},
                    Choice{"", "fr", "en"}, Choice{"", "*", "de"}, Choice{"", "", "de"},
                    Choice{"", ";;;,,q=1,=", "de"}, Choice{"", "en;q=2", "de"}, Choice{"", "en;q=abc", "de"},
                    Choice{"", "en ; q=0.5 , de\t;q=0.4", "en"}));

TEST(Languages, a_long_list_is_read_so_far) {
  std::string list;
  for (int i = 0; i < 16; ++i) list += "fr,";
  EXPECT_EQ(reader_of(Skill{}, "", list + "de").language(), "en");
}

TEST(Locales, are_language_tags) {
  for (const char* const good : {"de", "de-AT", "de_AT", "zh-Hant-TW", "es-419", "sl-rozaj-biske-1994"})
    EXPECT_TRUE(is_locale(good)) << good;
  for (const char* const bad : {"", "-", "de-", "-de", "de--AT", "1de", "deutschland", "de AT", "de;", "dé",
                                "aaaaaaaa-aaaaaaaa-aaaaaaaa-aaaaaaaa-a"})
    EXPECT_FALSE(is_locale(bad)) << bad;
}

}  // namespace
}  // namespace couplet::alexa
