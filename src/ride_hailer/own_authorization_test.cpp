// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/own_authorization.hpp"

#include <gtest/gtest.h>

#include "base/form.hpp"
#include "base/webhook_signature.hpp"
#include "http/testing/test_server.hpp"
#include "ride_hailer/service_fixture.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr const char* kRedirect = "https://link.example.org/cb";
constexpr const char* kCallSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const Instant kNow = from_unix_seconds(1'800'000'000);

struct OwnServer : testing::Test {
  FakeClock clock{kNow};
  SeededRandom random{3};
  OwnAuthorization own{clock, random};
  OwnCode issue(const std::string& call = "a.1") { return own.issue(call, "user-alice", kRedirect); }
};

TEST_F(OwnServer, CD_01_a_code_works_once_and_its_replay_ends_what_it_gave) {
  const OwnCode code = issue();
  const auto tokens = own.redeem(code, kRedirect);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(own.user_of(tokens->access_token), "user-alice");
  EXPECT_TRUE(own.refresh(tokens->refresh_token));
  EXPECT_FALSE(own.redeem(code, kRedirect));
  EXPECT_FALSE(own.refresh(tokens->refresh_token)) << "CD-02";
  EXPECT_FALSE(own.user_of(tokens->access_token));
}

TEST_F(OwnServer, CD_05_a_code_is_for_one_redirect_uri_and_five_minutes) {
  const OwnCode code = issue();
  EXPECT_FALSE(own.redeem(code, "https://evil.example/"));
  EXPECT_TRUE(own.redeem(code, kRedirect)) << "CD-09: a wrong try does not burn it";
  const OwnCode late = issue("b.1");
  clock.advance(minutes{5} + milliseconds{1});
  EXPECT_FALSE(own.redeem(late, kRedirect));
  EXPECT_FALSE(own.redeem(OwnCode(std::string("made-up")), kRedirect));
}

TEST_F(OwnServer, the_same_call_again_replaces_its_code) {
  const OwnCode lost = issue(), second = issue(), other_try = issue("a.2");
  EXPECT_FALSE(own.redeem(lost, kRedirect));
  EXPECT_TRUE(own.redeem(second, kRedirect));
  EXPECT_TRUE(own.redeem(other_try, kRedirect));
}

TEST_F(OwnServer, RT_04_refresh_tokens_stay_and_access_tokens_run_out) {
  const auto tokens = own.redeem(issue(), kRedirect);
  for (int i = 0; i < 3; ++i) {
    clock.advance(std::chrono::hours{24 * 300});
    const auto again = own.refresh(tokens->refresh_token);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->refresh_token.empty());
    EXPECT_EQ(own.user_of(again->access_token), "user-alice");
    EXPECT_FALSE(own.user_of(tokens->access_token));
  }
  own.revoke("user-bob");
  EXPECT_TRUE(own.refresh(tokens->refresh_token));
  own.revoke("user-alice");
  EXPECT_FALSE(own.refresh(tokens->refresh_token));
}

TEST_F(OwnServer, SG_04_linking_again_ends_the_link_before) {
  const auto first = own.redeem(issue("a.1"), kRedirect);
  const auto second = own.redeem(issue("b.1"), kRedirect);
  EXPECT_FALSE(own.refresh(first->refresh_token));
  EXPECT_TRUE(own.refresh(second->refresh_token));
}

// Ride Hailer with its own authorization server, called as Couplet and Alexa call it.
struct OwnRoutes : RideHailerRoutes {
  OwnAuthorization own{clock, random};
  boost::asio::thread_pool pool{1};
  Users users{{{"user-alice", "Alice", "alice", Password{"p"}}}, random, pool};
  OwnAuthorizationRoutes routes{
      {CallSecret{kCallSecret}, "alexa", AlexaClientSecret{"s3cret +%"}}, own, users, clock};
  http::testing::TestServer provider{[this](http::Router& router) { routes.add_to(router); }};

