// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kPath = std::string("/v1/users/~current/skills/") + kSkillId + "/enablement";

class EnablementApi : public ::testing::Test {
 protected:
  http::Response call(const std::string& method, const std::string& token,
                      const std::string& host = "api.eu.amazonalexa.com") {
    return amazon.send({.method = method,
                        .url = "https://" + host + kPath,
                        .headers = {{"Authorization", "Bearer " + token}},
                        .body = ""});
  }
  http::Response enable_with_header(const std::string& authorization) {
    return amazon.send({.method = "POST",
                        .url = "https://api.eu.amazonalexa.com" + kPath,
                        .headers = {{"Authorization", authorization}, {"Content-Type", "application/json"}},
                        .body = enablement_body()});
  }
  void expect_not_called() { EXPECT_TRUE(amazon.provider.requests.empty()); }
  AmazonUnderTest amazon;
};

TEST_F(EnablementApi, section_1_7_links_and_answers_201) {
  const http::Response response = amazon.link(amazon.amazon_token());
  EXPECT_EQ(response.status, 201);
  json::object body = body_of(response);
  EXPECT_TRUE(text_of(body, "user.id").starts_with("amzn1.ask.account."));
  EXPECT_LE(text_of(body, "user.id").size(), 255u);
  body["user"].as_object()["id"] = "amzn1.ask.account.EXAMPLE";
  EXPECT_EQ(json::value(body), golden("enablement_linked"));
}

TEST_F(EnablementApi, section_2_3_calls_the_token_url_inside_the_post) {
  amazon.link(amazon.amazon_token());
  ASSERT_EQ(amazon.provider.requests.size(), 1u);
  const http::OutgoingRequest& call = amazon.provider.requests[0];
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://auth.example.org/token");
  EXPECT_EQ(call.deadlines.total, milliseconds(4500));
  const auto form = FormParameters::parse(call.body);
  EXPECT_EQ(form->get("grant_type"), "authorization_code");
  EXPECT_EQ(form->get("code"), "PROVIDER-CODE");
  EXPECT_EQ(form->get("redirect_uri"), kRedirectUri);
  EXPECT_FALSE(form->get("code_verifier"));
}

TEST_F(EnablementApi, section_1_8_linking_again_relinks_and_keeps_the_alexa_user_id) {
  const std::string token = amazon.amazon_token();
  const http::Response first = amazon.link(token);
  const http::Response second = amazon.link(token);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(text_of(body_of(first), "user.id"), text_of(body_of(second), "user.id"));
}

TEST_F(EnablementApi, section_4_2_disable_and_enable_gives_a_new_alexa_user_id) {
  const std::string first_token = amazon.amazon_token();
  const http::Response first = amazon.link(first_token);
  EXPECT_EQ(call("DELETE", first_token).status, 204);
  const http::Response second = amazon.link(amazon.amazon_token());
  EXPECT_EQ(second.status, 201);
  EXPECT_NE(text_of(body_of(first), "user.id"), text_of(body_of(second), "user.id"));
}

TEST_F(EnablementApi, section_1_7_Bearer_is_case_sensitive) {
  const std::string token = amazon.amazon_token();
  EXPECT_EQ(enable_with_header("bearer " + token).status, 400);
  EXPECT_EQ(enable_with_header("\"Bearer " + token + "\"").status, 400);
  EXPECT_EQ(enable_with_header("Bearer").status, 400);
  EXPECT_EQ(enable_with_header("Bearer  " + token).status, 400);
  expect_not_called();
  EXPECT_EQ(enable_with_header("Bearer " + token).status, 201);
}

TEST_F(EnablementApi, section_1_7_no_authorization_is_400) {
  EXPECT_EQ(amazon.post_json("https://api.eu.amazonalexa.com" + kPath, enablement_body()).status, 400);
}

TEST_F(EnablementApi, section_1_7_an_unknown_token_is_403) {
  EXPECT_EQ(amazon.link("Atza|nothing").status, 403);
  expect_not_called();
}

TEST_F(EnablementApi, section_1_7_an_expired_token_is_403) {
  const std::string token = amazon.amazon_token();
  amazon.clock.advance(seconds(3600));
  EXPECT_EQ(amazon.link(token).status, 403);
}

