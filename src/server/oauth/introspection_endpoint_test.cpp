// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/introspection_endpoint.hpp"

#include <gtest/gtest.h>

#include "base/log.hpp"
#include "server/oauth/testing/oauth_test_world.hpp"

namespace couplet::server {
namespace {

using Fault = FaultyGrants::Fault;

class Introspection : public ::testing::Test, protected OAuthWorld {
 protected:
  Answer issued = exchange(new_code());
  std::string access_token = issued.text("access_token");
};

TEST_F(Introspection, IN_01_needs_a_client_with_the_right) {
  EXPECT_EQ(introspect(access_token, "").status(), 401);
  EXPECT_EQ(introspect(access_token, "&client_id=api&client_secret=wrong").status(), 401);
  const Answer alexa = introspect(access_token, kAlexaCredentials);
  EXPECT_EQ(alexa.status(), 403);
  EXPECT_EQ(alexa.text("error"), "unauthorized_client");
}

TEST_F(Introspection, IN_02_describes_an_active_token) {
  const Answer answer = introspect(access_token);
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(find_bool(answer.body, "active"), true);
  EXPECT_EQ(answer.text("scope"), "profile rides");
  EXPECT_EQ(answer.text("client_id"), "alexa");
  EXPECT_EQ(answer.text("sub"), "user-alice");
  EXPECT_EQ(answer.text("token_type"), "Bearer");
  EXPECT_EQ(answer.text("iss"), "https://couplet.example");
  const auto iat = find_integer(answer.body, "iat").value(), exp = find_integer(answer.body, "exp").value();
  EXPECT_EQ(iat, unix_seconds(clock.now()));
  EXPECT_EQ(exp - iat, find_integer(issued.body, "expires_in"));
}

TEST_F(Introspection, IN_03_anything_else_is_inactive_and_nothing_more) {
  const std::string inactive = R"({"active":false})";
  for (const std::string& token :
       {std::string("x"), access_token + "x", issued.text("refresh_token"), new_code()}) {
    const Answer answer = introspect(token);
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.response.body, inactive) << token;
  }
  clock.advance(minutes{61});
  EXPECT_EQ(introspect(access_token).response.body, inactive);
}

TEST_F(Introspection, IN_03_a_revoked_grant_ends_its_tokens_at_once) {
  const auto claims = verifier.verify(oauth::AccessToken(access_token), clock.now()).value();
  EXPECT_EQ(find_bool(introspect(access_token).body, "active"), true);
  ASSERT_TRUE(run_task(store->revoke_grant(claims.grant_id, clock.now())));
  EXPECT_EQ(introspect(access_token).response.body, R"({"active":false})");
}

TEST_F(Introspection, AT_11_revoking_an_opaque_token_s_grant_ends_it_at_once) {
  const Answer opaque = tokens_for("sealed");
  const std::string token = opaque.text("access_token");
  ASSERT_TRUE(token.starts_with("ca_"));
  const Answer answer = introspect(token);
  EXPECT_EQ(find_bool(answer.body, "active"), true);
  EXPECT_EQ(answer.text("sub"), "user-alice");
  EXPECT_EQ(answer.text("aud"), "rides-api");
  EXPECT_EQ(answer.text("scope"), "profile rides");
  EXPECT_EQ(answer.text("client_id"), "sealed");
  const auto claims = verifier.verify(oauth::AccessToken(token), clock.now()).value();
  ASSERT_TRUE(run_task(store->revoke_grant(claims.grant_id, clock.now())));
  EXPECT_EQ(introspect(token).response.body, R"({"active":false})");
}

TEST_F(Introspection, RT_01_refreshing_writes_nothing_for_an_opaque_client_either) {
  const Answer opaque = tokens_for("sealed");
  const int writes = grants.write_count;
  const Answer refreshed = refresh(opaque.text("refresh_token"), credentials_of("sealed"));
  EXPECT_EQ(find_bool(introspect(refreshed.text("access_token")).body, "active"), true);
  EXPECT_EQ(grants.write_count, writes);
}

TEST_F(Introspection, AT_06_a_pairwise_client_s_user_is_named_to_the_resource_server_only) {
  const std::string token = tokens_for("paired").text("access_token");
  const Answer answer = introspect(token);
  EXPECT_EQ(answer.text("username"), "user-alice");
  EXPECT_EQ(answer.text("sub"), verifier.verify(oauth::AccessToken(token), clock.now())->sub);
  EXPECT_NE(answer.text("sub"), "user-alice");
  EXPECT_FALSE(introspect(access_token).body.contains("username")) << "a public subject is the user already";
}

TEST_F(Introspection, AT_10_a_resource_server_hears_nothing_of_another_skill_s_tokens) {
  const std::string second = tokens_for("alexa", [](AuthorizationCodeRecord& record) {
                               record.skill = SkillName("second-skill");
                             }).text("access_token");
  EXPECT_EQ(introspect(second).text("aud"), "second-api");
  EXPECT_EQ(introspect(access_token, credentials_of("rides")).text("aud"), "rides-api");
  EXPECT_EQ(introspect(second, credentials_of("rides")).response.body, R"({"active":false})");
}

TEST_F(Introspection, IN_04_a_missing_token_is_400_and_answers_are_not_cached) {
  EXPECT_EQ(introspect("").status(), 400);
  const Answer answer = introspect(access_token);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
}

TEST_F(Introspection, IN_06_many_inactive_answers_raise_one_alert_and_no_limit) {
  ::testing::internal::CaptureStderr();
  log::start(log::Level::warn, "couplet");
  for (int i = 0; i < 1100; ++i) introspect("guess");
  log::stop();
  const std::string lines = ::testing::internal::GetCapturedStderr();
  const std::size_t first = lines.find("introspection.many_inactive");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(lines.find("introspection.many_inactive", first + 1), std::string::npos);
  EXPECT_EQ(find_bool(introspect(access_token).body, "active"), true);
}

TEST_F(Introspection, CA_13_wrong_secrets_are_held_back_and_the_right_one_beside_them_is_not) {
  const std::string wrong = "&client_id=api&client_secret=wrong";
  for (int i = 0; i < 20; ++i) ASSERT_EQ(introspect(access_token, wrong).status(), 401);
  const Answer held_back = introspect(access_token, wrong);
  EXPECT_EQ(held_back.status(), 429);
  EXPECT_NE(held_back.header("Retry-After"), "");
  EXPECT_EQ(find_bool(introspect(access_token).body, "active"), true);
}

TEST_F(Introspection, TK_19_an_outage_is_503_and_never_inactive) {
  for (const Fault fault : {Fault::fails, Fault::silent}) {
    grants.reads = fault;
    const Answer answer = introspect(access_token);
    EXPECT_EQ(answer.status(), 503);
    EXPECT_EQ(answer.text("error"), "temporarily_unavailable");
    EXPECT_EQ(answer.header("Retry-After"), "2");
    EXPECT_FALSE(answer.body.contains("active"));
  }
}

}  // namespace
}  // namespace couplet::server
