// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

constexpr const char* kVoiceUrl = "http://127.0.0.1:8090/_emulator/api/voice";
const std::string kRide =
    std::string(R"({"user":"anna","skill_id":")") + kSkillId + R"(","intent":"OrderRideIntent"})";

class VoiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    amazon.provider.answer = [this](const http::OutgoingRequest& request) -> ScriptedProvider::Answer {
      if (request.url == "https://auth.example.org/token") return token_answer;
      return json_answer(
          200,
          R"({"version":"1.0","response":{"outputSpeech":{"type":"PlainText","text":"On its way."},"card":{"type":"Simple"}}})");
    };
  }
  json::object last_body() { return *parse_json_object(amazon.provider.requests.back().body); }
  http::Response say() { return amazon.post_json(kVoiceUrl, kRide); }

  ScriptedProvider::Answer token_answer = json_answer(200, good_tokens());
  AmazonUnderTest amazon;
};

TEST_F(VoiceTest, section_6_1_the_request_carries_the_linked_token_twice) {
  const std::string alexa_user = text_of(body_of(amazon.link(amazon.amazon_token())), "user.id");
  const http::Response answer = say();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(text_of(body_of(answer), "speech"), "On its way.");
  EXPECT_EQ(text_of(body_of(answer), "card"), "Simple");
  EXPECT_EQ(amazon.provider.requests.back().url, "https://skill.example.org/alexa");
  const json::object sent = last_body();
  EXPECT_EQ(text_of(sent, "version"), "1.0");
  EXPECT_EQ(text_of(sent, "context.System.user.accessToken"), "provider-access");
  EXPECT_EQ(text_of(sent, "session.user.accessToken"), "provider-access");
  EXPECT_EQ(text_of(sent, "context.System.user.userId"), alexa_user);
  EXPECT_EQ(text_of(sent, "context.System.application.applicationId"), kSkillId);
  EXPECT_EQ(text_of(sent, "context.System.apiEndpoint"), "https://api.eu.amazonalexa.com");
  EXPECT_EQ(text_of(sent, "request.type"), "IntentRequest");
  EXPECT_EQ(text_of(sent, "request.intent.name"), "OrderRideIntent");
  EXPECT_EQ(text_of(sent, "request.timestamp"), "2026-03-01T10:00:00Z");
}

TEST_F(VoiceTest, section_5_requests_are_signed) {
  say();
  const http::Headers& headers = amazon.provider.requests.back().headers;
  for (const char* name : {"SignatureCertChainUrl", "Signature-256", "Signature"})
    EXPECT_EQ(std::ranges::count(headers, name, [](const auto& header) { return header.first; }), 1) << name;
}

TEST_F(VoiceTest, requests_carry_the_real_time_when_the_emulators_clock_is_ahead) {
  amazon.emulator.world().clock.advance(std::chrono::hours(2));
  say();
  EXPECT_EQ(text_of(last_body(), "request.timestamp"), "2026-03-01T10:00:00Z");
}

TEST_F(VoiceTest, a_launch_has_no_intent) {
  const std::string body = std::string(R"({"user":"anna","skill_id":")") + kSkillId + R"(","launch":true})";
  EXPECT_EQ(amazon.post_json(kVoiceUrl, body).status, 200);
  EXPECT_EQ(text_of(last_body(), "request.type"), "LaunchRequest");
  EXPECT_FALSE(find_object(last_body(), "request.intent"));
}

TEST_F(VoiceTest, section_6_1_without_a_link_there_is_no_access_token) {
  const http::Response answer = say();
  EXPECT_EQ(find_bool(body_of(answer), "linked"), false);
  EXPECT_FALSE(find_string(last_body(), "context.System.user.accessToken"));
}

TEST_F(VoiceTest, section_2_4_an_expired_token_is_refreshed_first) {
  amazon.link(amazon.amazon_token());
  token_answer = json_answer(
      200, R"({"access_token":"second","refresh_token":"r2","token_type":"Bearer","expires_in":3600})");
  amazon.clock.advance(seconds(3600));
  say();
  EXPECT_EQ(text_of(last_body(), "context.System.user.accessToken"), "second");
  const auto& refresh = amazon.provider.requests[amazon.provider.requests.size() - 2];
  EXPECT_EQ(refresh.body, "grant_type=refresh_token&refresh_token=provider-refresh&client_id=alexa");
}

TEST_F(VoiceTest, a_token_that_is_still_good_is_not_refreshed) {
  amazon.link(amazon.amazon_token());
  amazon.clock.advance(seconds(3599));
  say();
  EXPECT_EQ(amazon.provider.requests.size(), 2u);  // the link, the voice request
}

TEST_F(VoiceTest, section_2_4_invalid_grant_drops_the_link) {
  amazon.link(amazon.amazon_token());
  token_answer = json_answer(400, R"({"error":"invalid_grant"})");
  amazon.clock.advance(seconds(3600));
  EXPECT_EQ(find_bool(body_of(say()), "linked"), false);
  const Enablement* enablement = amazon.emulator.world().enablements.find("anna", kSkillId);
  ASSERT_TRUE(enablement);
  EXPECT_FALSE(enablement->tokens);
}

TEST_F(VoiceTest, an_outage_of_the_provider_does_not_drop_the_link) {
  amazon.link(amazon.amazon_token());
  token_answer = json_answer(503, R"({"error":"temporarily_unavailable"})");
  amazon.clock.advance(seconds(3600));
  EXPECT_EQ(find_bool(body_of(say()), "linked"), false);
  token_answer = json_answer(200, good_tokens());
  EXPECT_EQ(find_bool(body_of(say()), "linked"), true);
}

TEST_F(VoiceTest, a_skill_that_fails_is_said_so) {
  amazon.provider.answer = [](const auto&) { return json_answer(500, "{}"); };
  const http::Response answer = say();
  EXPECT_EQ(answer.status, 502);
  EXPECT_NE(text_of(body_of(answer), "message").find("500"), std::string::npos);
}

TEST_F(VoiceTest, a_request_needs_either_an_intent_or_launch) {
  EXPECT_EQ(amazon.post_json(kVoiceUrl, R"({"user":"anna"})").status, 400);
  EXPECT_EQ(amazon.post_json(kVoiceUrl, R"({"user":"nobody","skill_id":"x","intent":"I"})").status, 502);
}

}  // namespace
}  // namespace couplet::emulator::test
