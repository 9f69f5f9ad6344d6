// SPDX-License-Identifier: Apache-2.0
#include "server/events/accept_grant_endpoint.hpp"

#include <gtest/gtest.h>

#include "alexa/accept_grant.hpp"
#include "server/events/testing/event_world.hpp"

namespace couplet::server {
namespace {

using testing::EventWorld;

class FakeMessaging final : public amazon::MessagingApi {
 public:
  Task<amazon::AmazonResult<alexa::AmazonTokens>> accept_grant(const Skill&, alexa::AmazonCode code,
                                                               amazon::HopSink) override {
    codes.emplace_back(code.reveal());
    if (meanwhile) meanwhile();
    if (failure) co_return std::unexpected(*failure);
    co_return alexa::AmazonTokens{alexa::AmazonAccessToken(std::string("Atza|m")),
                                  alexa::AmazonRefreshToken(std::string("Atzr|m")),
                                  from_unix_seconds(1'800'003'600)};
  }
  std::optional<alexa::AmazonFailure> failure;
  std::function<void()> meanwhile;
  std::vector<std::string> codes;
};

class AcceptGrantTest : public ::testing::Test, protected EventWorld {
 protected:
  http::Response accept(const std::string& body, const std::string& skill = "ride-hailer",
                        std::string_view key = testing::kApiKey) {
    const std::string authorization = "Bearer " + std::string(key);
    const Headers headers{{"Authorization", authorization}};
    const http::Request request{.method = "POST",
                                .path = "/",
                                .query = "",
                                .headers = http::HeaderView(headers),
                                .body = body,
                                .peer_address = "192.0.2.1",
                                .request_id = "our-request-1",
                                .tls = true,
                                .path_parameters = {{"skill", skill}}};
    return run_task(accepting.handle(request));
  }
  static std::string body(const std::string& token, const std::string& more = "") {
    return R"({"grant_code":"ANGrant","grantee_token":")" + token + "\"" + more + "}";
  }
  std::optional<Bytes> stored(const std::string& user) {
    return run_task(store->find_messaging_tokens(SkillName("ride-hailer"), UserId(user))).value();
  }
  void expect_refused(const http::Response& response, int status, std::string_view code) {
    EXPECT_EQ(response.status, status);
    const auto problem = parse_json_object(response.body).value();
    EXPECT_EQ(find_string(problem, "code"), code);
    EXPECT_EQ(find_string(problem, "reply.event.header.name"), "ErrorResponse")
        << "Alexa waits for an answer";
    EXPECT_FALSE(stored("alice"));
  }

  CallerAuthentication callers{config, clock};
  FakeMessaging messages;
  AcceptGrantEndpoint accepting{config, callers, *store, *store, messages, verifier, clock, random, metrics};
};

TEST_F(AcceptGrantTest, the_tokens_are_kept_for_the_user_of_the_token) {
  const Linked alice = link("alice");
  link("bob");
  const auto response = accept(body(alice.access_token, R"(,"correlation_token":"c-1")"));
  ASSERT_EQ(response.status, 200) << response.body;
  const auto answer = parse_json_object(response.body).value();
  EXPECT_EQ(find_string(answer, "user"), "alice");
  EXPECT_EQ(find_string(answer, "reply.event.header.name"), "AcceptGrant.Response");
  EXPECT_EQ(find_string(answer, "reply.event.header.correlationToken"), "c-1");
  EXPECT_EQ(find_string(answer, "reply.event.header.messageId")->size(), 36U);
  EXPECT_EQ(messages.codes, std::vector<std::string>{"ANGrant"});
  const auto tokens = alexa::open_messaging_tokens(stored("alice").value(), SkillName("ride-hailer"),
                                                   UserId("alice"), *config.keys);
  EXPECT_EQ(tokens->refresh_token.reveal(), "Atzr|m");
  EXPECT_FALSE(stored("bob"));
}

TEST_F(AcceptGrantTest, a_token_that_is_not_live_buys_nothing) {
  const Linked alice = link("alice");
  expect_refused(accept(body("not-a-token")), 400, "invalid_grantee");
  run_task(store->revoke_grant(alice.grant.grant_id, clock.now())).value();
  expect_refused(accept(body(alice.access_token)), 400, "invalid_grantee");
  const Linked again = link("alice");
  clock.advance(minutes{61});
  expect_refused(accept(body(again.access_token)), 400, "invalid_grantee");
  EXPECT_TRUE(messages.codes.empty()) << "the code was not burnt";
}

TEST_F(AcceptGrantTest, a_token_of_another_skill_buys_nothing) {
  const Linked alice = link("alice");
  config.api_keys.front().skills.push_back(SkillName("second-skill"));
  expect_refused(accept(body(alice.access_token), "second-skill"), 400, "invalid_grantee");
}

TEST_F(AcceptGrantTest, a_link_that_ends_meanwhile_keeps_no_tokens) {
  const Linked alice = link("alice");
  messages.meanwhile = [&] { run_task(store->revoke_grant(alice.grant.grant_id, clock.now())).value(); };
  expect_refused(accept(body(alice.access_token)), 400, "invalid_grantee");
}

TEST_F(AcceptGrantTest, amazons_refusal_is_passed_on) {
  const Linked alice = link("alice");
  messages.failure = alexa::AmazonFailure{"invalid_grant", 400, false};
  expect_refused(accept(body(alice.access_token)), 502, "grant_not_exchanged");
}

TEST_F(AcceptGrantTest, WH_07_a_store_that_cannot_answer_is_503) {
  const Linked alice = link("alice");
  database->close();
  expect_refused(accept(body(alice.access_token)), 503, "temporarily_unavailable");
}

TEST_F(AcceptGrantTest, the_skills_backend_alone_may_call) {
  const Linked alice = link("alice");
  EXPECT_EQ(accept(body(alice.access_token), "ride-hailer", "cpk_wrong").status, 401);
  EXPECT_EQ(accept(body(alice.access_token), "second-skill").status, 403);
  EXPECT_EQ(accept("{}").status, 400);
  EXPECT_EQ(accept("[").status, 400);
  EXPECT_TRUE(messages.codes.empty());
}

}  // namespace
}  // namespace couplet::server
