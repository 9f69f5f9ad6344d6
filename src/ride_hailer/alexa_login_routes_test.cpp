// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/alexa_login_routes.hpp"

#include <gtest/gtest.h>

#include "ride_hailer/service_fixture.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr const char* kAsked =
    R"({"client_id":"alexa","scope":["rides","<odd>"],"redirect_host":"layla.amazon.com"})";
constexpr const char* kRedirect =
    R"({"redirect_to":"https://layla.amazon.com/api/skill/link/M1?code=c&state=s"})";
const std::string kPage = "/alexa/login?login_challenge=Chal-lenge_1";

struct AlexaLogin : RideHailerRoutes {
  std::string consent_token() {
    couplet_says(200, kAsked);
    return csrf_of(get(kPage));
  }
  http::IncomingResponse decide(const std::string& token, const std::string& decision) {
    return post("/alexa/login", token, {{"login_challenge", "Chal-lenge_1"}, {"decision", decision}});
  }
};

TEST_F(AlexaLogin, a_signed_out_user_signs_in_and_comes_back) {
  EXPECT_EQ(get(kPage).header("location"), "/sign-in?login_challenge=Chal-lenge_1");
  const auto page = get("/sign-in?login_challenge=Chal-lenge_1");
  EXPECT_TRUE(page.body.contains(R"(name="after" value="login_challenge=Chal-lenge_1")"));
  const auto answer =
      post("/sign-in", csrf_of(page),
           {{"login", "alice"}, {"password", "wonderland"}, {"after", "login_challenge=Chal-lenge_1"}});
  EXPECT_EQ(answer.header("location"), kPage);
  EXPECT_EQ(get("/sign-in?login_challenge=Chal-lenge_1").header("location"), kPage);
  EXPECT_TRUE(couplet.seen.empty());
}

TEST_F(AlexaLogin, RU_07_the_sign_in_form_leads_to_our_own_pages_only) {
  for (const char* after :
       {"//evil.example", "https://evil.example", "login_challenge=", "login_challenge=a&next=//e",
        "login_challenge=/../", "login_challenge=\t", "alexa/../.."}) {
    const auto answer = post("/sign-in", csrf_of(get("/sign-in")),
                             {{"login", "alice"}, {"password", "wonderland"}, {"after", after}});
    EXPECT_EQ(answer.header("location"), "/") << after;
    cookie.clear();
  }
}

TEST_F(AlexaLogin, AZ_14_the_consent_page_names_client_scopes_and_account) {
  sign_in();
  couplet_says(200, kAsked);
  const auto page = get(kPage);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(couplet.seen.back().line, "GET /v1/authorization-requests/Chal-lenge_1");
  EXPECT_EQ(couplet.seen.back().authorization, "Bearer cpk_test");
  for (const char* text : {"Link with Alexa?", "<strong>Alice</strong>", "Order rides for you", "&lt;odd&gt;",
                           "Use another account", "Cancel", "layla.amazon.com"})
    EXPECT_TRUE(page.body.contains(text)) << text;
  EXPECT_EQ(page.header("x-frame-options"), "DENY") << "BR-01";
  EXPECT_TRUE(page.header("content-security-policy").contains("frame-ancestors 'none'")) << "BR-01";
}

TEST_F(AlexaLogin, AZ_13_linking_is_for_the_user_of_the_session) {
  sign_in();
  const std::string token = consent_token();
  couplet_says(200, kRedirect);
  const auto answer = post("/alexa/login", token,
                           {{"login_challenge", "Chal-lenge_1"}, {"decision", "link"}, {"user", "user-bob"}});
  EXPECT_EQ(answer.status, 303) << "AZ-21";
  EXPECT_EQ(answer.header("location"), "https://layla.amazon.com/api/skill/link/M1?code=c&state=s");
  EXPECT_EQ(couplet.seen.back().line, "POST /v1/authorization-requests/Chal-lenge_1/accept");
  EXPECT_EQ(couplet.seen.back().body, R"({"user":"user-alice"})");
}

TEST_F(AlexaLogin, AZ_15_cancel_refuses) {
  sign_in();
  const std::string token = consent_token();
  couplet_says(200, kRedirect);
  EXPECT_EQ(decide(token, "cancel").status, 303);
  EXPECT_EQ(couplet.seen.back().line, "POST /v1/authorization-requests/Chal-lenge_1/deny");
}

TEST_F(AlexaLogin, AZ_14_another_account_signs_out_and_comes_back) {
  sign_in();
  const std::string session = cookie;
  const auto answer = decide(consent_token(), "another");
  EXPECT_EQ(answer.header("location"), "/sign-in?login_challenge=Chal-lenge_1");
  cookie = session;
  EXPECT_EQ(get("/").status, 303);
  EXPECT_EQ(couplet.seen.size(), 1U) << "nothing was answered";
}

TEST_F(AlexaLogin, AZ_16_a_form_with_another_sessions_token_is_refused) {
  sign_in();
  const std::string of_alice = consent_token();
  cookie.clear();
  post("/sign-in", csrf_of(get("/sign-in")), {{"login", "bob"}, {"password", "wonderland"}});
  couplet.seen.clear();
  EXPECT_EQ(decide(of_alice, "link").status, 403);
  EXPECT_EQ(decide("made-up", "link").status, 403);
  EXPECT_TRUE(couplet.seen.empty());
}

TEST_F(AlexaLogin, AZ_13_a_form_that_decides_nothing_links_nobody) {
  sign_in();
  const std::string token = consent_token();
  couplet.seen.clear();
  EXPECT_EQ(decide(token, "").status, 400);
  EXPECT_EQ(decide(token, "yes").status, 400);
  EXPECT_EQ(post("/alexa/login", token, {{"decision", "link"}}).status, 400);
  EXPECT_EQ(get("/alexa/login").status, 400);
  EXPECT_EQ(get("/alexa/login?login_challenge=a%2Fb").status, 400);
  EXPECT_TRUE(couplet.seen.empty());
}

TEST_F(AlexaLogin, a_session_that_has_ended_asks_to_sign_in_again) {
  const auto page = get("/sign-in");
  EXPECT_EQ(decide(csrf_of(page), "link").header("location"), "/sign-in?login_challenge=Chal-lenge_1");
  EXPECT_TRUE(couplet.seen.empty());
}

TEST_F(AlexaLogin, a_request_that_has_ended_and_an_outage_are_two_pages) {
  sign_in();
  const std::string token = consent_token();
  couplet_says(409, R"({"code":"already_answered"})");
  EXPECT_TRUE(decide(token, "link").body.contains("start again in the Alexa app"));
  EXPECT_EQ(get(kPage).status, 400);
  couplet_says(502, "bad gateway");
  EXPECT_EQ(decide(token, "link").status, 503);
  EXPECT_EQ(get(kPage).status, 503);
}

}  // namespace
}  // namespace couplet::ride_hailer
