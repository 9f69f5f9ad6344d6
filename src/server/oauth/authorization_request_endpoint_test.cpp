// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/authorization_request_endpoint.hpp"

#include <gtest/gtest.h>

#include "server/oauth/testing/authorization_world.hpp"

namespace couplet::server {
namespace {

using testing::Leads;

struct AuthorizationRequests : ::testing::Test, testing::AuthorizationWorld {};

TEST_F(AuthorizationRequests, AZ_14_the_login_page_learns_what_is_asked) {
  const auto shown = show(challenge());
  ASSERT_EQ(shown.status, 200);
  EXPECT_EQ(header(shown, "Cache-Control"), "no-store");
  EXPECT_EQ(body(shown), (json::object{{"client_id", "alexa"},
                                       {"skill", "ride-hailer"},
                                       {"display_name", "Ride Hailer"},
                                       {"scope", {"rides"}},
                                       {"redirect_host", "layla.amazon.com"},
                                       {"expires_at", to_iso8601(clock.now() + minutes{10})}}));
}

TEST_F(AuthorizationRequests, AZ_10_accepting_leads_back_with_code_state_and_issuer) {
  const auto answer = accept(challenge());
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Leads back = leads(answer);
  EXPECT_EQ(back.to, testing::kAlexaRedirect);
  EXPECT_EQ(back.text("state"), "eyJh+/=");
  EXPECT_EQ(back.text("iss"), testing::kPublicUrl);
  EXPECT_EQ(back.query.all().size(), 3U);
  const auto record = stored(back);
  EXPECT_EQ(record.user.text(), "user-alice");
  EXPECT_EQ(record.skill.text(), "ride-hailer");
  EXPECT_EQ(record.redirect_uri, testing::kAlexaRedirect);
  EXPECT_EQ(record.code_challenge, testing::kPkceChallenge);
  EXPECT_EQ(record.origin, GrantOrigin::alexa);
  EXPECT_EQ(record.expires_at, clock.now() + minutes{5});
}

TEST_F(AuthorizationRequests, AZ_15_denying_leads_back_with_access_denied) {
  const Leads back = leads(deny(challenge()));
  EXPECT_EQ(back.to, testing::kAlexaRedirect);
  EXPECT_EQ(back.text("error"), "access_denied");
  EXPECT_EQ(back.text("state"), "eyJh+/=");
  EXPECT_EQ(back.text("code"), "");
}

TEST_F(AuthorizationRequests, AZ_13_a_challenge_is_accepted_once) {
  const std::string one = challenge();
  ASSERT_EQ(accept(one).status, 200);
  for (const auto& again : {accept(one), accept(one, R"({"user":"user-bob"})"), deny(one)}) {
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(code_of(again), "already_answered");
  }
}

// As when two acceptances pass the first look at the same time: the store lets one of them in.
TEST_F(AuthorizationRequests, AZ_13_of_two_acceptances_at_once_one_mints) {
  struct LateGrants final : storage::GrantStore {
    explicit LateGrants(storage::Store& store) : inner(store) {}
    storage::Store& inner;
    bool looked = false;
    Task<storage::Result<void>> insert_code(AuthorizationCodeRecord code) override {
      return inner.insert_code(std::move(code));
    }
    Task<storage::Result<std::optional<AuthorizationCodeRecord>>> find_code(CodeSelector selector) override {
      if (!std::exchange(looked, true)) co_return std::nullopt;
      co_return co_await inner.find_code(selector);
    }
    Task<storage::Result<storage::SpendOutcome>> spend_code(CodeSelector selector, Grant grant,
                                                            Instant now) override {
      return inner.spend_code(selector, std::move(grant), now);
    }
    Task<storage::Result<void>> withdraw_code(CodeSelector selector, Instant now) override {
      return inner.withdraw_code(selector, now);
    }
    Task<storage::Result<void>> withdraw_unspent_code(CodeSelector selector, Instant now) override {
      return inner.withdraw_unspent_code(selector, now);
    }
    Task<storage::Result<std::optional<Grant>>> find_grant(GrantId id) override {
      return inner.find_grant(id);
    }
    Task<storage::Result<std::optional<Grant>>> find_grant_by_refresh(RefreshSelector selector) override {
      return inner.find_grant_by_refresh(selector);
    }
    Task<storage::Result<void>> revoke_grant(GrantId id, Instant now) override {
      return inner.revoke_grant(id, now);
    }
    Task<storage::Result<bool>> rotate_refresh_token(GrantId id, RefreshRotation from,
                                                     RefreshRotation to) override {
      return inner.rotate_refresh_token(id, from, to);
    }
    Task<storage::Result<void>> settle_doubt(GrantId used, Instant now) override {
      return inner.settle_doubt(used, now);
    }
    Task<storage::Result<storage::OldestGrants>> oldest_grants(ClientId client_id) override {
      return inner.oldest_grants(client_id);
    }
    Task<storage::Result<std::vector<storage::ImportOutcome>>> import_grants(std::vector<Grant> grants,
                                                                             Instant now) override {
      return inner.import_grants(std::move(grants), now);
    }
    Task<storage::Result<std::vector<Grant>>> list_grants(std::optional<GrantId> after,
                                                          std::size_t limit) override {
      return inner.list_grants(after, limit);
    }
  };
  const std::string one = challenge();
  ASSERT_EQ(accept(one).status, 200);
  LateGrants late(*store);
  AuthorizationRequestEndpoint second(config, callers, late, clock, random);
  const auto answer =
      call(second, &AuthorizationRequestEndpoint::accept, {{"challenge", one}}, "", R"({"user":"user-bob"})");
  EXPECT_EQ(answer.status, 409);
}

TEST_F(AuthorizationRequests, AZ_17_two_requests_of_one_browser_do_not_mix) {
  const std::string first = challenge();
  const std::string second =
      Leads(header(open("client_id=alexa&response_type=code&state=other&redirect_uri=" +
                        percent_encode("https://app.example.org/cb")),
                   "Location"))
          .text("login_challenge");
  const Leads second_back = leads(accept(second));
  const Leads first_back = leads(accept(first));
  EXPECT_EQ(first_back.to, testing::kAlexaRedirect);
  EXPECT_EQ(first_back.text("state"), "eyJh+/=");
  EXPECT_EQ(stored(first_back).code_challenge, testing::kPkceChallenge);
  EXPECT_EQ(second_back.to, "https://app.example.org/cb");
  EXPECT_EQ(second_back.text("state"), "other");
  EXPECT_EQ(stored(second_back).code_challenge, std::nullopt);
}

TEST_F(AuthorizationRequests, AZ_18_an_altered_or_old_challenge_is_a_problem) {
  std::string altered = challenge();
  altered[altered.size() / 2] = altered[altered.size() / 2] == 'A' ? 'B' : 'A';
  for (const auto& answer : {show(altered), accept(altered), deny(altered), accept("x")}) {
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(code_of(answer), "invalid_challenge");
    EXPECT_EQ(header(answer, "Content-Type"), "application/problem+json");
  }
  const std::string old = challenge();
  clock.advance(minutes{10});
  for (const auto& answer : {show(old), accept(old), deny(old)})
    EXPECT_EQ(code_of(answer), "expired_challenge");
}

TEST_F(AuthorizationRequests, AZ_04_a_client_that_was_disabled_meanwhile_gets_no_code) {
  const std::string one = challenge();
  config.clients.front().enabled = false;
  EXPECT_EQ(code_of(accept(one)), "invalid_challenge");
}

TEST_F(AuthorizationRequests, AZ_13_only_a_caller_of_that_skill_may_answer) {
  const std::string one = challenge();
  api_key = "cpk_other";
  for (const auto& answer : {show(one), accept(one), deny(one)})
    EXPECT_EQ(code_of(answer), "forbidden_skill");
  api_key = "cpk_nobody";
  for (const auto& answer : {show(one), accept(one), deny(one)}) EXPECT_EQ(answer.status, 401);
}

TEST_F(AuthorizationRequests, AZ_13_accepting_needs_a_user) {
  const std::string one = challenge();
  EXPECT_EQ(code_of(accept(one, "{}")), "invalid_request");
  EXPECT_EQ(code_of(accept(one, "")), "invalid_request");
  EXPECT_EQ(code_of(accept(one, R"({"user":""})")), "invalid_user");
  EXPECT_EQ(code_of(accept(one, R"({"user":"me"})")), "invalid_user");
  EXPECT_EQ(accept(one).status, 200);
}

TEST_F(AuthorizationRequests, AZ_13_a_user_token_answers_for_its_own_user_only) {
  const Caller alice{"app", {SkillName("ride-hailer")}, UserId("user-alice")};
  EXPECT_EQ(CallerAuthentication::find_user(alice, "me").value().text(), "user-alice");
  EXPECT_EQ(CallerAuthentication::find_user(alice, "user-alice").value().text(), "user-alice");
  EXPECT_EQ(code_of(CallerAuthentication::find_user(alice, "user-bob").error()), "forbidden_user");
}

TEST_F(AuthorizationRequests, FT_08_a_store_that_cannot_answer_is_an_outage) {
  const std::string one = challenge();
  database->close();
  EXPECT_EQ(accept(one).status, 503);
}

}  // namespace
}  // namespace couplet::server
