// SPDX-License-Identifier: Apache-2.0
// Directives and AcceptGrant, from the link and the control interface to the skill's endpoint.
#include <gtest/gtest.h>

#include <algorithm>

#include "emulator/alexa/directive.hpp"
#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kApi = "http://127.0.0.1:8090/_emulator/api";
constexpr const char* kHome = "https://skill.example.org/home";
constexpr const char* kGranted =
    R"({"event":{"header":{"namespace":"Alexa.Authorization","name":"AcceptGrant.Response","messageId":"m","payloadVersion":"3"},"payload":{}}})";

std::string error_response(const std::string& type) {
  return R"({"event":{"header":{"namespace":"Alexa","name":"ErrorResponse"},"payload":{"type":")" + type +
         R"("}}})";
}

EmulatorSettings settings_with_home() {
  EmulatorSettings settings = example_settings();
  settings.skills[0].smart_home = {kHome, true};
  settings.skills[0].events = {kHome, {SkillEventKind::SKILL_ACCOUNT_LINKED}};
  return settings;
}

class SmartHome : public ::testing::Test {
 protected:
  void SetUp() override {
    amazon.provider.answer = [this](const http::OutgoingRequest& request) -> ScriptedProvider::Answer {
      return request.url == kHome ? home_answer : json_answer(200, good_tokens());
    };
  }
  http::Response link() { return amazon.link(amazon.amazon_token()); }
  http::Response direct(const std::string& more) {
    return amazon.post_json(kApi + "/directives",
                            R"({"user":"anna","skill_id":")" + std::string(kSkillId) + "\"," + more + "}");
  }
  json::object last_directive() {
    const json::object body = *parse_json_object(amazon.provider.requests.back().body);
    return *find_object(body, "directive");
  }

  ScriptedProvider::Answer home_answer = json_answer(200, kGranted);
  AmazonUnderTest amazon{settings_with_home()};
};

TEST_F(SmartHome, section_6_3_a_link_offers_a_grant) {
  EXPECT_EQ(link().status, 201);
  const json::object directive = last_directive();
  EXPECT_EQ(text_of(directive, "header.namespace"), "Alexa.Authorization");
  EXPECT_EQ(text_of(directive, "header.name"), "AcceptGrant");
  EXPECT_EQ(text_of(directive, "header.payloadVersion"), "3");
  EXPECT_FALSE(find_string(directive, "header.correlationToken"));
  EXPECT_EQ(text_of(directive, "payload.grant.type"), "OAuth2.AuthorizationCode");
  EXPECT_EQ(text_of(directive, "payload.grantee.type"), "BearerToken");
  EXPECT_EQ(text_of(directive, "payload.grantee.token"), "provider-access");
  EXPECT_FALSE(find_object(directive, "endpoint"));
}

TEST_F(SmartHome, section_6_3_the_grants_code_is_good_at_lwa_without_a_redirect_uri) {
  link();
  FormWriter form;
  form.add("grant_type", "authorization_code").add("code", text_of(last_directive(), "payload.grant.code"));
  form.add("client_id", kAlexaClientId).add("client_secret", kAlexaClientSecret);
  const http::Response answer = amazon.token(form);
  ASSERT_EQ(answer.status, 200) << answer.body;
  const std::string token = text_of(body_of(answer), "access_token");
  const std::string url =
      std::string("https://api.eu.amazonalexa.com/v1/users/~current/skills/") + kSkillId + "/enablement";
  EXPECT_EQ(
      amazon
          .send({.method = "GET", .url = url, .headers = {{"Authorization", "Bearer " + token}}, .body = ""})
          .status,
      200);
  EXPECT_EQ(amazon.token(form).status, 400);  // once
}

TEST_F(SmartHome, a_code_of_the_consent_page_still_needs_its_redirect_uri) {
  FormWriter form;
  form.add("grant_type", "authorization_code").add("code", amazon.amazon_code());
  form.add("client_id", kAlexaClientId).add("client_secret", kAlexaClientSecret);
  EXPECT_EQ(text_of(body_of(amazon.token(form)), "error"), "invalid_request");
}

TEST_F(SmartHome, section_8_1_a_missing_or_failing_answer_fails_the_linking) {
  struct Row {
    ScriptedProvider::Answer answer;
    int status;
  };
  for (const Row& row :
       {Row{json_answer(200, error_response("ACCEPT_GRANT_FAILED")), 400}, Row{json_answer(200, "{}"), 400},
        Row{json_answer(404, kGranted), 400}, Row{json_answer(503, "{}"), 500},
        Row{no_answer(http::TransportError::Kind::timeout), 500}}) {
    home_answer = row.answer;
    EXPECT_EQ(link().status, row.status);
    EXPECT_FALSE(amazon.emulator.world().enablements.find("anna", kSkillId));
    EXPECT_TRUE(amazon.emulator.world().events.pending().empty());
  }
}

TEST_F(SmartHome, a_skill_that_may_not_send_events_gets_no_grant) {
  amazon.send({.method = "PUT",
               .url = kApi + "/skills/" + kSkillId,
               .headers = {},
               .body = R"({"smart_home":{"send_alexa_events":false}})"});
  EXPECT_EQ(link().status, 201);
  EXPECT_TRUE(std::ranges::none_of(amazon.provider.requests,
                                   [](const auto& request) { return request.url == kHome; }));
}

