// SPDX-License-Identifier: Apache-2.0
#include "emulator/amazon_under_test.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/encoding.hpp"

namespace couplet::emulator::test {

Task<ScriptedProvider::Answer> ScriptedProvider::send(http::OutgoingRequest request) {
  requests.push_back(std::move(request));
  co_return answer ? answer(requests.back()) : json_answer(200, good_tokens());
}

ScriptedProvider::Answer json_answer(int status, std::string body) {
  return http::IncomingResponse{
      status, {{"content-type", "application/json"}}, std::move(body), milliseconds{3}};
}

ScriptedProvider::Answer no_answer(http::TransportError::Kind kind) {
  return std::unexpected(http::TransportError{kind, true, milliseconds{4500}, "test"});
}

std::string good_tokens() {
  return R"({"access_token":"provider-access","refresh_token":"provider-refresh","token_type":"Bearer","expires_in":3600})";
}

EmulatorSettings example_settings() {
  EmulatorSettings settings;
  settings.users = {{"anna", "Anna Amazon", "anna@example.org", Region::eu, true, false},
                    {"tom", "Tom Tester", "tom@example.org", Region::na, false, true},
                    {"eve", "Eve Everybody", "eve@example.org", Region::na, false, false}};
  Skill skill;
  skill.skill_id = kSkillId;
  skill.name = "Ride Hailer";
  skill.stages = {Stage::development};
  skill.alexa_client_id = kAlexaClientId;
  skill.alexa_client_secret = AlexaClientSecret(kAlexaClientSecret);
  skill.endpoint = "https://skill.example.org/alexa";
  skill.utterances = {{"Alexa, ask Ride Hailer for a ride", "OrderRideIntent"}};
  skill.account_linking.accessTokenUrl = "https://auth.example.org/token";
  skill.account_linking.clientId = "alexa";
  skill.account_linking.clientSecret = ProviderClientSecret("s3cret-of-ours");
  skill.account_linking.redirectUrls = {kRedirectUri, "https://link.example.org/other?a=b"};
  Skill other = skill;
  other.skill_id = kOtherSkillId;
  other.name = "Other";
  other.stages = {Stage::development, Stage::live};
  other.alexa_client_id = kOtherClientId;
  settings.skills = {skill, other};
  return settings;
}

AmazonUnderTest::AmazonUnderTest(EmulatorSettings settings)
    : clock(*from_iso8601("2026-03-01T10:00:00Z")),
      random(7),
      emulator(std::move(settings), provider, clock, random) {}

http::Response AmazonUnderTest::send(const Sent& sent) {
  const bool tls = sent.url.starts_with("https://");
  const std::string rest = sent.url.substr(tls ? 8 : 7);
  const std::string host = rest.substr(0, rest.find('/'));
  const std::string target = rest.substr(host.size());
  const std::string path = target.substr(0, target.find('?'));
  const std::string query = path.size() < target.size() ? target.substr(path.size() + 1) : "";
  http::HeaderView::Pairs pairs{{"Host", host}};
  for (const auto& [name, value] : sent.headers) pairs.emplace_back(name, value);
  http::Request request{.method = sent.method,
                        .path = path,
                        .query = query,
                        .headers = http::HeaderView(pairs),
                        .body = sent.body,
                        .peer_address = "127.0.0.1",
                        .request_id = "test",
                        .tls = tls,
                        .path_parameters = {}};
  return run_task((tls ? emulator.amazon_router() : emulator.browser_router()).dispatch(request));
}

http::Response AmazonUnderTest::post_form(std::string url, const FormWriter& form) {
  return send({.method = "POST",
               .url = std::move(url),
               .headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"}},
               .body = form.text()});
}

http::Response AmazonUnderTest::post_json(std::string url, const std::string& body) {
  return send({.method = "POST",
               .url = std::move(url),
               .headers = {{"Content-Type", "application/json"}},
               .body = body});
}

std::string AmazonUnderTest::amazon_code(const std::string& user, const std::string& query) {
  const http::Response page = get("http://127.0.0.1:8090/ap/oa?" + lwa_query(query));
  const std::size_t start = page.body.find("name=\"form_token\" value=\"");
  if (start == std::string::npos) return "no page: " + std::to_string(page.status) + page.body;
  FormWriter form;
  form.add("form_token", page.body.substr(start + 25, 32)).add("user", user).add("decision", "allow");
  return std::string(
      location_query(post_form("http://127.0.0.1:8090/ap/oa", form)).get("code").value_or("no code"));
}

std::string AmazonUnderTest::amazon_token(const std::string& user) {
  return text_of(body_of(token(code_form(amazon_code(user)))), "access_token");
}

http::Response AmazonUnderTest::enable(const std::string& token, const std::string& body,
                                       const std::string& host) {
  return send({.method = "POST",
               .url = "https://" + host + "/v1/users/~current/skills/" + kSkillId + "/enablement",
               .headers = {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}},
               .body = body});
}

http::Response AmazonUnderTest::link(const std::string& token, const std::string& host) {
  return enable(token, enablement_body(), host);
}

std::string header_of(const http::Response& response, std::string_view name) {
  for (const auto& [known, value] : response.headers)
    if (ascii_lower(known) == ascii_lower(name)) return value;
  return "";
}

json::object body_of(const http::Response& response) {
  auto body = parse_json_object(response.body);
  return body ? std::move(*body) : json::object{};
}

std::string text_of(const json::object& object, std::string_view path) {
  return std::string(find_string(object, path).value_or(""));
}

FormParameters location_query(const http::Response& response) {
  const std::string location = header_of(response, "Location");
  auto query = FormParameters::parse(location.substr(std::min(location.find('?') + 1, location.size())));
  return query ? std::move(*query) : FormParameters{};
}

json::value golden(const std::string& name) {
  std::ifstream stream(std::string(COUPLET_SOURCE_DIR) + "/tests/golden/amazon/" + name + ".json");
  std::ostringstream text;
  text << stream.rdbuf();
  auto value = parse_json(text.str());
  return value ? std::move(*value) : json::value(nullptr);
}

std::string lwa_query(const std::string& more) {
  FormWriter query;
  query.add("client_id", kAlexaClientId)
      .add("scope", kLinkingScope)
      .add("response_type", "code")
      .add("redirect_uri", kRedirectUri);
  query.add("state", "opaque-state_1");
  return query.text() + (more.empty() ? "" : "&" + more);
}

std::string enablement_body(const std::string& stage, const std::string& redirect_uri,
                            const std::string& code) {
  const json::object link{{"redirectUri", redirect_uri}, {"authCode", code}, {"type", "AUTH_CODE"}};
  return json::serialize(json::object{{"stage", stage}, {"accountLinkRequest", link}});
}

FormWriter code_form(const std::string& code) {
  FormWriter form;
  form.add("grant_type", "authorization_code").add("code", code).add("client_id", kAlexaClientId);
  form.add("client_secret", kAlexaClientSecret).add("redirect_uri", kRedirectUri);
  return form;
}

TEST(AmazonUnderTest, walks_from_consent_to_link_without_sockets) {
  AmazonUnderTest amazon;
  EXPECT_EQ(amazon.link(amazon.amazon_token()).status, 201);
}

}  // namespace couplet::emulator::test
