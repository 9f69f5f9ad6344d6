// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kApi = "http://127.0.0.1:8090/_emulator/api";

/// A provider whose tokens are numbered: each refresh gives the next pair.
class RefreshTest : public ::testing::Test {
 protected:
  void SetUp() override {
    amazon.provider.answer = [this](const http::OutgoingRequest& request) -> ScriptedProvider::Answer {
      if (request.url != "https://auth.example.org/token")
        return json_answer(200, R"({"version":"1.0","response":{}})");
      return answer ? *answer : json_answer(200, tokens(++given));
    };
    amazon.link(amazon.amazon_token());
  }
  static std::string tokens(int number) {
    const std::string text = std::to_string(number);
    return R"({"access_token":"access-)" + text + R"(","refresh_token":"refresh-)" + text +
           R"(","token_type":"Bearer","expires_in":3600})";
  }
  json::object refresh(const std::string& more = "") {
    return body_of(amazon.post_json(
        kApi + "/refresh", R"({"user":"anna","skill_id":")" + std::string(kSkillId) + "\"" + more + "}"));
  }
  static std::string result_of(const json::object& body, std::size_t index = 0) {
    const json::array* outcomes = find_array(body, "outcomes");
    if (!outcomes || index >= outcomes->size()) return "none";
    return text_of((*outcomes)[index].as_object(), "result");
  }
  http::Response put_plan(const std::string& plan) {
    return amazon.send({.method = "PUT",
                        .url = kApi + "/refresh",
                        .headers = {{"Content-Type", "application/json"}},
                        .body = plan});
  }
  http::Response advance(int hours) {
    return amazon.post_json(kApi + "/clock/advance", R"({"seconds":)" + std::to_string(hours * 3600) + "}");
  }
  std::string sent_refresh_token(std::size_t from_the_end = 1) {
    const auto& requests = amazon.provider.requests;
    const auto form = FormParameters::parse(requests.at(requests.size() - from_the_end).body);
    return std::string(form->get("refresh_token").value_or("none"));
  }
  const Enablement* link() { return amazon.emulator.world().enablements.find("anna", kSkillId); }

  AmazonUnderTest amazon;
  std::optional<ScriptedProvider::Answer> answer;
  int given = 0;
};

TEST_F(RefreshTest, section_2_4_a_refresh_replaces_both_tokens) {
  EXPECT_EQ(result_of(refresh()), "refreshed");
  EXPECT_EQ(sent_refresh_token(), "refresh-1");
  EXPECT_EQ(link()->tokens->refresh_token.reveal(), "refresh-2");
  EXPECT_EQ(link()->tokens->access_token.reveal(), "access-2");
}

TEST_F(RefreshTest, section_2_4_an_answer_without_refresh_token_keeps_the_old_one) {
  answer = json_answer(200, R"({"access_token":"access-new","token_type":"Bearer","expires_in":3600})");
  EXPECT_EQ(result_of(refresh()), "refreshed");
  EXPECT_EQ(link()->tokens->refresh_token.reveal(), "refresh-1");
  EXPECT_EQ(link()->tokens->access_token.reveal(), "access-new");
}

TEST_F(RefreshTest, section_2_3_without_expires_in_the_skills_default_counts) {
  answer = json_answer(200, R"({"access_token":"access-new","token_type":"Bearer"})");
  refresh();
  EXPECT_EQ(link()->tokens->expires_at - amazon.clock.now(), seconds(3600));
}

TEST_F(RefreshTest, section_2_4_invalid_grant_drops_the_link_and_says_why) {
  answer = json_answer(400, R"({"error":"invalid_grant"})");
  EXPECT_EQ(result_of(refresh()), "dropped");
  EXPECT_FALSE(link()->tokens);
  const http::Response links = amazon.get(kApi + "/users/anna/links");
  EXPECT_NE(links.body.find(R"("unlinked_because":"invalid_grant at a refresh")"), std::string::npos);
  EXPECT_NE(amazon.get("http://127.0.0.1:8090/_emulator").body.find("invalid_grant at a refresh"),
            std::string::npos);
  EXPECT_EQ(result_of(refresh()), "not_linked");
}

TEST_F(RefreshTest, section_2_4_nothing_else_drops_the_link) {
  for (const auto& bad :
       {json_answer(400, R"({"error":"invalid_client"})"), json_answer(500, "{}"), json_answer(503, "no"),
        json_answer(200, "{}"), json_answer(302, ""), json_answer(401, R"({"error":"invalid_token"})"),
        no_answer(http::TransportError::Kind::timeout), no_answer(http::TransportError::Kind::reset)}) {
    answer = bad;
    EXPECT_EQ(result_of(refresh()), "failed");
    EXPECT_TRUE(link()->tokens);
  }
}

TEST_F(RefreshTest, parallel_calls_carry_the_same_refresh_token) {
  const json::object body = refresh(R"(,"mode":"parallel","count":3)");
  ASSERT_EQ(find_array(body, "outcomes")->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(result_of(body, i), "refreshed");
    EXPECT_EQ(sent_refresh_token(i + 1), "refresh-1");
  }
  EXPECT_EQ(link()->tokens->refresh_token.reveal(), "refresh-4");
}

TEST_F(RefreshTest, a_replay_sends_the_refresh_token_before) {
  refresh();
  EXPECT_EQ(result_of(refresh(R"(,"mode":"replayed")")), "refreshed");
  EXPECT_EQ(sent_refresh_token(), "refresh-1");
}

