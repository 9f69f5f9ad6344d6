// SPDX-License-Identifier: Apache-2.0
#include "emulator/walk/walk_steps.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <sstream>

#include "base/encoding.hpp"
#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

constexpr const char* kCouplet = "http://127.0.0.1:8080";
constexpr const char* kEmulator = "http://127.0.0.1:8090";
constexpr const char* kApp = "http://127.0.0.1:8000";

/// A small linking backend: enough of Couplet's interface for the walk, honest calls to the emulated Amazon.
class SmallBackend {
 public:
  explicit SmallBackend(AmazonUnderTest& amazon) : amazon_(amazon) {}

  http::Response answer(const http::OutgoingRequest& request) {
    const std::string path = request.url.substr(std::string(kCouplet).size());
    if (path == "/.well-known/apple-app-site-association" || path == "/.well-known/assetlinks.json")
      return http::json_response(associations_status, "{}");
    if (path == "/.well-known/oauth-authorization-server")
      return http::json_response(200, R"({"token_endpoint":")" + token_endpoint + R"("})");
    if (!has_key(request)) return http::json_response(401, R"({"code":"invalid_api_key"})");
    if (path == "/v1/skills/ride-hailer/users/user-alice/link-attempts") return start();
    if (path == "/v1/skills/ride-hailer/users/user-alice/link") return finish(request);
    if (path == "/v1/skills/ride-hailer/users/user-alice/link?fresh=true")
      return http::json_response(200, R"({"status":"LINKED"})");
    return http::json_response(404, "{}");
  }

  std::string token_endpoint = "https://auth.example.org/token";
  std::string browser_base = kEmulator;
  std::string secret = kAlexaClientSecret;
  int associations_status = 200;
  bool app_redirects = false;
  bool asks_when_unsure = false;
  int finish_status = 200;

 private:
  static bool has_key(const http::OutgoingRequest& request) {
    return std::ranges::find(request.headers, std::pair<std::string, std::string>(
                                                  "Authorization", "Bearer cpk_made_up_key")) !=
           request.headers.end();
  }
  http::Response start() const {
    const std::string query = lwa_query("fragment=skill-account-linking-consent&skill_stage=development");
    const json::object body{{"attempt_id", "attempt-1"},
                            {"state", "opaque-state_1"},
                            {"alexa_app_url", browser_base + "/spa/skill-account-linking-consent?" + query}};
    return http::json_response(201, json::serialize(body));
  }
  http::Response finish(const http::OutgoingRequest& request) {
    const auto body = parse_json_object(request.body);
    FormWriter form;
    form.add("grant_type", "authorization_code")
        .add("code", text_of(*body, "code"))
        .add("client_id", kAlexaClientId);
    form.add("client_secret", secret).add("redirect_uri", kRedirectUri);
    const std::string token = text_of(body_of(amazon_.token(form)), "access_token");
    if (token.empty()) return http::json_response(502, R"({"code":"invalid_client","step":"token"})");
    amazon_.send({.method = "GET",
                  .url = "https://api.amazonalexa.com/v1/alexaApiEndpoint",
                  .headers = {{"Authorization", "Bearer " + token}},
                  .body = ""});
    const int enabled = amazon_.link(token, "api.eu.amazonalexa.com").status;
    const bool linked = enabled == 201 || (asks_when_unsure && enabled == http::kNoAnswer);
    if (!linked) return http::json_response(502, R"({"code":"enablement_refused","step":"enablement"})");
    return http::json_response(finish_status, R"({"status":"LINKED"})");
  }

  AmazonUnderTest& amazon_;
};

/// The network between the walk and the three programs.
class SmallNetwork final : public http::Client {
 public:
  SmallNetwork(AmazonUnderTest& amazon, SmallBackend& backend) : amazon_(amazon), backend_(backend) {}
  Task<Result<http::IncomingResponse, http::TransportError>> send(http::OutgoingRequest request) override {
    http::Response response = answer(request);
    http::IncomingResponse incoming{response.status, {}, std::move(response.body), milliseconds{2}};
    for (auto& [name, value] : response.headers) incoming.headers.emplace_back(ascii_lower(name), value);
    co_return incoming;
  }

 private:
  http::Response answer(const http::OutgoingRequest& request) {
    if (request.url.starts_with(kCouplet)) return backend_.answer(request);
    if (request.url.starts_with(kEmulator))
      return amazon_.send({request.method, request.url, request.headers, request.body});
    if (request.url == kApp && backend_.app_redirects) return http::redirect(303, "/sign-in");
    if (request.url.ends_with("/loop")) return http::redirect(303, "/loop");
    return http::Response{200, {{"Content-Type", "text/html"}}, "<p>Ride Hailer"};
  }
  AmazonUnderTest& amazon_;
  SmallBackend& backend_;
};