TEST_F(EnablementApi, section_1_7_a_revoked_token_is_401) {
  const std::string token = amazon.amazon_token();
  amazon.link(token);
  call("DELETE", token);
  EXPECT_EQ(amazon.link(token).status, 401);
  EXPECT_EQ(call("GET", token).status, 401);
}

TEST_F(EnablementApi, section_1_7_a_token_without_linking_consent_is_403) {
  const AmazonTokenPair pair = amazon.emulator.world().tokens.issue_pair({"anna", kAlexaClientId, "profile"});
  EXPECT_EQ(amazon.link(std::string(pair.access_token.reveal())).status, 403);
  expect_not_called();
}

TEST_F(EnablementApi, section_1_7_a_token_of_another_skill_is_403) {
  const AmazonTokenPair pair =
      amazon.emulator.world().tokens.issue_pair({"anna", kOtherClientId, std::string(kLinkingScope)});
  EXPECT_EQ(amazon.link(std::string(pair.access_token.reveal())).status, 403);
  expect_not_called();
}

TEST_F(EnablementApi, section_1_7_an_unknown_skill_is_404) {
  const http::Response response = amazon.send(
      {.method = "POST",
       .url = "https://api.eu.amazonalexa.com/v1/users/~current/skills/amzn1.ask.skill.none/enablement",
       .headers = {{"Authorization", "Bearer " + amazon.amazon_token()},
                   {"Content-Type", "application/json"}},
       .body = enablement_body()});
  EXPECT_EQ(response.status, 404);
}

TEST_F(EnablementApi, section_1_7_a_stage_that_the_skill_does_not_have_is_404) {
  EXPECT_EQ(amazon.enable(amazon.amazon_token(), enablement_body("live")).status, 404);
  expect_not_called();
}

TEST_F(EnablementApi, section_8_1_a_skill_in_development_is_for_owner_and_testers) {
  EXPECT_EQ(amazon.link(amazon.amazon_token("eve"), "api.amazonalexa.com").status, 403);
  expect_not_called();
  EXPECT_EQ(amazon.link(amazon.amazon_token("tom"), "api.amazonalexa.com").status, 201);
}

TEST_F(EnablementApi, section_1_6_another_region_does_not_know_the_user) {
  EXPECT_EQ(amazon.link(amazon.amazon_token("anna"), "api.amazonalexa.com").status, 403);
  expect_not_called();
}

