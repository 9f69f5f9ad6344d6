// SPDX-License-Identifier: Apache-2.0
#include "alexa/amazon_messages.hpp"

#include <gtest/gtest.h>

#include "base/form.hpp"

namespace couplet::alexa {
namespace {

const Instant kNow = from_unix_seconds(1'800'000'000);

Skill ride_hailer() {
  Skill skill;
  skill.skill_id = SkillId("amzn1.ask.skill.11111111-2222-3333-4444-555555555555");
  skill.alexa_client_id = "amzn1.application-oa2-client.0123abcd";
  skill.alexa_client_secret = AlexaClientSecret(std::string("alexa&secret"));
  return skill;
}

TEST(LW_01, code_exchange_body_has_the_guides_fields) {
  const std::string body =
      code_exchange_body(ride_hailer(), AmazonCode(std::string("ANCode")), "https://link.example.org/cb",
                         AmazonCodeVerifier(std::string("verifier")));
  const auto form = FormParameters::parse(body).value();
  EXPECT_EQ(form.all(), (std::vector<std::pair<std::string, std::string>>{
                            {"grant_type", "authorization_code"},
                            {"code", "ANCode"},
                            {"client_id", "amzn1.application-oa2-client.0123abcd"},
                            {"client_secret", "alexa&secret"},
                            {"redirect_uri", "https://link.example.org/cb"},
                            {"code_verifier", "verifier"}}));
}

TEST(LW_01, expires_in_is_read_as_a_number_and_as_a_string) {
  for (const char* expires_in : {"3600", "\"3600\""}) {
    const auto tokens = read_token_answer(
        200,
        std::string(
            R"({"access_token":"Atza|a","refresh_token":"Atzr|r","token_type":"bearer","expires_in":)") +
            expires_in + "}",
        kNow);
    ASSERT_TRUE(tokens) << expires_in;
    EXPECT_EQ(tokens->access_token.reveal(), "Atza|a");
    EXPECT_EQ(tokens->refresh_token.reveal(), "Atzr|r");
    EXPECT_EQ(tokens->expires_at, kNow + seconds{3600});
  }
}

TEST(LW_08, hostile_token_answers_are_bad_answers) {
  const std::string too_long(2049, 'a');
  const std::string hostile[] = {
      "",
      "not json",
      "[]",
      "{}",
      R"({"access_token":"a","refresh_token":"r"})",
      R"({"access_token":"a","refresh_token":"r","expires_in":"x"})",
      R"({"access_token":"a","refresh_token":"r","expires_in":-1})",
      R"({"access_token":"a","refresh_token":"r","expires_in":1e99})",
      R"({"access_token":"a","refresh_token":"r","expires_in":"99999999999999999999"})",
      R"({"access_token":7,"refresh_token":"r","expires_in":3600})",
      R"({"access_token":"","refresh_token":"r","expires_in":3600})",
      R"({"access_token":"a","expires_in":3600})",
      R"({"access_token":"a","access_token":"b","refresh_token":"r","expires_in":3600})",
      R"({"access_token":")" + too_long + R"(","refresh_token":"r","expires_in":3600})",
      std::string(100'000, '['),
      "{\"access_token\":\"\xff\xfe\",\"refresh_token\":\"r\",\"expires_in\":3600}"};
  for (const std::string& body : hostile) {
    const auto tokens = read_token_answer(200, body, kNow);
    ASSERT_FALSE(tokens) << body.substr(0, 80);
    EXPECT_EQ(tokens.error().code, "bad_answer");
  }
}

TEST(LW_04, each_error_of_the_guide_is_recognised_and_others_are_other) {
  for (const char* code : {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
                           "unsupported_grant_type"}) {
    const auto tokens =
        read_token_answer(400, std::string(R"({"error_description":"x","error":")") + code + "\"}", kNow);
    EXPECT_EQ(tokens.error().code, code);
  }
  EXPECT_EQ(read_token_answer(401, R"({"error":"invalid_client"})", kNow).error().code, "invalid_client");
  EXPECT_EQ(read_token_answer(400, R"({"error":"brand_new"})", kNow).error().code, "other");
  EXPECT_EQ(read_token_answer(400, "<html>", kNow).error().code, "bad_answer");
}

TEST(LW_06, busy_answers_leave_the_outcome_open) {
  for (const int status : {429, 500, 502, 503}) {
    const auto tokens = read_token_answer(status, "", kNow);
    EXPECT_EQ(tokens.error().code, "unavailable");
    EXPECT_TRUE(tokens.error().outcome_unknown);
  }
}

TEST(LW_09, a_refresh_answer_without_refresh_token_keeps_the_old_one) {
  const AmazonTokens before{AmazonAccessToken(std::string("old")),
                            AmazonRefreshToken(std::string("Atzr|old")), kNow};
  const auto tokens = read_token_answer(200, R"({"access_token":"new","expires_in":3600})", kNow, &before);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->refresh_token.reveal(), "Atzr|old");
}

const std::vector<std::string> kHosts = {"api.amazonalexa.com", "api.eu.amazonalexa.com"};

TEST(EN_03, only_configured_hosts_are_kept) {
  const auto hosts = read_endpoint_answer(
      200,
      R"({"endpoints":["https://api.eu.amazonalexa.com/","evil.example","API.amazonalexa.com",7,"api.eu.amazonalexa.com","api.eu.amazonalexa.com.evil.example"]})",
      kHosts);
  ASSERT_TRUE(hosts);
  EXPECT_EQ(*hosts, (std::vector<std::string>{"api.eu.amazonalexa.com", "api.amazonalexa.com"}));
  EXPECT_TRUE(read_endpoint_answer(200, R"({"endpoints":[]})", kHosts)->empty());
  EXPECT_EQ(read_endpoint_answer(200, "[]", kHosts).error().code, "bad_answer");
  EXPECT_EQ(read_endpoint_answer(403, "{}", kHosts).error().code, "forbidden");
}

TEST(EN_01, enablement_request_is_the_guides) {
  EXPECT_EQ(enablement_path(ride_hailer()),
            "/v1/users/~current/skills/amzn1.ask.skill.11111111-2222-3333-4444-555555555555/enablement");
  EXPECT_EQ(
      enablement_body(ride_hailer(), "our-code", "https://link.example.org/cb"),
      R"({"stage":"development","accountLinkRequest":{"redirectUri":"https://link.example.org/cb","authCode":"our-code","type":"AUTH_CODE"}})");
}

TEST(EN_04, any_2xx_of_the_post_is_success) {
  const auto created = read_enable_answer(
      201,
      R"({"user":{"id":"amzn1.ask.account.EXAMPLE"},"accountLink":{"status":"LINKED"},"status":"ENABLED"})");
  ASSERT_TRUE(created);
  EXPECT_TRUE(created->enabled);
  EXPECT_EQ(created->alexa_user_id, AlexaUserId("amzn1.ask.account.EXAMPLE"));
  EXPECT_TRUE(read_enable_answer(200, "nonsense")->enabled);
  EXPECT_EQ(read_enable_answer(400, R"({"message":"Invalid account linking credentials"})").error().code,
            "bad_request");
  EXPECT_FALSE(read_enable_answer(400, "").error().outcome_unknown);
  EXPECT_TRUE(read_enable_answer(500, "").error().outcome_unknown)
      << "Alexa may have redeemed our code (EN-08)";
}

TEST(EN_11, status_answers) {
  EXPECT_TRUE(read_status_answer(200, R"({"status":"enabled","accountLink":{"status":"Linked"}})")->enabled)
      << "letter case does not matter";
  EXPECT_FALSE(
      read_status_answer(200, R"({"status":"ENABLED","accountLink":{"status":"NOT_LINKED"}})")->enabled);
  EXPECT_FALSE(read_status_answer(404, "")->enabled);
  EXPECT_EQ(read_status_answer(200, "nonsense").error().code, "bad_answer");
  EXPECT_EQ(read_status_answer(503, "").error().code, "unavailable");
}

TEST(UL_03, nothing_left_to_disable_is_success) {
  EXPECT_TRUE(read_disable_answer(204));
  EXPECT_TRUE(read_disable_answer(404));
  EXPECT_EQ(read_disable_answer(500).error().code, "server_error");
}

TEST(SE_03, sealed_tokens_open_only_in_their_own_row) {
  SeededRandom random(3);
  std::vector<KeyRing::Key> raw;
  raw.push_back({1, MasterKey(std::string(32, 'k'))});
  const KeyRing keys(raw);
  const AmazonTokens tokens{AmazonAccessToken(std::string("Atza|a")),
                            AmazonRefreshToken(std::string("Atzr|r")), kNow};
  const AttemptId attempt = AttemptId::make(kNow, random), other_attempt = AttemptId::make(kNow, random);
  const Bytes of_attempt = seal_tokens(tokens, attempt, keys, random);
  const Bytes of_link = seal_tokens(tokens, SkillName("s"), UserId("alice"), keys, random);
  EXPECT_EQ(open_tokens(of_attempt, attempt, keys)->refresh_token.reveal(), "Atzr|r");
  EXPECT_EQ(open_tokens(of_link, SkillName("s"), UserId("alice"), keys)->expires_at, kNow);
  EXPECT_FALSE(open_tokens(of_attempt, other_attempt, keys));
  EXPECT_FALSE(open_tokens(of_link, SkillName("s"), UserId("bob"), keys));
  EXPECT_FALSE(open_tokens(of_link, SkillName("s/5"), UserId("alice"), keys));
  EXPECT_FALSE(open_tokens(of_attempt, SkillName("s"), UserId("alice"), keys));
}

}  // namespace
}  // namespace couplet::alexa
