// SPDX-License-Identifier: Apache-2.0
#include "alexa/error_table.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace couplet::alexa {
namespace {

struct GuideRow {
  LinkStep step;
  const char* code;
  TextKey message;
};

// The guide's three tables: 7 authorization errors, 5 token errors, 4 enablement statuses.
constexpr GuideRow kGuide[] = {
    {LinkStep::authorization, "invalid_request", TextKey::problem},
    {LinkStep::authorization, "unauthorized_client", TextKey::problem},
    {LinkStep::authorization, "access_denied", TextKey::none},
    {LinkStep::authorization, "unsupported_response_type", TextKey::problem},
    {LinkStep::authorization, "invalid_scope", TextKey::problem},
    {LinkStep::authorization, "server_error", TextKey::unexpected},
    {LinkStep::authorization, "temporarily_unavailable", TextKey::momentary},
    {LinkStep::token, "invalid_request", TextKey::problem},
    {LinkStep::token, "invalid_client", TextKey::problem},
    {LinkStep::token, "invalid_grant", TextKey::problem},
    {LinkStep::token, "unauthorized_client", TextKey::problem},
    {LinkStep::token, "unsupported_grant_type", TextKey::problem},
    {LinkStep::enablement, "bad_request", TextKey::problem},
    {LinkStep::enablement, "forbidden", TextKey::problem},
    {LinkStep::enablement, "not_found", TextKey::problem},
    {LinkStep::enablement, "server_error", TextKey::unexpected},
};

TEST(LK_11, every_row_of_the_guide_has_its_message) {
  for (const GuideRow& row : kGuide) {
    const LinkErrorRow& found = find_link_error(row.step, row.code);
    EXPECT_EQ(found.code, row.code);
    EXPECT_EQ(found.message, row.message) << row.code;
    EXPECT_EQ(user_message(found, Skill{}).empty(), row.message == TextKey::none) << row.code;
  }
}

TEST(LK_11, access_denied_shows_nothing_whatever_the_skill_says) {
  Skill skill;
  skill.messages["access_denied"] = "You said no!";
  EXPECT_EQ(user_message(find_link_error(LinkStep::authorization, "access_denied"), skill), "");
}

TEST(LK_11, an_unknown_code_gets_the_general_text) {
  for (const LinkStep step : {LinkStep::authorization, LinkStep::token, LinkStep::enablement}) {
    const LinkErrorRow& row = find_link_error(step, "a_code_of_next_year");
    EXPECT_EQ(row.code, "other");
    EXPECT_EQ(row.step, step);
    EXPECT_EQ(row.message, TextKey::problem);
  }
}

TEST(LK_11, every_row_has_a_text_in_every_language_or_in_none) {
  const Skill skill;
  for (const LinkErrorRow& row : link_error_rows()) {
    const std::string english = user_message(row, {skill, "en"});
    const std::string german = user_message(row, {skill, "de"});
    EXPECT_EQ(english.empty(), row.message == TextKey::none) << row.code;
    EXPECT_EQ(german.empty(), english.empty()) << row.code;
    EXPECT_TRUE(english.empty() || english != german) << row.code;
  }
}

TEST(ErrorTable, a_skills_own_text_replaces_the_built_in_one) {
  Skill skill;
  skill.messages["invalid_grant"] = "Once more, please.";
  EXPECT_EQ(user_message(find_link_error(LinkStep::token, "invalid_grant"), skill), "Once more, please.");
  EXPECT_NE(user_message(find_link_error(LinkStep::token, "invalid_client"), skill), "Once more, please.");
}

TEST(LW_05, broken_configuration_alerts_and_a_spent_code_does_not) {
  EXPECT_EQ(find_link_error(LinkStep::token, "invalid_client").alert, Alert::operator_must_act);
  EXPECT_EQ(find_link_error(LinkStep::token, "unauthorized_client").alert, Alert::operator_must_act);
  EXPECT_EQ(find_link_error(LinkStep::token, "invalid_grant").alert, Alert::no);
}

TEST(EN_05, every_status_of_the_enablement_api_has_a_row) {
  const std::pair<int, const char*> kStatuses[] = {
      {400, "bad_request"}, {401, "unauthorized"}, {403, "forbidden"},   {404, "not_found"},
      {429, "unavailable"}, {500, "server_error"}, {502, "unavailable"}, {503, "unavailable"},
      {504, "unavailable"}, {507, "server_error"}, {418, "other"}};
  for (const auto& [status, code] : kStatuses) {
    EXPECT_EQ(enablement_error_code(status), code) << status;
    EXPECT_EQ(find_link_error(LinkStep::enablement, enablement_error_code(status)).code, code);
  }
}

TEST(ErrorTable, no_row_is_written_twice_and_each_tells_cause_and_advice) {
  std::set<std::pair<LinkStep, std::string_view>> seen;
  for (const LinkErrorRow& row : link_error_rows()) {
    EXPECT_TRUE(seen.emplace(row.step, row.code).second) << row.code;
    EXPECT_FALSE(row.cause.empty()) << row.code;
    EXPECT_FALSE(row.advice.empty()) << row.code;
    EXPECT_GE(row.http_status, 400) << row.code;
  }
}

TEST(ErrorPage, says_what_the_rows_say) {
  std::ifstream stream(COUPLET_SOURCE_DIR "/docs/errors.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_EQ(page, describe_link_errors()) << "run: couplet check --errors > docs/errors.md";
}

}  // namespace
}  // namespace couplet::alexa
