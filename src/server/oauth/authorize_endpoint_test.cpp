// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/authorize_endpoint.hpp"

#include <gtest/gtest.h>

#include "server/oauth/testing/authorization_world.hpp"

namespace couplet::server {
namespace {

using testing::Leads;

struct Authorize : ::testing::Test, testing::AuthorizationWorld {};

TEST_F(Authorize, AZ_01_a_good_request_goes_on_to_the_skills_login_page) {
  const auto answer = open(query());
  EXPECT_EQ(answer.status, 303);
  const std::string location = header(answer, "Location");
  EXPECT_TRUE(location.starts_with("https://app.example.org/alexa/login?lang=en&login_challenge="))
      << location;
  EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
  EXPECT_EQ(header(answer, "Referrer-Policy"), "no-referrer");
  const auto shown = body(show(Leads(location).text("login_challenge")));
  EXPECT_EQ(find_string(shown, "client_id"), "alexa");
}

TEST_F(Authorize, CA_13_an_address_that_is_refused_too_often_has_to_wait_and_good_requests_do_not) {
  const auto from = [this](std::string_view address, const std::string& text) {
    const http::HeaderView::Pairs none;
    const http::Request request{.method = "GET",
                                .path = "/oauth/authorize",
                                .query = text,
                                .headers = http::HeaderView(none),
                                .body = "",
                                .peer_address = address,
                                .request_id = "request-1",
                                .tls = true,
                                .path_parameters = {}};
    return run_task(authorize.handle(request));
  };
  const auto limit = config.settings.limits.authorizations_per_address_per_minute;
  const std::string bad = "client_id=nobody";
  for (std::int64_t i = 0; i < limit; ++i) {
    ASSERT_EQ(from("192.0.2.7", bad).status, 400);
    ASSERT_EQ(from("192.0.2.7", query()).status, 303);
  }
  const auto held_back = from("192.0.2.7", bad);
  EXPECT_EQ(held_back.status, 429);
  EXPECT_EQ(header(held_back, "Retry-After"), "60");
  EXPECT_EQ(from("192.0.2.7", query("&scope=admin")).status, 429);
  EXPECT_EQ(from("192.0.2.7", query()).status, 303);
  EXPECT_EQ(from("192.0.2.8", bad).status, 400);
  clock.advance(minutes{1});
  EXPECT_EQ(from("192.0.2.7", bad).status, 400);
}

TEST_F(Authorize, AZ_20_nothing_is_said_about_other_origins) {
  for (const std::string& sent : {query(), query("&scope=admin"), std::string("client_id=nobody")})
    EXPECT_EQ(header(open(sent), "Access-Control-Allow-Origin"), "") << sent;
}

TEST_F(Authorize, AZ_09_an_error_goes_back_with_state_and_issuer) {
  const auto answer = open(query("&scope=admin"));
  EXPECT_EQ(answer.status, 303);
  const Leads leads(header(answer, "Location"));
  EXPECT_EQ(leads.to, testing::kAlexaRedirect);
  EXPECT_EQ(leads.text("error"), "invalid_scope");
  EXPECT_EQ(leads.text("state"), "eyJh+/=");
  EXPECT_EQ(leads.text("iss"), testing::kPublicUrl);
  EXPECT_EQ(leads.text("code"), "");
}

TEST_F(Authorize, RU_04_what_may_not_be_redirected_is_a_page_without_a_way_on) {
  const std::string evil = "&redirect_uri=https%3A%2F%2Fevil.example%2Fcb";
  for (const std::string& sent :
       {"client_id=nobody&response_type=code" + evil, "client_id=alexa&response_type=code" + evil,
        query("&state=twice"), std::string("client_id=alexa&response_type=code"), std::string("%zz"),
        std::string()}) {
    const auto answer = open(sent);
    EXPECT_EQ(answer.status, 400) << sent;
    EXPECT_EQ(header(answer, "Location"), "") << sent;
    EXPECT_EQ(header(answer, "Content-Type"), "text/html; charset=utf-8") << sent;
    EXPECT_FALSE(answer.body.contains("evil")) << sent;
    EXPECT_FALSE(answer.body.contains("http-equiv")) << sent;
    EXPECT_TRUE(answer.body.contains("request-1")) << sent;
  }
}

TEST_F(Authorize, BR_01_the_error_page_cannot_be_framed) {
  const auto answer = open("client_id=nobody");
  EXPECT_EQ(header(answer, "X-Frame-Options"), "DENY");
  EXPECT_TRUE(header(answer, "Content-Security-Policy").contains("frame-ancestors 'none'"));
}

TEST_F(Authorize, RU_08_nothing_that_was_sent_is_reflected) {
  const std::string script = "%22%3E%3Csvg%20onload%3Dx%3E";
  for (const char* name : {"client_id", "redirect_uri", "state", "scope", "error_description"})
    EXPECT_FALSE(open(std::string(name) + "=" + script).body.contains("svg onload")) << name;
}

TEST_F(Authorize, RU_09_no_raw_octet_of_a_state_reaches_a_header) {
  const auto answer = open("client_id=alexa&state=%0d%0aSet-Cookie:%20x=1&redirect_uri=" +
                           percent_encode(testing::kAlexaRedirect));
  EXPECT_EQ(answer.status, 303);
  EXPECT_TRUE(header(answer, "Location").contains("state=%0D%0ASet-Cookie%3A%20x%3D1"));
}

TEST_F(Authorize, MD_03_a_client_without_a_login_page_learns_that_it_may_not) {
  const Leads leads(header(open(query("", "second")), "Location"));
  EXPECT_EQ(leads.to, testing::kAlexaRedirect);
  EXPECT_EQ(leads.text("error"), "unauthorized_client");
}

struct AuthorizeForOneOfTwo : ::testing::Test, testing::AuthorizationWorld {
  AuthorizeForOneOfTwo() : AuthorizationWorld(testing::shared_client_config()) {}