  http::IncomingResponse post(const std::string& path, std::string body, http::Headers headers) {
    http::OutgoingRequest request;
    request.method = "POST";
    request.url = provider.url(path);
    request.headers = std::move(headers);
    request.body = std::move(body);
    return wait(http_client.send(std::move(request))).value();
  }
  static std::string body_for(std::string_view user = "user-alice") {
    return json::serialize(json::object{{"user", user}, {"redirect_uri", kRedirect}});
  }
  http::IncomingResponse ask(const std::string& body, const std::string& signed_body,
                             const std::string& secret = kCallSecret, seconds off = seconds{0}) {
    const std::int64_t timestamp = unix_seconds(clock.now() + off);
    const auto signer = WebhookSigner::from_secret(WebhookSecret(secret));
    return post("/couplet/code", body,
                {{"webhook-id", "a.1"},
                 {"webhook-timestamp", std::to_string(timestamp)},
                 {"webhook-signature", "v1,other v2,x " + signer->sign("a.1", timestamp, signed_body)}});
  }
  http::IncomingResponse token(FormWriter form, const std::string& authorization = "") {
    http::Headers headers;
    if (!authorization.empty()) headers.emplace_back("Authorization", authorization);
    return post("/oauth/token", form.text(), std::move(headers));
  }
  static std::string basic(const std::string& pair) { return "Basic " + to_base64(as_byte_view(pair)); }
};

TEST_F(OwnRoutes, WH_08_a_signed_call_gets_a_code_and_alexa_redeems_it) {
  const auto answer = ask(body_for(), body_for());
  ASSERT_EQ(answer.status, 200) << answer.body;
  const json::object given = parse_json_object(answer.body).value();
  const auto code = find_string(given, "code").value();
  FormWriter form;
  form.add("grant_type", "authorization_code").add("code", code).add("redirect_uri", kRedirect);
  const auto tokens = token(form, basic("alexa:s3cret+%2B%25"));
  ASSERT_EQ(tokens.status, 200) << tokens.body;
  EXPECT_EQ(tokens.header("cache-control"), "no-store");
  const auto body = parse_json_object(tokens.body).value();
  FormWriter again;
  again.add("grant_type", "refresh_token").add("refresh_token", *find_string(body, "refresh_token"));
  again.add("client_id", "alexa").add("client_secret", "s3cret +%");
  EXPECT_EQ(token(again).status, 200) << "CA-02: credentials in the body";
}

TEST_F(OwnRoutes, WH_08_an_unsigned_altered_or_old_call_gets_none) {
  EXPECT_EQ(post("/couplet/code", body_for(), {}).status, 401);
  EXPECT_EQ(ask(body_for(), body_for("user-bob")).status, 401);
  EXPECT_EQ(ask(body_for(), body_for(), "whsec_" + to_base64(Bytes(32, std::byte{9}))).status, 401);
  EXPECT_EQ(ask(body_for(), body_for(), kCallSecret, seconds{-301}).status, 401);
  EXPECT_EQ(ask(body_for(), body_for(), kCallSecret, seconds{301}).status, 401);
  EXPECT_EQ(ask(body_for(), body_for(), kCallSecret, seconds{-299}).status, 200);
  EXPECT_EQ(ask(body_for("user-zoe"), body_for("user-zoe")).status, 404);
  EXPECT_EQ(ask("{}", "{}").status, 400);
}

TEST_F(OwnRoutes, TK_refusals_are_the_standards) {
  FormWriter form;
  form.add("grant_type", "authorization_code").add("code", "made-up").add("redirect_uri", kRedirect);
  EXPECT_EQ(token(form).status, 401);
  EXPECT_EQ(token(form, basic("alexa:wrong")).body, R"({"error":"invalid_client"})");
  EXPECT_EQ(token(form, basic("alexa:s3cret+%2B%25")).body, R"({"error":"invalid_grant"})");
  FormWriter password;
  password.add("grant_type", "password");
  EXPECT_EQ(token(password, basic("alexa:s3cret+%2B%25")).body, R"({"error":"unsupported_grant_type"})");
}

}  // namespace
}  // namespace couplet::ride_hailer
