// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "ride_hailer/service_fixture.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr const char* kNotLinked = R"({"status":"NOT_LINKED","action":"link"})";

TEST_F(RideHailerRoutes, pages_are_for_signed_in_users) {
  for (const char* path : {"/", "/alexa", "/alexa/finish", "/alexa/return?code=c&state=s"}) {
    const auto answer = get(path);
    EXPECT_EQ(answer.status, 303) << path;
    EXPECT_TRUE(answer.header("location").starts_with("/sign-in")) << path;
  }
  EXPECT_TRUE(couplet.seen.empty());
}

TEST_F(RideHailerRoutes, BR_05_sign_in_gives_a_new_http_only_lax_cookie) {
  const auto page = get("/sign-in");
  const std::string visitor = cookie;
  const auto answer = post("/sign-in", csrf_of(page), {{"login", "alice"}, {"password", "wonderland"}});
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.header("location"), "/");
  EXPECT_NE(cookie, visitor);
  EXPECT_TRUE(answer.header("set-cookie").ends_with("; Path=/; HttpOnly; SameSite=Lax"));
  EXPECT_NE(get("/").body.find("Hello, Alice"), std::string::npos);
}

TEST_F(RideHailerRoutes, a_wrong_password_says_so_and_signs_nobody_in) {
  const auto answer = sign_in("wanderland");
  EXPECT_EQ(answer.status, 401);
  EXPECT_NE(answer.body.find("do not go together"), std::string::npos);
  EXPECT_EQ(get("/").status, 303);
}

TEST_F(RideHailerRoutes, sign_out_ends_the_session) {
  sign_in();
  const std::string session = cookie;
  couplet_says(200, kNotLinked);
  EXPECT_EQ(post("/sign-out", csrf()).status, 303);
  cookie = session;
  EXPECT_EQ(get("/").status, 303);
}

TEST_F(RideHailerRoutes, BR_06_every_form_needs_the_token_of_its_session) {
  sign_in();
  couplet_says(200, kNotLinked);
  couplet.seen.clear();
  for (const char* path :
       {"/sign-in", "/sign-out", "/rides", "/alexa/link", "/alexa/finish", "/alexa/unlink"}) {
    EXPECT_EQ(post(path, "made-up").status, 403) << path;
    EXPECT_EQ(send("POST", path, "x=1").status, 403) << path;
    EXPECT_EQ(send("POST", path, "csrf_token=a&csrf_token=b").status, 403) << path;
  }
  EXPECT_TRUE(couplet.seen.empty());
  EXPECT_EQ(get("/").status, 200);
}

TEST_F(RideHailerRoutes, BR_06_a_form_in_another_encoding_is_refused) {
  sign_in();
  const std::string token = csrf_of(get("/"));
  EXPECT_EQ(send("POST", "/rides", "csrf_token=" + token + "&destination=x", "text/plain").status, 403);
  EXPECT_EQ(send("POST", "/rides", "csrf_token=" + token + "&destination=x").status, 303);
}

TEST_F(RideHailerRoutes, a_ride_is_ordered_and_listed) {
  sign_in();
  const std::string token = csrf_of(get("/"));
  EXPECT_EQ(post("/rides", token, {{"destination", "Main <station>"}}).status, 303);
  const auto home = get("/");
  EXPECT_NE(home.body.find("Main &lt;station&gt;"), std::string::npos);
  EXPECT_NE(home.body.find("Your ride is on its way."), std::string::npos);
  post("/rides", token);
  post("/rides", token, {{"destination", std::string(201, 'x')}});
  post("/rides", token, {{"destination", "\xff"}});
  const auto again = get("/");
  EXPECT_NE(again.body.find("Please say where to"), std::string::npos);
  EXPECT_EQ(again.body.find("xxxx"), std::string::npos);
}

TEST_F(RideHailerRoutes, a_website_user_is_sent_to_the_launch_page) {
  sign_in();
  couplet_says(200, kNotLinked);
  const std::string token = csrf();
  couplet_says(
      201, R"({"launch_url":"https://c/launch/t","alexa_app_url":"https://a/spa","lwa_url":"https://l/"})");
  const auto answer = post("/alexa/link", token, {{"way", "browser"}});
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.header("location"), "https://c/launch/t");
  EXPECT_EQ(couplet.seen.back().line, "POST /v1/skills/ride-hailer/users/user-alice/link-attempts");
  EXPECT_EQ(couplet.seen.back().body, R"({"platform":"web","return_mode":"browser"})");
}