  Leads asked(std::string_view more, std::string_view redirect_uri = testing::kAlexaRedirect) {
    return Leads(header(open(query(more, "alexa", redirect_uri)), "Location"));
  }
  /// The scopes that its login page is told of; the API key may see ride-hailer's alone.
  json::array scopes(const Leads& leads) {
    config.api_keys.front().skills.emplace_back("second-skill");
    return *find_array(body(show(leads.text("login_challenge"))), "scope");
  }
};

TEST_F(AuthorizeForOneOfTwo, RU_01_a_skills_redirect_uri_leads_to_its_own_login_and_scopes) {
  const Leads second = asked("", testing::kSecondRedirect);
  EXPECT_EQ(second.to, "https://second.example.org/login");
  EXPECT_EQ(scopes(second), (json::array{"profile", "second:admin"}));
  const Leads first = asked("", config.skills[0].redirect_uris.front());
  EXPECT_EQ(first.to, "https://app.example.org/alexa/login");
  EXPECT_EQ(scopes(first), (json::array{"profile", "rides"}));
}

TEST_F(AuthorizeForOneOfTwo, AZ_08_no_skill_gets_another_skills_scope) {
  for (const char* scope : {"&scope=rides", "&scope=rides%20second%3Aadmin"}) {
    const Leads refused = asked(scope, testing::kSecondRedirect);
    EXPECT_EQ(refused.to, testing::kSecondRedirect);
    EXPECT_EQ(refused.text("error"), "invalid_scope") << scope;
  }
}

TEST_F(AuthorizeForOneOfTwo, AZ_08_at_the_clients_own_redirect_uri_the_scope_decides) {
  EXPECT_EQ(asked("&scope=second%3Aadmin").to, "https://second.example.org/login");
  EXPECT_EQ(asked("&scope=profile%20rides").to, "https://app.example.org/alexa/login");
  EXPECT_EQ(asked("&scope=rides%20second%3Aadmin").text("error"), "invalid_scope");
}

TEST_F(AuthorizeForOneOfTwo, AZ_17_what_fits_both_is_for_neither) {
  for (const char* scope : {"", "&scope=profile"}) {
    const Leads refused = asked(scope);
    EXPECT_EQ(refused.to, testing::kAlexaRedirect);
    EXPECT_EQ(refused.text("error"), "invalid_request") << scope;
    EXPECT_EQ(refused.text("login_challenge"), "");
  }
}

TEST_F(AuthorizeForOneOfTwo, MD_03_a_skill_without_a_login_page_does_not_borrow_the_others) {
  config.skills[1].login_url.clear();
  EXPECT_EQ(asked("", testing::kSecondRedirect).text("error"), "unauthorized_client");
  EXPECT_EQ(asked("").to, "https://app.example.org/alexa/login");
}

}  // namespace
}  // namespace couplet::server
