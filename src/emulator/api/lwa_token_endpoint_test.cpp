// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

constexpr const char* kTokenUrl = "https://api.amazon.com/auth/o2/token";

class LwaToken : public ::testing::Test {
 protected:
  void expect_golden(const http::Response& response, int status, const std::string& name) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(json::value(body_of(response)), golden(name)) << response.body;
    EXPECT_EQ(header_of(response, "Content-Type"), "application/json");
  }
  std::string challenged_code() {
    return amazon.amazon_code("anna", "code_challenge_method=S256&code_challenge=" + std::string(kChallenge));
  }
  FormWriter refresh_form(const std::string& refresh_token) {
    FormWriter form;
    form.add("grant_type", "refresh_token").add("refresh_token", refresh_token);
    form.add("client_id", kAlexaClientId).add("client_secret", kAlexaClientSecret);
    return form;
  }
  AmazonUnderTest amazon;
};

TEST_F(LwaToken, section_1_5_a_code_gives_a_token_pair) {
  const http::Response response = amazon.token(code_form(amazon.amazon_code()));
  EXPECT_EQ(response.status, 200);
  const json::object body = body_of(response);
  EXPECT_TRUE(text_of(body, "access_token").starts_with("Atza|"));
  EXPECT_TRUE(text_of(body, "refresh_token").starts_with("Atzr|"));
  EXPECT_EQ(text_of(body, "token_type"), "bearer");
  EXPECT_EQ(find_integer(body, "expires_in"), 3600);
  EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
}

TEST_F(LwaToken, section_1_5_expires_in_can_be_a_string) {
  amazon.emulator.world().switches.set({"expires_in", "string"});
  EXPECT_EQ(text_of(body_of(amazon.token(code_form(amazon.amazon_code()))), "expires_in"), "3600");
}

TEST_F(LwaToken, section_9_1_basic_credentials_are_taken) {
  FormWriter form;
  form.add("grant_type", "authorization_code")
      .add("code", amazon.amazon_code())
      .add("redirect_uri", kRedirectUri);
  const std::string pair = std::string(kAlexaClientId) + ":" + kAlexaClientSecret;
  const http::Response response =
      amazon.send({.method = "POST",
                   .url = kTokenUrl,
                   .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                               {"Authorization", "Basic " + to_base64(as_byte_view(pair))}},
                   .body = form.text()});
  EXPECT_EQ(response.status, 200) << response.body;
}

TEST_F(LwaToken, unknown_form_members_are_tolerated) {
  EXPECT_EQ(amazon.token(code_form(amazon.amazon_code()).add("scope", "x").add("foo", "bar")).status, 200);
}

TEST_F(LwaToken, section_9_4_missing_code) {
  FormWriter form;
  form.add("grant_type", "authorization_code")
      .add("client_id", kAlexaClientId)
      .add("client_secret", kAlexaClientSecret);
  expect_golden(amazon.token(form.add("redirect_uri", kRedirectUri)), 400, "lwa_missing_code");
}

TEST_F(LwaToken, section_1_5_each_missing_parameter_is_invalid_request) {
  const std::vector<std::pair<std::string, std::string>> all{{"grant_type", "authorization_code"},
                                                             {"client_id", kAlexaClientId},
                                                             {"client_secret", kAlexaClientSecret},
                                                             {"code", "AN"},
                                                             {"redirect_uri", kRedirectUri}};
  for (const auto& left_out : all) {
    FormWriter form;
    for (const auto& [name, value] : all)
      if (name != left_out.first) form.add(name, value);
    const http::Response response = amazon.token(form);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(text_of(body_of(response), "error"), "invalid_request") << left_out.first;
    EXPECT_TRUE(text_of(body_of(response), "error_description").ends_with(" : " + left_out.first));
  }
}

TEST_F(LwaToken, section_9_4_unknown_code) {
  expect_golden(amazon.token(code_form("ANunknown")), 400, "lwa_invalid_code");
}

TEST_F(LwaToken, section_9_2_a_second_use_of_a_code_is_refused) {
  const std::string code = amazon.amazon_code();
  EXPECT_EQ(amazon.token(code_form(code)).status, 200);
  expect_golden(amazon.token(code_form(code)), 400, "lwa_invalid_code");
}

TEST_F(LwaToken, section_9_2_a_code_older_than_five_minutes_is_refused) {
  const std::string code = amazon.amazon_code();
  amazon.clock.advance(minutes(5));
  expect_golden(amazon.token(code_form(code)), 400, "lwa_invalid_code");
}