TEST_F(EnablementApi, section_1_7_each_missing_member_is_400_and_named) {
  const std::string token = amazon.amazon_token();
  const std::vector<std::pair<std::string, std::string>> rows{
      {"stage",
       R"({"accountLinkRequest":{"redirectUri":"https://link.example.org/cb","authCode":"C","type":"AUTH_CODE"}})"},
      {"accountLinkRequest", R"({"stage":"development"})"},
      {"accountLinkRequest",
       R"({"stage":"development","accountLinkingRequest":{"redirectUri":"r","authCode":"C","type":"AUTH_CODE"}})"},
      {"redirectUri", R"({"stage":"development","accountLinkRequest":{"authCode":"C","type":"AUTH_CODE"}})"},
      {"authCode",
       R"({"stage":"development","accountLinkRequest":{"redirectUri":"https://link.example.org/cb","type":"AUTH_CODE"}})"},
      {"type",
       R"({"stage":"development","accountLinkRequest":{"redirectUri":"https://link.example.org/cb","authCode":"C"}})"},
      {"type",
       R"({"stage":"development","accountLinkRequest":{"redirectUri":"https://link.example.org/cb","authCode":"C","type":"IMPLICIT"}})"},
      {"stage",
       R"({"stage":"beta","accountLinkRequest":{"redirectUri":"https://link.example.org/cb","authCode":"C","type":"AUTH_CODE"}})"}};
  for (const auto& [member, body] : rows) {
    const http::Response response = amazon.enable(token, body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_TRUE(text_of(body_of(response), "message").ends_with(": " + member)) << response.body;
  }
  expect_not_called();
}

TEST_F(EnablementApi, a_body_that_is_no_json_object_or_not_called_json_is_400) {
  const std::string token = amazon.amazon_token();
  EXPECT_EQ(amazon.enable(token, "[]").status, 400);
  const http::Response untyped =
      amazon.send({.method = "POST",
                   .url = "https://api.eu.amazonalexa.com" + kPath,
                   .headers = {{"Authorization", "Bearer " + token}, {"Content-Type", "text/plain"}},
                   .body = enablement_body()});
  EXPECT_EQ(untyped.status, 400);
  expect_not_called();
}

TEST_F(EnablementApi, a_redirect_uri_that_is_not_registered_is_400) {
  EXPECT_EQ(
      amazon.enable(amazon.amazon_token(), enablement_body("development", "https://link.example.org/cb2"))
          .status,
      400);
  expect_not_called();
}

TEST_F(EnablementApi, section_1_7_a_refused_code_is_invalid_account_linking_credentials) {
  amazon.provider.answer = [](const auto&) { return json_answer(400, R"({"error":"invalid_grant"})"); };
  const std::string token = amazon.amazon_token();
  const http::Response response = amazon.link(token);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(json::value(body_of(response)), golden("enablement_invalid_credentials"));
  EXPECT_NE(header_of(response, "X-Emulator-Note").find("invalid_grant"), std::string::npos);
  EXPECT_EQ(call("GET", token).status, 404);
}

TEST_F(EnablementApi, section_2_3_a_provider_that_is_too_late_or_broken_is_500) {
  const std::string token = amazon.amazon_token();
  amazon.provider.answer = [](const auto&) { return no_answer(http::TransportError::Kind::timeout); };
  EXPECT_EQ(amazon.link(token).status, 500);
  amazon.provider.answer = [](const auto&) { return json_answer(503, "{}"); };
  EXPECT_EQ(amazon.link(token).status, 500);
  EXPECT_EQ(call("GET", token).status, 404);
}

TEST_F(EnablementApi, section_1_8_status_is_404_then_200_then_404) {
  const std::string token = amazon.amazon_token();
  EXPECT_EQ(call("GET", token).status, 404);
  amazon.link(token);
  json::object body = body_of(call("GET", token));
  body["user"].as_object()["id"] = "amzn1.ask.account.EXAMPLE";
  EXPECT_EQ(json::value(body), golden("enablement_linked"));
  EXPECT_EQ(call("DELETE", token).status, 204);
  EXPECT_EQ(call("GET", amazon.amazon_token()).status, 404);
}

TEST_F(EnablementApi, section_1_8_delete_without_a_link_is_404) {
  EXPECT_EQ(call("DELETE", amazon.amazon_token()).status, 404);
}

TEST_F(EnablementApi, delete_forgets_the_providers_tokens) {
  const std::string token = amazon.amazon_token();
  amazon.link(token);
  EXPECT_EQ(call("DELETE", token).body, "");
  EXPECT_EQ(amazon.emulator.world().enablements.find("anna", kSkillId), nullptr);
}

TEST_F(EnablementApi, section_1_6_the_endpoint_is_the_users_region) {
  const Sent lookup{.method = "GET",
                    .url = "https://api.amazonalexa.com/v1/alexaApiEndpoint",
                    .headers = {{"Authorization", "Bearer " + amazon.amazon_token()}},
                    .body = ""};
  EXPECT_EQ(json::value(body_of(amazon.send(lookup))), golden("api_endpoint_eu"));
  amazon.emulator.world().switches.set({"endpoints", "several"});
  EXPECT_EQ(find_array(body_of(amazon.send(lookup)), "endpoints")->size(), 3u);
  amazon.emulator.world().switches.set({"endpoints", "none"});
  EXPECT_EQ(amazon.send(lookup).body, R"({"endpoints":[]})");
}

TEST_F(EnablementApi, section_1_6_the_look_up_checks_the_token) {
  const http::Response refused = amazon.send({.method = "GET",
                                              .url = "https://api.amazonalexa.com/v1/alexaApiEndpoint",
                                              .headers = {{"Authorization", "Bearer Atza|nothing"}},
                                              .body = ""});
  EXPECT_EQ(refused.status, 403);
}

TEST_F(EnablementApi, an_unknown_host_is_421_and_an_amazon_host_knows_only_its_own_paths) {
  EXPECT_EQ(amazon.get("https://sellingpartnerapi.amazon.com/x").status, 421);
  EXPECT_EQ(amazon.get("https://127.0.0.1:8443/v1/alexaApiEndpoint").status, 421);
  EXPECT_EQ(amazon.get("https://api.amazon.com/v1/alexaApiEndpoint").status, 404);
  EXPECT_EQ(amazon.get("http://evil.example/_emulator/api/users").status, 421);
}

}  // namespace
}  // namespace couplet::emulator::test
