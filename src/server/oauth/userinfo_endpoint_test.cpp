// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/userinfo_endpoint.hpp"

#include <gtest/gtest.h>

#include "server/oauth/testing/oauth_test_world.hpp"

namespace couplet::server {
namespace {

using Fault = FaultyGrants::Fault;

class Userinfo : public ::testing::Test, protected OAuthWorld {
 protected:
  UserinfoEndpoint userinfo{active_tokens, clock, "", {.per_client_and_address = 5, .per_address = 5}};
  UserinfoEndpoint for_rides{active_tokens, clock, "rides", {}};
  std::string access_token = exchange(new_code()).text("access_token");

  http::Response ask(UserinfoEndpoint& endpoint, Post post) {
    post.headers.clear();
    if (!authorization.empty()) post.headers.emplace_back("Authorization", authorization);
    http::Request request = post.request();
    request.method = post.body.empty() ? "GET" : "POST";
    return until_answered(endpoint.handle(request));
  }
  http::Response ask(const std::string& token, const std::string& scheme = "Bearer ") {
    authorization = scheme + token;
    return ask(userinfo, Post{});
  }
  static std::string challenge(const http::Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "WWW-Authenticate") return value;
    return "";
  }

  std::string authorization;
};

TEST_F(Userinfo, AT_01_AT_09_names_the_user_to_the_bearer_and_to_no_cache) {
  for (const char* const scheme : {"Bearer ", "bearer ", "BEARER "}) {
    const Answer answer = OAuthWorld::answer(ask(access_token, scheme));
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.text("sub"), "user-alice");
    EXPECT_EQ(answer.text("scope"), "profile rides");
    EXPECT_EQ(answer.body.size(), 2U);
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "");
  }
}

TEST_F(Userinfo, AT_06_takes_both_formats_and_tells_a_pairwise_subject_only) {
  EXPECT_EQ(OAuthWorld::answer(ask(tokens_for("sealed").text("access_token"))).text("sub"), "user-alice");
  const Answer paired = OAuthWorld::answer(ask(tokens_for("paired").text("access_token")));
  EXPECT_EQ(paired.text("sub").size(), 43U);
  EXPECT_EQ(paired.response.body.find("user-alice"), std::string::npos);
}

TEST_F(Userinfo, AT_02_a_token_in_the_query_is_refused) {
  Post post;
  post.query = "access_token=" + access_token;
  const http::Response alone = ask(userinfo, post);
  EXPECT_EQ(alone.status, 400);
  EXPECT_NE(challenge(alone).find("error=\"invalid_request\""), std::string::npos);
  authorization = "Bearer " + access_token;
  EXPECT_EQ(ask(userinfo, post).status, 400);
}

TEST_F(Userinfo, AT_03_no_token_is_401_without_an_error) {
  const http::Response none = ask(userinfo, Post{});
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(challenge(none), "Bearer realm=\"couplet\"");
  EXPECT_EQ(challenge(ask("YTpi", "Basic ")), "Bearer realm=\"couplet\"");
}

TEST_F(Userinfo, AT_04_a_bad_an_expired_and_a_revoked_token_are_invalid_token) {
  const auto expect_invalid = [&](const std::string& token) {
    const http::Response response = ask(token);
    EXPECT_EQ(response.status, 401);
    EXPECT_NE(challenge(response).find("error=\"invalid_token\""), std::string::npos);
  };
  expect_invalid("ca_x");
  expect_invalid(access_token + "x");
  const std::string opaque = tokens_for("sealed").text("access_token");
  const auto claims = verifier.verify(oauth::AccessToken(opaque), clock.now()).value();
  EXPECT_EQ(ask(opaque).status, 200);
  ASSERT_TRUE(run_task(store->revoke_grant(claims.grant_id, clock.now())));
  expect_invalid(opaque);
  clock.advance(minutes{61});
  expect_invalid(access_token);
}

TEST_F(Userinfo, AT_04_two_tokens_and_a_malformed_one_are_invalid_request) {
  EXPECT_EQ(ask(access_token + " " + access_token).status, 400);
  EXPECT_EQ(ask(userinfo, Post{"access_token=" + access_token}).status, 400);
}

TEST_F(Userinfo, AT_04_too_little_scope_is_403_and_names_what_is_wanted) {
  authorization = "Bearer " + access_token;
  EXPECT_EQ(ask(for_rides, Post{}).status, 200);
  authorization = "Bearer " + tokens_for("alexa", [](AuthorizationCodeRecord& record) {
                                record.scope = "profile rides2";
                              }).text("access_token");
  const http::Response refused = ask(for_rides, Post{});
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(challenge(refused).find("error=\"insufficient_scope\""), std::string::npos);
  EXPECT_NE(challenge(refused).find("scope=\"rides\""), std::string::npos);
}

TEST_F(Userinfo, TK_19_an_outage_is_503_and_never_invalid_token) {
  for (const Fault fault : {Fault::fails, Fault::silent}) {
    grants.reads = fault;
    const http::Response response = ask(access_token);
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(challenge(response), "");
    EXPECT_NE(response.body.find("temporarily_unavailable"), std::string::npos);
  }
}

TEST_F(Userinfo, CA_13_guesses_are_held_back_and_the_good_token_beside_them_is_not) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask("guess").status, 401);
  EXPECT_EQ(ask("guess").status, 429);
  EXPECT_EQ(ask(access_token).status, 200);
  clock.advance(minutes{1});
  EXPECT_EQ(ask("guess").status, 401);
}

TEST_F(Userinfo, CA_13_expired_tokens_are_no_guesses) {
  clock.advance(minutes{61});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask(access_token).status, 401);
}

}  // namespace
}  // namespace couplet::server