TEST_F(RefreshTest, a_lost_answer_happens_at_the_provider_and_alexa_keeps_the_old_pair) {
  EXPECT_EQ(result_of(refresh(R"(,"mode":"answer_lost")")), "answer_lost");
  EXPECT_EQ(given, 2);
  EXPECT_EQ(link()->tokens->refresh_token.reveal(), "refresh-1");
  answer = json_answer(400, R"({"error":"invalid_grant"})");
  EXPECT_EQ(result_of(refresh(R"(,"mode":["answer_lost","replayed"])")), "answer_lost");
  EXPECT_TRUE(link()->tokens) << "an answer that Alexa never saw cannot drop the link";
}

TEST_F(RefreshTest, the_old_access_token_is_used_after_a_refresh_until_it_expires) {
  advance(0);
  refresh(R"(,"mode":"old_access_token")");
  const std::string said = R"({"user":"anna","skill_id":")" + std::string(kSkillId) + R"(","launch":true})";
  amazon.post_json(kApi + "/voice", said);
  EXPECT_NE(amazon.provider.requests.back().body.find("access-1"), std::string::npos);
  refresh();
  amazon.post_json(kApi + "/voice", said);
  EXPECT_NE(amazon.provider.requests.back().body.find("access-3"), std::string::npos);
}

TEST_F(RefreshTest, late_waits_for_the_access_token_to_expire) {
  EXPECT_EQ(result_of(refresh(R"(,"mode":"late")")), "not_due");
  advance(1);
  EXPECT_EQ(result_of(refresh(R"(,"mode":"late")")), "refreshed");
}

TEST_F(RefreshTest, nothing_is_scheduled_until_it_is_switched_on) {
  advance(24);
  EXPECT_EQ(given, 1);
  EXPECT_EQ(put_plan(R"({"schedule":"on","lead_seconds":600})").status, 200);
  advance(0);
  EXPECT_EQ(given, 2) << "it was due long ago";
}

TEST_F(RefreshTest, advancing_the_clock_makes_every_refresh_that_falls_due) {
  put_plan(R"({"schedule":"on","lead_seconds":600})");
  advance(24);
  // One at 50 minutes, and then one every 50 minutes.
  EXPECT_EQ(given, 1 + 24 * 60 / 50);
  EXPECT_EQ(text_of(body_of(amazon.get(kApi + "/clock")), "now"), "2026-03-02T10:00:00.000Z");
  EXPECT_EQ(find_integer(body_of(amazon.get(kApi + "/refresh")), "counts.refreshed"), 28);
}

TEST_F(RefreshTest, early_refreshes_at_half_of_the_life_and_late_after_the_end) {
  put_plan(R"({"schedule":"on","mode":"early"})");
  advance(5);
  EXPECT_EQ(given, 1 + 10);
  put_plan(R"({"lead_seconds":1800,"mode":"late"})");
  advance(3);
  EXPECT_EQ(given, 11 + 2);
}

TEST_F(RefreshTest, a_scheduled_refresh_that_fails_is_tried_again_after_a_minute) {
  put_plan(R"({"schedule":"on","lead_seconds":300})");
  answer = json_answer(503, "{}");
  amazon.post_json(kApi + "/clock/advance", R"({"seconds":3480})");  // 55 minutes, and three more
  EXPECT_EQ(find_integer(body_of(amazon.get(kApi + "/refresh")), "counts.failed"), 4);
  answer.reset();
  advance(1);
  EXPECT_TRUE(link()->tokens);
  EXPECT_GT(given, 1);
}

TEST_F(RefreshTest, many_accounts_are_refreshed_in_one_call) {
  amazon.link(amazon.amazon_token("tom"), "api.amazonalexa.com");
  const json::object body = body_of(amazon.post_json(
      kApi + "/refresh", R"({"users":["anna","tom","eve"],"skill_id":")" + std::string(kSkillId) + "\"}"));
  EXPECT_EQ(result_of(body, 0), "refreshed");
  EXPECT_EQ(result_of(body, 1), "refreshed");
  EXPECT_EQ(result_of(body, 2), "not_linked");
}

TEST_F(RefreshTest, orders_and_plans_that_make_no_sense_are_refused_with_a_sentence) {
  for (const char* more : {R"(,"mode":"sideways")", R"(,"mode":7)", R"(,"count":0)", R"(,"count":33)",
                           R"(,"users":["anna"])", R"(,"speed":1)"})
    EXPECT_NE(text_of(refresh(more), "message"), "") << more;
  for (const char* plan : {R"({"schedule":"maybe"})", R"({"lead_seconds":-1})", R"({"leed_seconds":1})", "x"})
    EXPECT_EQ(put_plan(plan).status, 400) << plan;
  EXPECT_EQ(amazon.post_json(kApi + "/refresh", R"({"user":"anna","skill_id":"x"})").status, 404);
}

TEST_F(RefreshTest, reset_takes_the_plan_back) {
  put_plan(R"({"schedule":"on","mode":["parallel","early"],"count":4})");
  amazon.post_json(kApi + "/reset", "");
  const json::object plan = body_of(amazon.get(kApi + "/refresh"));
  EXPECT_EQ(text_of(plan, "schedule"), "off");
  EXPECT_TRUE(find_array(plan, "mode")->empty());
}

}  // namespace
}  // namespace couplet::emulator::test