TEST_F(SmartHome, section_6_2_discovery_has_the_token_in_its_payload) {
  link();
  home_answer = json_answer(
      200,
      R"({"event":{"header":{"namespace":"Alexa.Discovery","name":"Discover.Response"},"payload":{"endpoints":[]}}})");
  const http::Response answer = direct(R"("namespace":"Alexa.Discovery","name":"Discover")");
  EXPECT_EQ(text_of(body_of(answer), "name"), "Discover.Response");
  EXPECT_EQ(text_of(last_directive(), "payload.scope.token"), "provider-access");
  EXPECT_FALSE(find_object(last_directive(), "endpoint"));
}

TEST_F(SmartHome, section_6_2_other_directives_have_it_at_the_device) {
  link();
  home_answer =
      json_answer(200, R"({"event":{"header":{"namespace":"Alexa","name":"Response"},"payload":{}}})");
  for (const char* directive :
       {R"("namespace":"Alexa.PowerController","name":"TurnOn","endpoint_id":"lamp","payload":{"a":1})",
        R"("namespace":"Alexa","name":"ReportState","endpoint_id":"lamp")"}) {
    EXPECT_EQ(direct(directive).status, 200) << directive;
    EXPECT_EQ(text_of(last_directive(), "endpoint.scope.type"), "BearerToken");
    EXPECT_EQ(text_of(last_directive(), "endpoint.scope.token"), "provider-access");
    EXPECT_EQ(text_of(last_directive(), "endpoint.endpointId"), "lamp");
    EXPECT_NE(text_of(last_directive(), "header.correlationToken"), "");
    EXPECT_FALSE(find_object(last_directive(), "payload.scope"));
  }
  const auto& headers = amazon.provider.requests.back().headers;
  EXPECT_TRUE(
      std::ranges::none_of(headers, [](const auto& header) { return header.first == "Signature-256"; }));
}

TEST_F(SmartHome, directives_can_be_signed) {
  amazon.emulator.world().switches.set({"directive_signature", "present"});
  link();
  const auto& headers = amazon.provider.requests.back().headers;
  EXPECT_TRUE(
      std::ranges::any_of(headers, [](const auto& header) { return header.first == "Signature-256"; }));
}

TEST_F(SmartHome, section_6_2_a_credential_error_drops_the_link) {
  for (const char* type : {"INVALID_AUTHORIZATION_CREDENTIAL", "EXPIRED_AUTHORIZATION_CREDENTIAL"}) {
    home_answer = json_answer(200, kGranted);
    link();
    home_answer = json_answer(200, error_response(type));
    const json::object answer =
        body_of(direct(R"("namespace":"Alexa","name":"ReportState","endpoint_id":"lamp")"));
    EXPECT_EQ(find_bool(answer, "unlinked"), true);
    EXPECT_FALSE(amazon.emulator.world().enablements.find("anna", kSkillId)->tokens);
  }
}

TEST_F(SmartHome, other_errors_and_the_switch_keep_the_link) {
  link();
  home_answer = json_answer(200, error_response("INTERNAL_ERROR"));
  const std::string report = R"("namespace":"Alexa","name":"ReportState","endpoint_id":"lamp")";
  EXPECT_EQ(text_of(body_of(direct(report)), "error_type"), "INTERNAL_ERROR");
  amazon.emulator.world().switches.set({"credential_error", "ignored"});
  home_answer = json_answer(200, error_response("INVALID_AUTHORIZATION_CREDENTIAL"));
  EXPECT_EQ(find_bool(body_of(direct(report)), "unlinked"), false);
  EXPECT_TRUE(amazon.emulator.world().enablements.find("anna", kSkillId)->tokens);
}

TEST_F(SmartHome, section_2_4_an_expired_token_is_refreshed_first) {
  link();
  amazon.clock.advance(seconds(3600));
  direct(R"("namespace":"Alexa","name":"ReportState","endpoint_id":"lamp")");
  const auto& refresh = amazon.provider.requests[amazon.provider.requests.size() - 2];
  EXPECT_TRUE(refresh.body.starts_with("grant_type=refresh_token")) << refresh.body;
}

TEST_F(SmartHome, a_grant_can_be_offered_again) {
  EXPECT_EQ(direct(R"("namespace":"Alexa.Authorization","name":"AcceptGrant")").status, 502);  // not linked
  link();
  amazon.emulator.world().switches.set({"accept_grant_correlation", "present"});
  EXPECT_EQ(direct(R"("namespace":"Alexa.Authorization","name":"AcceptGrant")").status, 200);
  EXPECT_NE(text_of(last_directive(), "header.correlationToken"), "");
}

TEST_F(SmartHome, a_directive_that_cannot_be_is_refused_with_the_reason) {
  EXPECT_EQ(direct(R"("namespace":"Alexa","name":"ReportState")").status, 400);
  EXPECT_EQ(direct(R"("name":"ReportState")").status, 400);
  EXPECT_EQ(direct(R"("namespace":"Alexa.Discovery","name":"Discover")").status, 502);  // not linked
  EXPECT_EQ(amazon
                .send({.method = "POST",
                       .url = kApi + "/directives",
                       .headers = {{"Origin", "https://evil.example"}},
                       .body = "{}"})
                .status,
            403);
}

}  // namespace
}  // namespace couplet::emulator::test
