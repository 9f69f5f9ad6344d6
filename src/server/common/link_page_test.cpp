// SPDX-License-Identifier: Apache-2.0
// Whole pages, as browsers get them. COUPLET_WRITE_GOLDEN=1 in the environment writes them anew.
#include "server/common/link_page.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "alexa/error_table.hpp"
#include "base/environment.hpp"

namespace couplet::server {
namespace {

Skill ride_hailer() {
  Skill skill;
  skill.name = SkillName("ride-hailer");
  skill.display_name = "Ride & Hailer";
  skill.app_return_uri = "https://ride.example.org/alexa";
  return skill;
}

http::Response failure_page(const alexa::Reader& reader) {
  const auto& row = alexa::find_link_error(alexa::LinkStep::enablement, "bad_request");
  return result_page(reader, {row.http_status, alexa::TextKey::not_linked_title,
                              alexa::user_message(row, reader), back_button(reader), "K7QM-2F9D"});
}

void expect_golden(const std::string& page, const std::string& name) {
  const std::string file = std::string(COUPLET_SOURCE_DIR "/tests/golden/pages/") + name;
  if (environment_variable("COUPLET_WRITE_GOLDEN")) std::ofstream(file, std::ios::binary) << page;
  std::ifstream stream(file, std::ios::binary);
  const std::string golden{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_EQ(page, golden) << "run the test with COUPLET_WRITE_GOLDEN=1, and look at the difference";
}

TEST(LinkPage, LK_11_a_failure_is_told_in_english_with_its_reference) {
  const Skill skill = ride_hailer();
  const http::Response page = failure_page(skill);
  EXPECT_EQ(page.status, 502);
  expect_golden(page.body, "not_linked.en.html");
}

TEST(LinkPage, LK_11_a_failure_is_told_in_german_with_its_reference) {
  const Skill skill = ride_hailer();
  expect_golden(failure_page({skill, "de"}).body, "not_linked.de.html");
}

TEST(LinkPage, a_page_without_button_and_reference_has_no_place_for_them) {
  Skill skill = ride_hailer();
  skill.app_return_uri.clear();
  const auto page = result_page(skill, {200, alexa::TextKey::linked_title, "It works."});
  EXPECT_FALSE(page.body.contains("class=\"action\""));
  EXPECT_FALSE(page.body.contains("class=\"reference\""));
}

TEST(LinkPage, LK_12_a_text_of_the_configuration_is_text_and_not_html) {
  Skill skill = ride_hailer();
  skill.messages["fr.linked_title"] = "<b>Lié</b>";
  const auto page = result_page({skill, "fr"}, {200, alexa::TextKey::linked_title, "<i>"});
  EXPECT_TRUE(page.body.contains("<html lang=\"fr\">"));
  EXPECT_TRUE(page.body.contains("<h1>&lt;b&gt;Lié&lt;/b&gt;</h1>"));
  EXPECT_FALSE(page.body.contains("<i>"));
}

}  // namespace
}  // namespace couplet::server
