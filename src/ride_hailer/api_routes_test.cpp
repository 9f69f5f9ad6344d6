// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/api_routes.hpp"

#include <gtest/gtest.h>

#include "ride_hailer/service_fixture.hpp"

namespace couplet::ride_hailer {
namespace {

struct RideHailerApi : RideHailerRoutes {
  http::IncomingResponse ask(const std::vector<std::string>& authorization, const std::string& query = "") {
    http::OutgoingRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/api/rides" + query;
    for (const std::string& value : authorization) request.headers.emplace_back("Authorization", value);
    auto answer = wait(http_client.send(std::move(request)));
    if (!answer) throw std::runtime_error(answer.error().log_detail);
    return std::move(*answer);
  }
  static std::string challenge(const http::IncomingResponse& answer) {
    return std::string(answer.header("www-authenticate"));
  }
};

const std::string kPlainChallenge = "Bearer realm=\"ride-hailer\"";

TEST_F(RideHailerApi, AT_01_AT_09_a_live_token_opens_the_users_rides_and_nobody_keeps_them) {
  couplet_says(200, R"({"active":true,"sub":"user-alice","scope":"profile rides"})");
  for (const char* scheme : {"Bearer ", "bearer ", "BEARER "}) {
    const auto answer = ask({scheme + std::string("token")});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"rides":[]})");
    EXPECT_EQ(answer.header("cache-control"), "no-store");
  }
}

TEST_F(RideHailerApi, AT_03_without_a_token_there_is_a_challenge_and_no_error) {
  for (const std::vector<std::string>& none :
       {std::vector<std::string>{}, {"Basic YTpi"}, {"Bearer"}, {"Bearertoken"}}) {
    const auto answer = ask(none);
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(challenge(answer), kPlainChallenge);
  }
  EXPECT_TRUE(couplet.seen.empty());
}

TEST_F(RideHailerApi, AT_02_AT_04_a_token_in_the_query_two_tokens_and_broken_ones_are_malformed) {
  couplet_says(200, R"({"active":true,"sub":"user-alice","scope":"rides"})");
  const std::string malformed = kPlainChallenge + ", error=\"invalid_request\"";
  EXPECT_EQ(ask({}, "?access_token=token").status, 400);
  for (const auto& answer :
       {ask({"Bearer token"}, "?access_token=token"), ask({"Bearer token", "Bearer token"}),
        ask({"Bearer to ken"}), ask({"Bearer t\"k"}), ask({"Bearer t=k"}), ask({"Bearer ="})}) {
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(challenge(answer), malformed);
  }
  EXPECT_TRUE(couplet.seen.empty()) << "nobody is asked about what is no token";
  EXPECT_EQ(ask({"Bearer to-k._~+/en=="}).status, 200);
}

TEST_F(RideHailerApi, AT_04_an_inactive_token_and_a_deleted_users_are_invalid) {
  for (const char* said : {R"({"active":false})", R"({"active":true,"sub":"user-gone","scope":"rides"})"}) {
    couplet_says(200, said);
    const auto answer = ask({"Bearer " + std::string(said).substr(2, 6)});
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(challenge(answer), kPlainChallenge + ", error=\"invalid_token\"");
  }
}

TEST_F(RideHailerApi, AT_04_too_little_scope_is_forbidden_and_says_which) {
  couplet_says(200, R"({"active":true,"sub":"user-alice","scope":"profile"})");
  const auto answer = ask({"Bearer token"});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(challenge(answer), kPlainChallenge + ", error=\"insufficient_scope\", scope=\"rides\"");
}

TEST_F(RideHailerApi, TK_19_an_outage_is_503_and_not_a_word_about_the_token) {
  couplet_says(503, R"({"error":"temporarily_unavailable"})");
  const auto answer = ask({"Bearer token"});
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("retry-after"), "2");
  EXPECT_EQ(challenge(answer), "");
}

}  // namespace
}  // namespace couplet::ride_hailer