class Walk : public ::testing::Test {
 protected:
  void SetUp() override {
    amazon.provider.answer = [this](const http::OutgoingRequest& request) -> ScriptedProvider::Answer {
      if (request.url == "https://auth.example.org/token") return token_answer;
      return json_answer(200, skill_answer);
    };
  }
  int walk(const std::string& region = "") {
    WalkOptions options;
    options.emulator_url = kEmulator;
    options.couplet_url = kCouplet;
    options.app_url = app_url;
    options.skill = "ride-hailer";
    options.user = "user-alice";
    options.region = region;
    SmallNetwork network(amazon, backend);
    WalkSteps steps(options, WalkApiKey(key), network, out);
    return amazon.run_task(steps.run());
  }
  void expect_failed_at(int step, const std::string& reason) {
    EXPECT_EQ(walk(), step - 1) << out.str();
    EXPECT_NE(out.str().find("✗ " + std::to_string(step)), std::string::npos) << out.str();
    EXPECT_NE(out.str().find(reason), std::string::npos) << out.str();
    EXPECT_NE(out.str().find("next step: "), std::string::npos);
  }

  ScriptedProvider::Answer token_answer = json_answer(200, good_tokens());
  std::string skill_answer = R"({"response":{"outputSpeech":{"type":"PlainText","text":"On its way."}}})";
  std::string key = "cpk_made_up_key";
  std::string app_url = kApp;
  AmazonUnderTest amazon;
  SmallBackend backend{amazon};
  std::ostringstream out;
};

TEST_F(Walk, all_eight_steps_succeed) {
  EXPECT_EQ(walk(), 8) << out.str();
  for (int step = 1; step <= 8; ++step)
    EXPECT_NE(out.str().find("✓ " + std::to_string(step)), std::string::npos) << step;
  EXPECT_NE(out.str().find("On its way."), std::string::npos);
  EXPECT_NE(out.str().find("Alexa → couplet"), std::string::npos);
}

TEST_F(Walk, prints_no_secret) {
  walk();
  for (const char* secret :
       {"cpk_made_up_key", "PROVIDER-CODE", kAlexaClientSecret, "opaque-state_1", "provider-access"})
    EXPECT_EQ(out.str().find(secret), std::string::npos) << secret << "\n" << out.str();
}

TEST_F(Walk, the_region_chooses_the_account) {
  walk("NA");
  EXPECT_EQ(amazon.emulator.world().journal.since(0).empty(), false);
  EXPECT_NE(out.str().find("amazon account=tom"), std::string::npos) << out.str();
}

TEST_F(Walk, the_apps_page_may_redirect_to_its_sign_in) {
  backend.app_redirects = true;
  EXPECT_EQ(walk(), 8) << out.str();
  EXPECT_NE(out.str().find("http://127.0.0.1:8000/sign-in"), std::string::npos);
}

TEST_F(Walk, an_app_that_redirects_in_circles_fails_step_1) {
  app_url = std::string(kApp) + "/loop";
  EXPECT_EQ(walk(), 7);
  EXPECT_NE(out.str().find("✗ 1"), std::string::npos);
}

TEST_F(Walk, a_missing_association_file_fails_step_2_and_the_rest_goes_on) {
  backend.associations_status = 404;
  EXPECT_EQ(walk(), 7);
  EXPECT_NE(out.str().find("✗ 2"), std::string::npos);
}

TEST_F(Walk, another_token_url_fails_step_3) {
  backend.token_endpoint = "https://auth.example.org/other";
  expect_failed_at(3, "token_endpoint");
}

TEST_F(Walk, a_wrong_api_key_fails_step_4) {
  key = "cpk_wrong_wrong_key";
  expect_failed_at(4, "401");
}

TEST_F(Walk, urls_that_do_not_lead_to_the_emulator_fail_step_4) {
  backend.browser_base = "https://alexa.amazon.com";
  expect_failed_at(4, "does not lead to the emulator");
}

TEST_F(Walk, a_wrong_alexa_secret_fails_step_5) {
  backend.secret = "wrong";
  expect_failed_at(5, "client_secret is not this client's");
}

TEST_F(Walk, a_token_url_that_refuses_fails_step_6) {
  token_answer = json_answer(400, R"({"error":"invalid_grant"})");
  expect_failed_at(6, "invalid_grant");
}

TEST_F(Walk, a_link_that_the_server_refuses_after_amazons_201_fails_step_6) {
  backend.finish_status = 500;
  expect_failed_at(6, "couplet answered 500");
}

TEST_F(Walk, a_lost_answer_that_the_server_settles_is_a_success) {
  Fault fault;
  fault.match = {Direction::in, "", "/v1/users", "POST", "", ""};
  fault.action.reset = ResetPoint::after;
  amazon.emulator.world().faults.add(fault);
  backend.asks_when_unsure = true;
  EXPECT_EQ(walk(), 8) << out.str();
  EXPECT_NE(out.str().find(" ---"), std::string::npos);
}

TEST_F(Walk, a_skill_that_asks_to_link_again_fails_step_8) {
  skill_answer =
      R"({"response":{"outputSpeech":{"type":"PlainText","text":"Please link."},"card":{"type":"LinkAccount"}}})";
  expect_failed_at(8, "did not accept the linked token");
}

}  // namespace
}  // namespace couplet::emulator::test
