// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/skill.hpp"

#include <gtest/gtest.h>

#include "ride_hailer/introspected_tokens.hpp"
#include "ride_hailer/service_fixture.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr std::string_view kSkillId = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555";

struct RideHailerSkill : CoupletFixture {
  boost::asio::thread_pool pool{1};
  Users users{{{"user-alice", "Alice", "alice", Password{"p"}}}, random, pool};
  Rides rides{clock};
  CoupletClient client{access(), http_client};
  IntrospectedTokens tokens{client, "", clock};
  Skill skill{std::string(kSkillId), users, rides, tokens};

  static json::object request(std::string_view type, std::string_view intent, std::string_view token,
                              std::string_view id = kSkillId) {
    json::object user{{"userId", "amzn1.ask.account.X"}};
    if (!token.empty()) user["accessToken"] = token;
    json::object inner{{"type", type}};
    if (!intent.empty())
      inner["intent"] = {{"name", intent}, {"slots", {{"destination", {{"value", "the airport"}}}}}};
    return {{"version", "1.0"},
            {"context", {{"System", {{"application", {{"applicationId", id}}}, {"user", user}}}}},
            {"request", inner}};
  }
  static json::object order(std::string_view token) {
    return request("IntentRequest", "OrderRideIntent", token);
  }

  json::object ask(json::object body) {
    auto answer = wait(skill.answer(std::move(body)));
    return answer ? *answer : json::object{};
  }
  static std::string said(const json::object& answer) {
    return std::string(find_string(answer, "response.outputSpeech.text").value_or(""));
  }
  static bool asks_to_link(const json::object& answer) {
    return find_string(answer, "response.card.type") == "LinkAccount";
  }
};

TEST_F(RideHailerSkill, orders_for_the_user_whose_token_came) {
  couplet_says(200, R"({"active":true,"sub":"user-alice"})");
  EXPECT_EQ(said(ask(order("token"))), "Your ride is on its way, Alice.");
  const auto ordered = rides.of("user-alice");
  ASSERT_EQ(ordered.size(), 1U);
  EXPECT_EQ(ordered[0].via, Ride::Via::alexa);
  EXPECT_EQ(ordered[0].destination, "the airport");
}

TEST_F(RideHailerSkill, without_a_token_it_asks_to_link_and_asks_nobody) {
  EXPECT_TRUE(asks_to_link(ask(order(""))));
  EXPECT_TRUE(couplet.seen.empty());
}

TEST_F(RideHailerSkill, an_inactive_token_asks_to_link) {
  couplet_says(200, R"({"active":false})");
  EXPECT_TRUE(asks_to_link(ask(order("token"))));
  EXPECT_TRUE(rides.of("user-alice").empty());
}

TEST_F(RideHailerSkill, a_token_of_a_deleted_user_asks_to_link) {
  couplet_says(200, R"({"active":true,"sub":"user-gone"})");
  EXPECT_TRUE(asks_to_link(ask(order("token"))));
}

TEST_F(RideHailerSkill, TK_19_an_outage_is_an_apology_and_never_a_credential_error) {
  couplet_says(503, R"({"error":"temporarily_unavailable"})");
  const auto answer = ask(order("token"));
  EXPECT_FALSE(asks_to_link(answer));
  EXPECT_NE(said(answer).find("try again"), std::string::npos);
  EXPECT_TRUE(rides.of("user-alice").empty());
}

TEST_F(RideHailerSkill, a_good_answer_is_remembered_for_thirty_seconds) {
  couplet_says(200, R"({"active":true,"sub":"user-alice"})");
  ask(order("token"));
  clock.advance(milliseconds{29'999});
  ask(order("token"));
  EXPECT_EQ(couplet.seen.size(), 1U);
  clock.advance(milliseconds{1});
  ask(order("token"));
  EXPECT_EQ(couplet.seen.size(), 2U);
}

TEST_F(RideHailerSkill, another_token_is_asked_about_at_once) {
  couplet_says(200, R"({"active":true,"sub":"user-alice"})");
  ask(order("token"));
  couplet_says(200, R"({"active":false})");
  EXPECT_TRUE(asks_to_link(ask(order("tokem"))));
}

TEST_F(RideHailerSkill, a_bad_answer_is_not_remembered) {
  couplet_says(200, R"({"active":false})");
  ask(order("token"));
  couplet_says(200, R"({"active":true,"sub":"user-alice"})");
  EXPECT_EQ(said(ask(order("token"))), "Your ride is on its way, Alice.");
}

TEST_F(RideHailerSkill, RT_15_an_unlinked_user_is_forgotten_at_once) {
  couplet_says(200, R"({"active":true,"sub":"user-alice"})");
  ask(order("token"));
  tokens.forget("user-alice");
  couplet_says(200, R"({"active":false})");
  EXPECT_TRUE(asks_to_link(ask(order("token"))));
}

TEST_F(RideHailerSkill, AT_10_a_token_for_another_audience_is_inactive_where_one_is_demanded) {
  IntrospectedTokens for_rides{client, "https://rides.example", clock};
  const auto is_active = [&](const std::string& audience) {
    couplet_says(200, R"({"active":true,"sub":"user-alice")" + audience + "}");
    return wait(for_rides.owner_of(AccessToken{"token" + audience})).has_value();
  };
  EXPECT_TRUE(is_active(R"(,"aud":"https://rides.example")"));
  EXPECT_FALSE(is_active(R"(,"aud":"https://other.example")"));
  EXPECT_FALSE(is_active(""));
}

TEST_F(RideHailerSkill, requests_for_another_skill_are_refused) {
  EXPECT_FALSE(wait(skill.answer(request("LaunchRequest", "", "token", "amzn1.ask.skill.other"))));
  auto mixed = request("LaunchRequest", "", "token");
  mixed["session"] = {{"application", {{"applicationId", "amzn1.ask.skill.other"}}}};
  EXPECT_FALSE(wait(skill.answer(mixed)));
  EXPECT_FALSE(wait(skill.answer(json::object{})));
  EXPECT_TRUE(couplet.seen.empty());
}

TEST_F(RideHailerSkill, greets_helps_and_says_goodbye) {
  couplet_says(200, R"({"active":true,"sub":"user-alice"})");
  EXPECT_NE(said(ask(request("LaunchRequest", "", "token"))).find("Welcome to Ride Hailer, Alice"),
            std::string::npos);
  EXPECT_NE(said(ask(request("IntentRequest", "AMAZON.HelpIntent", ""))).find("order a ride"),
            std::string::npos);
  EXPECT_EQ(said(ask(request("IntentRequest", "AMAZON.StopIntent", ""))), "Goodbye.");
  EXPECT_NE(said(ask(request("IntentRequest", "AMAZON.FallbackIntent", "token"))).find("did not get that"),
            std::string::npos);
  EXPECT_EQ(said(ask(request("SessionEndedRequest", "", ""))), "");
  EXPECT_TRUE(rides.of("user-alice").empty());
}

}  // namespace
}  // namespace couplet::ride_hailer