TEST_F(RideHailerRoutes, an_app_user_is_sent_to_the_alexa_app_and_comes_back_to_us) {
  sign_in();
  couplet_says(200, kNotLinked);
  const std::string token = csrf();
  couplet_says(
      201, R"({"launch_url":"https://c/launch/t","alexa_app_url":"https://a/spa","lwa_url":"https://l/"})");
  EXPECT_EQ(post("/alexa/link", token, {{"way", "app"}}).header("location"), "https://a/spa");
  EXPECT_EQ(
      couplet.seen.back().body,
      R"({"platform":"android","return_mode":"app","redirect_uri":"http://127.0.0.1:8000/alexa/return"})");
}

TEST_F(RideHailerRoutes, LK_14_the_return_leaves_the_url_at_once_and_a_get_finishes_nothing) {
  sign_in();
  couplet.seen.clear();
  const auto returned = get("/alexa/return?code=C%2Fode&state=State");
  EXPECT_EQ(returned.status, 303);
  EXPECT_EQ(returned.header("location"), "/alexa/finish");
  EXPECT_EQ(returned.header("referrer-policy"), "no-referrer");
  const auto page = get("/alexa/finish");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body.find("State"), std::string::npos);
  EXPECT_TRUE(couplet.seen.empty());
  couplet_says(200, R"({"status":"LINKED","action":"unlink"})");
  EXPECT_EQ(post("/alexa/finish", csrf_of(page)).header("location"), "/alexa");
  EXPECT_EQ(couplet.seen.back().line, "POST /v1/skills/ride-hailer/users/user-alice/link");
  EXPECT_EQ(couplet.seen.back().body, R"({"state":"State","code":"C/ode"})");
  EXPECT_NE(get("/alexa").body.find("Done."), std::string::npos);
}

TEST_F(RideHailerRoutes, a_return_is_finished_once) {
  sign_in();
  get("/alexa/return?code=c&state=s");
  const std::string token = csrf_of(get("/alexa/finish"));
  couplet_says(200, R"({"status":"LINKED"})");
  post("/alexa/finish", token);
  const auto calls = couplet.seen.size();
  EXPECT_EQ(post("/alexa/finish", token).header("location"), "/alexa");
  EXPECT_EQ(couplet.seen.size(), calls);
}

TEST_F(RideHailerRoutes, LK_15_a_return_without_a_session_links_nobody) {
  const auto answer = get("/alexa/return?code=c&state=s");
  EXPECT_EQ(answer.header("location"), "/sign-in?after=alexa");
  EXPECT_NE(get("/sign-in?after=alexa").body.find("nothing was linked"), std::string::npos);
  EXPECT_TRUE(couplet.seen.empty());
}

TEST_F(RideHailerRoutes, a_return_without_state_is_dropped) {
  sign_in();
  EXPECT_EQ(get("/alexa/return?code=c").header("location"), "/alexa");
  EXPECT_EQ(get("/alexa/return?state=a&state=b&code=c").header("location"), "/alexa");
  EXPECT_EQ(get("/alexa/finish").header("location"), "/alexa");
}

struct Ending {
  const char* name;
  int status;
  const char* body;
  const char* shown;  // nullptr: no notice at all
};
struct RideHailerEndings : RideHailerRoutes, testing::WithParamInterface<Ending> {};

TEST_P(RideHailerEndings, the_user_reads_couplets_words_or_nothing) {
  sign_in();
  get("/alexa/return?error=e&state=s");
  const std::string token = csrf_of(get("/alexa/finish"));
  couplet_says(GetParam().status, GetParam().body);
  post("/alexa/finish", token);
  couplet_says(200, kNotLinked);
  const auto screen = get("/alexa");
  EXPECT_EQ(screen.body.contains("class=\"notice"), GetParam().shown != nullptr);
  if (GetParam().shown) {
    EXPECT_TRUE(screen.body.contains(GetParam().shown));
  }
  EXPECT_FALSE(get("/alexa").body.contains("class=\"notice")) << "a notice is shown once";
}

INSTANTIATE_TEST_SUITE_P(
    Finish, RideHailerEndings,
    testing::Values(
        Ending{"access_denied", 400, R"({"code":"access_denied","user_message":null,"trace_id":"T"})",
               nullptr},
        Ending{"refused", 400,
               R"({"code":"invalid_scope","user_message":"We are experiencing a problem.","trace_id":"T7"})",
               "<p>We are experiencing a problem.</p>"},
        Ending{"reference", 400, R"({"code":"invalid_scope","user_message":"We.","reference":"K7QM-2F9D"})",
               "<code>K7QM-2F9D</code>"},
        Ending{"outage", 502, "bad gateway", "cannot tell right now whether your account was linked"}),
    [](const auto& row) { return row.param.name; });

TEST_F(RideHailerRoutes, unlink_tells_the_truth) {
  sign_in();
  couplet_says(200, kNotLinked);
  const std::string token = csrf();
  post("/alexa/unlink", token);
  EXPECT_EQ(couplet.seen.back().line, "DELETE /v1/skills/ride-hailer/users/user-alice/link");
  EXPECT_NE(get("/alexa").body.find("Alexa can no longer order rides"), std::string::npos);
  couplet_says(502, "bad gateway");
  post("/alexa/unlink", token);
  const auto screen = get("/alexa");
  EXPECT_NE(screen.body.find("cannot tell right now whether your account was unlinked"), std::string::npos);
  EXPECT_NE(screen.body.find("Look again"), std::string::npos);
}

TEST_F(RideHailerRoutes, the_skill_answers_over_http) {
  EXPECT_EQ(send("POST", "/alexa/skill", "{", "application/json").status, 400);
  EXPECT_EQ(send("POST", "/alexa/skill", "{}", "application/json").status, 400);
  const auto answer = send(
      "POST", "/alexa/skill",
      R"({"context":{"System":{"application":{"applicationId":"amzn1.ask.skill.1"}}},"request":{"type":"LaunchRequest"}})",
      "application/json");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body.contains("LinkAccount"));
}

TEST_F(RideHailerRoutes, assets_are_served) {
  EXPECT_TRUE(get("/assets/style.css").body.contains("prefers-color-scheme"));
  EXPECT_EQ(get("/assets/finish.js").header("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(get("/assets/logo.svg").header("content-type"), "image/svg+xml");
}

}  // namespace
}  // namespace couplet::ride_hailer
