// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/couplet_client.hpp"

#include <gtest/gtest.h>

#include "ride_hailer/service_fixture.hpp"

namespace couplet::ride_hailer {
namespace {

using Kind = CoupletError::Kind;

struct RideHailerCoupletClient : CoupletFixture {
  CoupletClient client{access(), http_client};
};

TEST_F(RideHailerCoupletClient, start_sends_what_the_interface_asks_for) {
  couplet_says(
      201,
      R"({"launch_url":"https://c/link/launch/t","alexa_app_url":"https://a/spa","lwa_url":"https://l/ap/oa"})");
  const auto started = wait(client.start_link("user ä", {"android", "app", "https://r/alexa/return"}));
  ASSERT_TRUE(started);
  EXPECT_EQ(started->launch_url, "https://c/link/launch/t");
  EXPECT_EQ(started->alexa_app_url, "https://a/spa");
  ASSERT_EQ(couplet.seen.size(), 1U);
  EXPECT_EQ(couplet.seen[0].line, "POST /v1/skills/ride-hailer/users/user%20%C3%A4/link-attempts");
  EXPECT_EQ(couplet.seen[0].authorization, "Bearer cpk_test");
  EXPECT_EQ(couplet.seen[0].body,
            R"({"platform":"android","return_mode":"app","redirect_uri":"https://r/alexa/return"})");
}

TEST_F(RideHailerCoupletClient, a_url_that_is_no_web_url_is_never_followed) {
  couplet_says(201, R"({"launch_url":"javascript:alert","alexa_app_url":"https://a/\r\nSet-Cookie: x"})");
  const auto started = wait(client.start_link("u", {"web", "browser", ""}));
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, Kind::unavailable);
}

TEST_F(RideHailerCoupletClient, finish_sends_code_and_state_or_the_error) {
  couplet_says(200, R"({"status":"LINKED","trace_id":"t"})");
  EXPECT_TRUE(wait(client.finish_link("u", {"c", "s", "", ""})));
  EXPECT_EQ(couplet.seen.back().line, "POST /v1/skills/ride-hailer/users/u/link");
  EXPECT_EQ(couplet.seen.back().body, R"({"state":"s","code":"c"})");
  EXPECT_TRUE(wait(client.finish_link("u", {"", "s", "access_denied", "no"})));
  EXPECT_EQ(couplet.seen.back().body, R"({"state":"s","error":"access_denied","error_description":"no"})");
}

TEST_F(RideHailerCoupletClient, a_problem_is_passed_on_in_couplets_words) {
  couplet_says(
      502,
      R"({"code":"server_error","step":"token","user_message":"An unexpected error. Try again.","retryable":true,"trace_id":"T1","reference":"K7QM-2F9D"})");
  const auto finished = wait(client.finish_link("u", {"c", "s", "", ""}));
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().kind, Kind::refused);
  EXPECT_EQ(finished.error().code, "server_error");
  EXPECT_EQ(finished.error().user_message, "An unexpected error. Try again.");
  EXPECT_TRUE(finished.error().retryable);
  EXPECT_EQ(finished.error().trace_id, "T1");
  EXPECT_EQ(finished.error().reference, "K7QM-2F9D");
}

TEST_F(RideHailerCoupletClient, a_null_user_message_stays_absent) {
  couplet_says(400, R"({"code":"access_denied","user_message":null})");
  const auto finished = wait(client.finish_link("u", {"", "s", "access_denied", ""}));
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().kind, Kind::refused);
  EXPECT_EQ(finished.error().user_message, std::nullopt);
}

TEST_F(RideHailerCoupletClient, finish_and_unlink_need_the_status_they_aimed_at) {
  couplet_says(200, R"({"status":"UNKNOWN"})");
  EXPECT_EQ(wait(client.finish_link("u", {"c", "s", "", ""})).error().kind, Kind::unavailable);
  EXPECT_EQ(wait(client.unlink("u")).error().kind, Kind::unavailable);
  couplet_says(200, R"({"status":"NOT_LINKED"})");
  EXPECT_TRUE(wait(client.unlink("u")));
  EXPECT_EQ(couplet.seen.back().line, "DELETE /v1/skills/ride-hailer/users/u/link");
}

TEST_F(RideHailerCoupletClient, link_state_is_read) {
  couplet_says(
      200,
      R"({"status":"LINKED","action":"manage_in_alexa","manage_urls":{"ios":"https://i","android":"https://a","web":"javascript:x"}})");
  const auto state = wait(client.link_state("u"));
  ASSERT_TRUE(state);
  EXPECT_EQ(state->status, LinkState::Status::linked);
  EXPECT_EQ(state->action, LinkState::Action::manage_in_alexa);
  EXPECT_EQ(state->manage_urls.ios, "https://i");
  EXPECT_EQ(state->manage_urls.android, "https://a");
  EXPECT_EQ(state->manage_urls.web, "");
}

TEST_F(RideHailerCoupletClient, an_answer_that_makes_no_sense_is_unavailable) {
  for (const auto& [status, body] : {std::pair{200, "not json"},
                                     {200, "{}"},
                                     {200, R"({"status":"LINKED"})"},
                                     {200, R"({"status":"PERHAPS","action":"link"})"},
                                     {502, "<html>"},
                                     {401, R"({"title":"no"})"}}) {
    couplet_says(status, body);
    const auto state = wait(client.link_state("u"));
    ASSERT_FALSE(state) << body;
    EXPECT_EQ(state.error().kind, Kind::unavailable) << body;
  }
}

TEST_F(RideHailerCoupletClient, no_answer_is_unavailable) {
  couplet.stop();
  const auto state = wait(client.link_state("u"));
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().kind, Kind::unavailable);
}

TEST_F(RideHailerCoupletClient, introspection_speaks_rfc_7662_with_form_encoded_basic_credentials) {
  couplet_says(200, R"({"active":true,"sub":"user-alice"})");
  const auto info = wait(client.introspect(AccessToken{"a+b"}));
  ASSERT_TRUE(info);
  EXPECT_TRUE(info->active);
  EXPECT_EQ(info->user_id, "user-alice");
  EXPECT_EQ(couplet.seen[0].line, "POST /oauth/introspect");
  EXPECT_EQ(couplet.seen[0].body, "token=a%2Bb");
  EXPECT_EQ(couplet.seen[0].authorization,
            "Basic " + to_base64(as_byte_view("ride-hailer-api:s3cret%3A%2B")));
}

TEST_F(RideHailerCoupletClient, AT_06_with_pairwise_subjects_our_own_user_is_in_username) {
  couplet_says(200, R"({"active":true,"sub":"0pairwise","username":"user-alice"})");
  const auto info = wait(client.introspect(AccessToken{"a"}));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->user_id, "user-alice");
}

TEST_F(RideHailerCoupletClient, introspection_tells_inactive_from_unavailable) {
  couplet_says(200, R"({"active":false})");
  EXPECT_FALSE(wait(client.introspect(AccessToken{"t"}))->active);
  for (const auto& [status, body] : {std::pair{503, R"({"error":"temporarily_unavailable"})"},
                                     {401, R"({"error":"invalid_client"})"},
                                     {200, "{}"},
                                     {200, R"({"active":true})"}}) {
    couplet_says(status, body);
    EXPECT_FALSE(wait(client.introspect(AccessToken{"t"}))) << body;
  }
}

TEST_F(RideHailerCoupletClient, what_alexa_asks_for_is_read) {
  couplet_says(200,
               R"({"client_id":"alexa","scope":["profile","rides"],"redirect_host":"layla.amazon.com"})");
  const auto asked = wait(client.authorization_request("ch"));
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->scopes, (std::vector<std::string>{"profile", "rides"}));
  EXPECT_EQ(asked->redirect_host, "layla.amazon.com");
  couplet_says(200, "{}");
  EXPECT_EQ(wait(client.authorization_request("ch")).error().kind, Kind::unavailable);
}

TEST_F(RideHailerCoupletClient, an_answer_to_alexa_leads_to_a_web_url_or_nowhere) {
  couplet_says(200, R"({"redirect_to":"https://a/?code=c"})");
  EXPECT_EQ(wait(client.accept_authorization("ch", "u")).value(), "https://a/?code=c");
  EXPECT_EQ(couplet.seen.back().line, "POST /v1/authorization-requests/ch/accept");
  EXPECT_EQ(couplet.seen.back().body, R"({"user":"u"})");
  EXPECT_EQ(wait(client.deny_authorization("ch")).value(), "https://a/?code=c");
  EXPECT_EQ(couplet.seen.back().line, "POST /v1/authorization-requests/ch/deny");
  couplet_says(200, R"({"redirect_to":"javascript:alert"})");
  EXPECT_EQ(wait(client.accept_authorization("ch", "u")).error().kind, Kind::unavailable);
  couplet_says(409, R"({"code":"already_answered"})");
  EXPECT_EQ(wait(client.accept_authorization("ch", "u")).error().code, "already_answered");
}

}  // namespace
}  // namespace couplet::ride_hailer
