// SPDX-License-Identifier: Apache-2.0
#include "server/common/problem.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"

namespace couplet::server {
namespace {

std::string member(const http::Response& response, const char* name) {
  const auto body = parse_json_object(response.body);
  const json::value& value = body.value().at(name);
  return value.is_null() ? "null" : std::string(value.as_string());
}

TEST(Problem, LK_11_says_what_happened_in_the_readers_language_and_under_which_reference) {
  const Skill skill;
  const auto& row = alexa::find_link_error(alexa::LinkStep::token, "timeout");
  const auto id = AttemptId::from_text("AaIT9zxIc2EScnIbNVP2Eg");
  const auto german = link_problem(row, {skill, "de"}, id);
  EXPECT_EQ(german.status, 504);
  EXPECT_EQ(member(german, "user_message"), alexa::user_message(row, {skill, "de"}));
  EXPECT_EQ(member(german, "reference"), "5EUP-9XJL");
  EXPECT_EQ(member(link_problem(row, skill, std::nullopt), "reference"), "null");
}

TEST(Problem, LK_11_a_store_that_cannot_answer_is_told_in_the_readers_language) {
  const Skill skill;
  const auto german = store_unavailable({skill, "de"});
  EXPECT_EQ(german.status, 503);
  EXPECT_EQ(member(german, "user_message"), alexa::text(alexa::TextKey::momentary, {skill, "de"}));
  EXPECT_EQ(member(store_unavailable(), "user_message"), alexa::text(alexa::TextKey::momentary, skill));
  EXPECT_EQ(member(request_problem({400, "invalid_request", "detail"}), "user_message"),
            alexa::text(alexa::TextKey::problem, skill));
}

}  // namespace
}  // namespace couplet::server
