// SPDX-License-Identifier: Apache-2.0
#include "alexa/external_code.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"

namespace couplet::alexa {
namespace {

Skill skill() {
  Skill made;
  made.name = SkillName("ride-hailer");
  made.client_id = ClientId("alexa-at-the-provider");
  made.redirect_uris = {"https://link.example.org/cb", "https://app.example.org/cb"};
  made.scope = "profile rides";
  return made;
}
LinkAttempt attempt() {
  LinkAttempt made;
  made.attempt_id = AttemptId(AttemptId::Raw{std::byte{1}});
  made.user = UserId("alice \"of\" Ride");
  made.redirect_uri = "https://link.example.org/cb";
  return made;
}
ExternalResult<ExternalGrant> read(int status, std::string_view body) {
  return read_external_code_answer(status, body, skill(), attempt());
}

TEST(EN_02, the_provider_is_told_for_whom_and_for_what_the_code_is) {
  const auto body = parse_json_object(external_code_body(skill(), attempt())).value();
  EXPECT_EQ(find_string(body, "attempt_id"), attempt().attempt_id.text());
  EXPECT_EQ(find_integer(body, "try"), 1);
  EXPECT_EQ(find_string(body, "skill"), "ride-hailer");
  EXPECT_EQ(find_string(body, "user"), "alice \"of\" Ride");
  EXPECT_EQ(find_string(body, "client_id"), "alexa-at-the-provider");
  EXPECT_EQ(find_string(body, "redirect_uri"), "https://link.example.org/cb");
  EXPECT_EQ(find_string(body, "scope"), "profile rides");
  EXPECT_EQ(body.size(), 7U);
}

TEST(EN_02, without_a_client_id_there_is_no_member_for_it) {
  Skill nameless = skill();
  nameless.client_id = ClientId();
  EXPECT_FALSE(parse_json_object(external_code_body(nameless, attempt()))->contains("client_id"));
}

TEST(EN_10, each_enablement_try_has_an_id_of_its_own) {
  LinkAttempt second = attempt();
  second.enablement_tries = 1;
  EXPECT_EQ(external_call_id(attempt()), attempt().attempt_id.text() + ".1");
  EXPECT_EQ(external_call_id(second), attempt().attempt_id.text() + ".2");
}

TEST(EN_02, the_code_and_its_redirect_uri_are_taken) {
  const auto plain = read(200, R"({"code":"a~B 1","more":[1]})");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->code.reveal(), "a~B 1");
  EXPECT_EQ(plain->redirect_uri, "https://link.example.org/cb");
  EXPECT_EQ(read(201, R"({"code":"c","redirect_uri":"https://app.example.org/cb"})")->redirect_uri,
            "https://app.example.org/cb");
  EXPECT_EQ(read(200, R"({"code":"c","redirect_uri":null})")->redirect_uri, "https://link.example.org/cb");
}

struct Refused {
  const char* name;
  int status;
  std::string body;
  const char* code;
};
const Refused kRefused[] = {
    {"empty", 200, "", "external_bad_answer"},
    {"not_json", 200, "<html>sign in</html>", "external_bad_answer"},
    {"array", 200, R"(["c"])", "external_bad_answer"},
    {"no_code", 200, "{}", "external_bad_answer"},
    {"code_is_a_number", 200, R"({"code":7})", "external_bad_answer"},
    {"code_is_an_object", 200, R"({"code":{"code":"c"}})", "external_bad_answer"},
    {"code_twice", 200, R"({"code":"a","code":"b"})", "external_bad_answer"},
    {"code_is_empty", 200, R"({"code":""})", "external_bad_answer"},
    {"CD_06_code_with_a_line_break", 200, R"({"code":"a\nb"})", "external_bad_answer"},
    {"CD_06_code_with_another_letter", 200, R"({"code":"ä"})", "external_bad_answer"},
    {"CD_06_code_of_513", 200, R"({"code":")" + std::string(513, 'c') + "\"}", "external_bad_answer"},
    {"RU_01_foreign_redirect_uri", 200, R"({"code":"c","redirect_uri":"https://evil.example/cb"})",
     "external_bad_answer"},
    {"RU_01_redirect_uri_of_another_type", 200, R"({"code":"c","redirect_uri":1})", "external_bad_answer"},
    {"redirect", 302, R"({"code":"c"})", "external_bad_answer"},
    {"no_content", 204, "", "external_bad_answer"},
    {"unauthorized", 401, "", "external_unauthorized"},
    {"forbidden", 403, "", "external_unauthorized"},
    {"unknown_user", 404, "", "external_refused"},
    {"unprocessable", 422, R"({"code":"c"})", "external_refused"},
    {"too_many", 429, "", "external_unavailable"},
    {"fault", 500, "", "external_unavailable"},
    {"down", 503, "", "external_unavailable"},
};
class AnswerOfTheProvider : public ::testing::TestWithParam<Refused> {};

TEST_P(AnswerOfTheProvider, EN_02_gives_no_code) {
  const auto answer = read(GetParam().status, GetParam().body);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, GetParam().code);
  EXPECT_EQ(answer.error().http_status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(Rows, AnswerOfTheProvider, ::testing::ValuesIn(kRefused),
                         [](const auto& row) { return row.param.name; });

TEST(EN_10, only_what_nobody_has_decided_is_sent_again) {
  for (const char* code : {"external_unreachable", "external_timeout", "external_unavailable"})
    EXPECT_TRUE(may_repeat({code, 0})) << code;
  for (const char* code : {"external_unauthorized", "external_refused", "external_bad_answer"})
    EXPECT_FALSE(may_repeat({code, 0})) << code;
}

}  // namespace
}  // namespace couplet::alexa