TEST_F(LwaToken, section_9_2_another_redirect_uri_is_refused_and_burns_the_code) {
  const std::string code = amazon.amazon_code();
  FormWriter form;
  form.add("grant_type", "authorization_code").add("code", code).add("client_id", kAlexaClientId);
  form.add("client_secret", kAlexaClientSecret).add("redirect_uri", "https://link.example.org/other?a=b");
  expect_golden(amazon.token(form), 400, "lwa_invalid_code");
  expect_golden(amazon.token(code_form(code)), 400, "lwa_invalid_code");
}

TEST_F(LwaToken, section_9_2_a_code_of_another_client_is_refused) {
  FormWriter form;
  form.add("grant_type", "authorization_code")
      .add("code", amazon.amazon_code())
      .add("client_id", kOtherClientId);
  form.add("client_secret", kAlexaClientSecret).add("redirect_uri", kRedirectUri);
  expect_golden(amazon.token(form), 400, "lwa_invalid_code");
}

TEST_F(LwaToken, section_1_3_the_right_verifier_is_taken_from_the_body) {
  EXPECT_EQ(amazon.token(code_form(challenged_code()).add("code_verifier", kVerifier)).status, 200);
}

TEST_F(LwaToken, section_1_3_the_right_verifier_is_taken_from_the_query_too) {
  const std::string url = std::string(kTokenUrl) + "?code_verifier=" + kVerifier;
  EXPECT_EQ(amazon.post_form(url, code_form(challenged_code())).status, 200);
}

TEST_F(LwaToken, section_1_3_a_missing_verifier_is_invalid_grant) {
  expect_golden(amazon.token(code_form(challenged_code())), 400, "lwa_invalid_code");
}

TEST_F(LwaToken, section_1_3_a_wrong_verifier_is_invalid_grant_and_burns_the_code) {
  const std::string code = challenged_code();
  expect_golden(amazon.token(code_form(code).add("code_verifier", std::string(43, 'a'))), 400,
                "lwa_invalid_code");
  expect_golden(amazon.token(code_form(code).add("code_verifier", kVerifier)), 400, "lwa_invalid_code");
}

TEST_F(LwaToken, section_1_3_a_challenge_without_a_method_is_compared_as_plain) {
  const std::string code = amazon.amazon_code("anna", "code_challenge=" + std::string(kVerifier));
  EXPECT_EQ(amazon.token(code_form(code).add("code_verifier", kVerifier)).status, 200);
  const std::string hashed = amazon.amazon_code("anna", "code_challenge=" + std::string(kChallenge));
  EXPECT_EQ(amazon.token(code_form(hashed).add("code_verifier", kVerifier)).status, 400);
}

TEST_F(LwaToken, section_9_4_wrong_secret_and_unknown_client) {
  for (const auto& [id, secret] :
       {std::pair{kAlexaClientId, "wrong"}, std::pair{"alexa", kAlexaClientSecret}}) {
    FormWriter form;
    form.add("grant_type", "authorization_code").add("code", "AN").add("redirect_uri", kRedirectUri);
    expect_golden(amazon.token(form.add("client_id", id).add("client_secret", secret)), 401,
                  "lwa_invalid_client");
  }
}

TEST_F(LwaToken, a_stranger_with_a_wrong_secret_does_not_burn_the_code) {
  const std::string code = amazon.amazon_code();
  FormWriter form;
  form.add("grant_type", "authorization_code").add("code", code).add("client_id", kAlexaClientId);
  EXPECT_EQ(amazon.token(form.add("client_secret", "wrong").add("redirect_uri", kRedirectUri)).status, 401);
  EXPECT_EQ(amazon.token(code_form(code)).status, 200);
}

TEST_F(LwaToken, section_9_4_a_client_without_linking_consent) {
  EmulatorSettings settings = example_settings();
  settings.skills[0].linking_consent = false;
  AmazonUnderTest closed(std::move(settings));
  expect_golden(closed.token(code_form("AN")), 400, "lwa_unauthorized_client");
}

TEST_F(LwaToken, section_9_4_an_unknown_grant_type) {
  FormWriter form;
  expect_golden(amazon.token(form.add("grant_type", "password")), 400, "lwa_unsupported_grant_type");
}

TEST_F(LwaToken, section_9_4_a_json_body_shows_up_as_unsupported_grant_type) {
  expect_golden(amazon.post_json(kTokenUrl, R"({"grant_type":"authorization_code"})"), 400,
                "lwa_unsupported_grant_type");
}

TEST_F(LwaToken, a_repeated_parameter_is_invalid_request) {
  const http::Response response = amazon.token(code_form("AN").add("code", "AN2"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text_of(body_of(response), "error"), "invalid_request");
}

TEST_F(LwaToken, refresh_gives_a_new_pair_and_the_old_one_stays_good) {
  const json::object first = body_of(amazon.token(code_form(amazon.amazon_code())));
  const std::string refresh_token = text_of(first, "refresh_token");
  const http::Response second = amazon.token(refresh_form(refresh_token));
  EXPECT_EQ(second.status, 200);
  EXPECT_NE(text_of(body_of(second), "access_token"), text_of(first, "access_token"));
  EXPECT_EQ(amazon.token(refresh_form(refresh_token)).status, 200);
}

TEST_F(LwaToken, section_9_4_an_unknown_refresh_token) {
  expect_golden(amazon.token(refresh_form("Atzr|nothing")), 400, "lwa_invalid_refresh_token");
}

TEST_F(LwaToken, section_1_5_a_refresh_token_is_bound_to_its_client) {
  const std::string refresh_token =
      text_of(body_of(amazon.token(code_form(amazon.amazon_code()))), "refresh_token");
  FormWriter form;
  form.add("grant_type", "refresh_token").add("refresh_token", refresh_token);
  form.add("client_id", kOtherClientId).add("client_secret", kAlexaClientSecret);
  expect_golden(amazon.token(form), 400, "lwa_invalid_refresh_token");
}

TEST_F(LwaToken, section_1_5_disabling_the_skill_revokes_the_refresh_token) {
  const json::object pair = body_of(amazon.token(code_form(amazon.amazon_code())));
  EXPECT_EQ(amazon.link(text_of(pair, "access_token")).status, 201);
  amazon.send({.method = "DELETE",
               .url = "http://127.0.0.1/_emulator/api/users/anna/links/" + std::string(kSkillId),
               .headers = {},
               .body = ""});
  expect_golden(amazon.token(refresh_form(text_of(pair, "refresh_token"))), 400, "lwa_invalid_refresh_token");
}

TEST_F(LwaToken, section_9_5_tokeninfo_counts_the_seconds_left) {
  const std::string token = amazon.amazon_token();
  amazon.clock.advance(seconds(3));
  const http::Response info =
      amazon.get("https://api.amazon.com/auth/o2/tokeninfo?access_token=" + percent_encode(token));
  EXPECT_EQ(info.status, 200);
  EXPECT_EQ(text_of(body_of(info), "iss"), "https://www.amazon.com");
  EXPECT_EQ(text_of(body_of(info), "aud"), kAlexaClientId);
  EXPECT_EQ(find_integer(body_of(info), "exp"), 3597);
  EXPECT_EQ(find_integer(body_of(info), "iat"), unix_seconds(*from_iso8601("2026-03-01T10:00:00Z")));
}

TEST_F(LwaToken, section_9_5_tokeninfo_refuses_an_expired_token) {
  const std::string token = amazon.amazon_token();
  amazon.clock.advance(seconds(3600));
  const http::Response info =
      amazon.get("https://api.amazon.com/auth/o2/tokeninfo?access_token=" + percent_encode(token));
  EXPECT_EQ(info.status, 400);
  EXPECT_EQ(text_of(body_of(info), "error"), "invalid_token");
}

TEST_F(LwaToken, section_9_6_a_linking_token_does_not_open_the_profile) {
  const http::Response profile = amazon.send({.method = "GET",
                                              .url = "https://api.amazon.com/user/profile",
                                              .headers = {{"x-amz-access-token", amazon.amazon_token()}},
                                              .body = ""});
  EXPECT_EQ(text_of(body_of(profile), "error"), "insufficient_scope");
}

TEST_F(LwaToken, section_9_6_a_profile_token_does) {
  const AmazonTokenPair pair = amazon.emulator.world().tokens.issue_pair({"anna", kAlexaClientId, "profile"});
  const http::Response profile =
      amazon.send({.method = "GET",
                   .url = "https://api.amazon.com/user/profile",
                   .headers = {{"Authorization", "Bearer " + std::string(pair.access_token.reveal())}},
                   .body = ""});
  EXPECT_EQ(profile.status, 200);
  EXPECT_EQ(text_of(body_of(profile), "name"), "Anna Amazon");
  EXPECT_TRUE(text_of(body_of(profile), "user_id").starts_with("amzn1.account."));
}

}  // namespace
}  // namespace couplet::emulator::test
