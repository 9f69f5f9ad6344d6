// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_engine.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <set>

#include "server/links/testing/engine_world.hpp"

#include "oauth/token_format.hpp"

namespace couplet::server {
namespace {

using testing::FakeAmazon;
using testing::kNow;

const alexa::AmazonFailure kTimeout{"timeout", 0, true};
const alexa::AmazonFailure kServerError{"server_error", 500, true};

class LinkEngineTest : public testing::EngineWorld {
 protected:
  LinkEngineTest() {
    amazon.redeem = [this](std::string code) { return redeem(std::move(code)); };
  }

  // What Alexa does inside the enablement call, at our token endpoint.
  Task<void> redeem(std::string code) {
    const auto presented = oauth::parse_authorization_code(oauth::AuthorizationCode(std::move(code)));
    const auto record = co_await store->find_code(presented->selector);
    Grant grant;
    grant.attempt_id = record.value().value().attempt_id;
    grant.created_at = clock.now();
    grant.grant_id = GrantId::make(clock.now(), random);
    grant.refresh_selector = RefreshSelector::make(clock.now(), random);
    grant.client_id = ClientId("alexa");
    grant.skill = skill.name;
    grant.user = UserId("alice");
    grants.push_back(grant.grant_id);
    auto spent = co_await store->spend_code(presented->selector, std::move(grant), clock.now());
    EXPECT_TRUE(spent);
  }

  bool is_live(GrantId id) {
    const auto grant = run_task(store->find_grant(id)).value();
    return grant && !grant->revoked_at;
  }
  int live_grants() {
    return static_cast<int>(std::ranges::count_if(grants, [this](GrantId id) { return is_live(id); }));
  }

  std::vector<GrantId> grants;
};

TEST_F(LinkEngineTest, UL_05_who_is_erased_while_linking_is_not_linked) {
  AccountTurn erasing(*store, pauses, clock, skill.name, UserId("alice"), "erasure/1");
  ASSERT_TRUE(run_task(erasing.take()));
  pauses.meanwhile = [&] {  // the attempt waits for its turn
    EXPECT_TRUE(run_task(store->erase_user(skill.name, UserId("alice"), {}, clock.now(), clock.now())));
    run_task(erasing.release());
  };
  EXPECT_EQ(finish(start()).error(), FinishError::store_unavailable);
  EXPECT_EQ(amazon.calls["alexa.enable"], 0);
  const auto records = run_task(store->find_user(skill.name, UserId("alice"))).value();
  EXPECT_FALSE(records.link);
  EXPECT_TRUE(records.attempts.empty());
  EXPECT_EQ(run_task(store->purge_codes(clock.now() + minutes{60}, 10)).value(), 0u) << "no code was made";
}

TEST_F(LinkEngineTest, EN_04_a_link_is_made_and_both_sides_hold_their_tokens) {
  const auto started = start();
  const auto attempt = finish(started);
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->status, AttemptStatus::linked);
  EXPECT_TRUE(attempt->sealed_amazon_tokens.empty()) << "they moved to the link";
  const auto link = stored_link();
  ASSERT_TRUE(link);
  EXPECT_EQ(link->status, LinkStatus::LINKED);
  EXPECT_EQ(link->origin, GrantOrigin::app);
  EXPECT_EQ(link->grant_id, grants.at(0));
  EXPECT_EQ(link->alexa_user_id, AlexaUserId("amzn1.ask.account.A"));
  EXPECT_EQ(link->api_host, "api.amazonalexa.com");
  const auto tokens = alexa::open_tokens(link->sealed_amazon_tokens, link->skill, link->user, *config.keys);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->refresh_token.reveal(), "Atzr|r");
}

TEST_F(LinkEngineTest, SG_03_twenty_copies_of_one_callback_make_one_exchange_and_one_enablement) {
  const auto started = start();
  boost::asio::io_context context;
  int linked = 0;
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(context, engine.finish(skill, started, alexa::AmazonCode(std::string("ANCode"))),
                          [&](std::exception_ptr failure, const Result<LinkAttempt, FinishError>& result) {
                            if (!failure && result && result->status == AttemptStatus::linked) ++linked;
                          });
  context.run();
  EXPECT_EQ(linked, 20);
  EXPECT_EQ(amazon.calls["lwa.token"], 1);
  EXPECT_EQ(amazon.calls["alexa.enable"], 1);
  EXPECT_EQ(finish(started)->status, AttemptStatus::linked) << "and later as well";
  EXPECT_EQ(amazon.calls["lwa.token"], 1);
}

TEST_F(LinkEngineTest, SG_03_who_loses_the_attempt_inside_the_call_counts_and_revokes_nothing) {
  const auto started = start();
  LinkAttempt taken_up;
  amazon.on_call = [&](const std::string& name) {
    if (name != "alexa.enable") return;
    taken_up = run_task(store->find_attempt(started.attempt_id)).value().value();
    const Instant seen_at = std::exchange(taken_up.updated_at, taken_up.updated_at + minutes{2});
    EXPECT_FALSE(run_task(store->record_step(taken_up, {}, seen_at)).value());
  };
  pauses.meanwhile = [&] {  // the caller waits; whoever has the attempt now ends it
    taken_up.status = AttemptStatus::failed;
    run_task(store->record_step(taken_up, {}, taken_up.updated_at)).value();
  };
  const auto attempt = finish(started);
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->status, AttemptStatus::failed);
  EXPECT_FALSE(stored_link());
  EXPECT_TRUE(is_live(grants.at(0))) << "the other one's to withdraw";
  EXPECT_EQ(metrics.exposition({}).find("couplet_links_finished_total{"), std::string::npos);
}

TEST_F(LinkEngineTest, SG_03_who_wakes_after_another_has_made_the_link_does_not_end_it) {
  amazon.enable_script = {kServerError};
  const auto started = start();
  pauses.meanwhile = [&] {  // before the second try, for which the first code is withdrawn
    LinkAttempt theirs = run_task(store->find_attempt(started.attempt_id)).value().value();
    if (theirs.status == AttemptStatus::linked) return;
    AccountLink link = link_made_in_alexa(run_task(store->find_grant(grants.at(0))).value().value(), kNow);
    link.origin = GrantOrigin::app;
    const Instant seen_at = std::exchange(theirs.updated_at, theirs.updated_at + minutes{2});
    EXPECT_TRUE(run_task(store->complete_link(theirs, link, LinkProof::answer, {}, seen_at)).value());
  };
  const auto attempt = finish(started);
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->status, AttemptStatus::linked);
  EXPECT_EQ(amazon.calls["alexa.enable"], 1);
  EXPECT_TRUE(is_live(grants.at(0)));
  EXPECT_EQ(stored_link()->status, LinkStatus::LINKED);
}

TEST_F(LinkEngineTest, LK_07_a_spent_state_with_another_code_is_refused) {
  const auto started = start();
  ASSERT_TRUE(finish(started));
  const auto replay = finish(started, "ANOther");
  ASSERT_FALSE(replay);
  EXPECT_EQ(replay.error(), FinishError::spent_state);
  EXPECT_EQ(amazon.calls["lwa.token"], 1);
}

TEST_F(LinkEngineTest, LW_04_a_refused_exchange_fails_the_attempt_with_step_and_code) {
  amazon.exchange_script = {alexa::AmazonFailure{"invalid_grant", 400, false}};
  const auto attempt = finish(start());
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->status, AttemptStatus::failed);
  EXPECT_EQ(attempt->failed_step, "token");
  EXPECT_EQ(attempt->failed_code, "invalid_grant");
  EXPECT_EQ(amazon.calls["alexa.enable"], 0);
  EXPECT_FALSE(stored_link());
}

TEST_F(LinkEngineTest, EN_08_tokens_that_alexa_took_before_it_failed_do_not_live_on) {
  amazon.enable_script = {kServerError, kServerError, kServerError};
  const auto attempt = finish(start());
  EXPECT_EQ(attempt->status, AttemptStatus::failed);
  EXPECT_EQ(grants.size(), 3U) << "Alexa redeemed each code";
  EXPECT_EQ(live_grants(), 0);
}

TEST_F(LinkEngineTest, EN_10_each_try_has_a_fresh_code_and_only_the_last_grant_lives) {
  amazon.enable_script = {kServerError};
  const auto attempt = finish(start());
  EXPECT_EQ(attempt->status, AttemptStatus::linked);
  EXPECT_EQ(std::set(amazon.codes.begin(), amazon.codes.end()).size(), 2U);
  EXPECT_EQ(live_grants(), 1);
  EXPECT_EQ(stored_link()->grant_id, grants.back());
}

TEST_F(LinkEngineTest, EN_09_after_a_timeout_the_outcome_is_asked_for) {
  amazon.enable_script = {kTimeout};
  amazon.enabled = true;  // Alexa did it all the same
  const auto attempt = finish(start());
  EXPECT_EQ(attempt->status, AttemptStatus::linked);
  EXPECT_EQ(amazon.calls["alexa.enable"], 1);
  EXPECT_EQ(amazon.calls["alexa.status"], 1);
}

TEST_F(LinkEngineTest, EN_09_a_code_that_was_not_redeemed_when_amazon_was_asked_never_will_be) {
  amazon.enable_script = {kTimeout};
  const auto redeem_it = std::exchange(amazon.redeem, {});
  pauses.meanwhile = [&] {  // before the next try: Alexa comes too late with the first code
    if (std::exchange(amazon.redeem, redeem_it)) return;
    run_task(redeem(amazon.codes.front()));
  };
  const auto attempt = finish(start());
  ASSERT_EQ(grants.size(), 2U);
  EXPECT_FALSE(run_task(store->find_grant(grants.front())).value());
  EXPECT_EQ(attempt->status, AttemptStatus::linked);
  EXPECT_EQ(stored_link()->grant_id, grants.back());
}

TEST_F(LinkEngineTest, EN_09_what_amazon_cannot_tell_is_left_open_and_settled_later) {
  ASSERT_EQ(finish(start())->status, AttemptStatus::linked);
  const GrantId old_grant = grants.at(0);
  clock.advance(seconds{1});
  amazon.enable_script = {kTimeout};
  amazon.status_script = {alexa::AmazonFailure{"unavailable", 503, false}};
  const auto second = start();
  EXPECT_EQ(finish(second).error(), FinishError::in_progress);
  EXPECT_EQ(finish(second).error(), FinishError::in_progress) << "at once, without asking Amazon again";
  EXPECT_EQ(amazon.calls["alexa.status"], 1);
  EXPECT_TRUE(is_live(old_grant)) << "Alexa may still hold the old tokens";
  EXPECT_TRUE(is_live(grants.at(1))) << "or the new ones";
  EXPECT_EQ(stored_link()->grant_id, old_grant);

  clock.advance(minutes{5});
  run_task(engine.pick_up(clock.now(), LinkEngine::Unsettled::ask_when_due));
  EXPECT_EQ(finish(second)->status, AttemptStatus::linked);
  EXPECT_EQ(stored_link()->grant_id, grants.at(1));
  EXPECT_TRUE(is_live(old_grant)) << "Amazon says \"enabled\" of either";
}

TEST_F(LinkEngineTest, RT_15_who_links_again_keeps_what_alexa_may_not_have_let_go_of) {
  ASSERT_EQ(finish(start())->status, AttemptStatus::linked);
  clock.advance(seconds{1});
  amazon.enable_script = {kServerError};  // Alexa has redeemed the code, and may have missed the answer
  EXPECT_EQ(finish(start())->status, AttemptStatus::linked);
  EXPECT_EQ(amazon.calls["alexa.enable"], 2) << "the user is linked either way";
  EXPECT_EQ(stored_link()->grant_id, grants.at(1));
  EXPECT_EQ(live_grants(), 2);
  ASSERT_TRUE(run_task(store->settle_doubt(grants.at(1), clock.now())));
  EXPECT_EQ(live_grants(), 1);
}

TEST_F(LinkEngineTest, LK_06_enabled_as_another_user_of_ours_is_no_proof_and_the_enablement_is_repeated) {
  LinkAttempt of_bob;
  of_bob.attempt_id = AttemptId::make(clock.now(), random);
  of_bob.skill = skill.name;
  of_bob.user = UserId("bob");
  AccountLink link;
  link.skill = skill.name;
  link.user = of_bob.user;
  link.status = LinkStatus::LINKED;
  link.alexa_user_id = AlexaUserId("amzn1.ask.account.A");
  ASSERT_TRUE(run_task(store->begin_attempt(of_bob)));
  ASSERT_TRUE(run_task(store->complete_link(of_bob, link, LinkProof::answer, {}, of_bob.updated_at)));
  amazon.enabled = true;
  amazon.enable_script = {kServerError};
  EXPECT_EQ(finish(start())->status, AttemptStatus::linked);
  EXPECT_EQ(amazon.calls["alexa.enable"], 2);
  EXPECT_EQ(live_grants(), 1);
  EXPECT_EQ(run_task(store->find_link(skill.name, of_bob.user)).value()->status, LinkStatus::NOT_LINKED);
}

TEST_F(LinkEngineTest, SG_08_an_open_outcome_is_asked_for_ever_more_rarely_and_not_for_ever) {
  amazon.enable_script = {kTimeout};
  amazon.status_script.assign(1000, alexa::AmazonFailure{"unavailable", 503, false});
  const auto started = start();
  EXPECT_EQ(finish(started).error(), FinishError::in_progress);
  for (int minute = 0; minute < 24 * 60; ++minute) {
    clock.advance(minutes{1});
    run_task(engine.pick_up(clock.now(), LinkEngine::Unsettled::ask_when_due));
  }
  EXPECT_EQ(finish(started)->status, AttemptStatus::failed);
  EXPECT_LT(amazon.calls["alexa.status"], 30);
  EXPECT_EQ(live_grants(), 0);
}

TEST_F(LinkEngineTest, EN_09_an_older_link_is_not_taken_for_this_ones_success) {
  ASSERT_EQ(finish(start())->status, AttemptStatus::linked);
  const GrantId old_grant = grants.at(0);
  clock.advance(seconds{1});
  amazon.redeem = {};  // the next calls never reach Alexa's side
  amazon.enable_script = {kTimeout, kTimeout, kTimeout};
  EXPECT_EQ(finish(start())->status, AttemptStatus::failed)
      << "GET says linked, but our new code was never redeemed";
  EXPECT_TRUE(is_live(old_grant)) << "nobody who is linked gets unlinked by us";
  EXPECT_EQ(stored_link()->grant_id, old_grant);
}

TEST_F(LinkEngineTest, EN_07_a_code_that_was_replayed_inside_the_call_makes_no_link_with_dead_tokens) {
  amazon.redeem = [this](std::string code) -> Task<void> {
    co_await redeem(std::move(code));
    EXPECT_TRUE(co_await store->revoke_grant(grants.back(), clock.now()));
  };
  const auto attempt = finish(start());
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->status, AttemptStatus::failed);
  EXPECT_EQ(attempt->failed_code, "bad_answer");
  EXPECT_FALSE(stored_link());
}

TEST_F(LinkEngineTest, EN_07_asking_does_not_take_a_replayed_code_for_success) {
  amazon.enable_script = {kTimeout};
  amazon.enabled = true;
  amazon.redeem = [this](std::string code) -> Task<void> {
    co_await redeem(std::move(code));
    if (grants.size() == 1) EXPECT_TRUE(co_await store->revoke_grant(grants.back(), clock.now()));
  };
  const auto attempt = finish(start());
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->status, AttemptStatus::linked);
  ASSERT_EQ(grants.size(), 2U) << "a second try, with a fresh code";
  EXPECT_EQ(stored_link()->grant_id, grants.back());
}

TEST_F(LinkEngineTest, SG_04_a_relink_leaves_one_live_grant) {
  ASSERT_TRUE(finish(start()));
  clock.advance(seconds{1});
  ASSERT_TRUE(finish(start()));
  EXPECT_EQ(grants.size(), 2U);
  EXPECT_EQ(live_grants(), 1);
  EXPECT_TRUE(is_live(grants.back()));
}

TEST_F(LinkEngineTest, EN_03_the_next_host_is_tried_where_this_one_does_not_know_the_user) {
  amazon.hosts = {"api.amazonalexa.com", "api.eu.amazonalexa.com"};
  amazon.enable_script = {alexa::AmazonFailure{"forbidden", 403, false}};
  const auto attempt = finish(start());
  EXPECT_EQ(attempt->status, AttemptStatus::linked);
  EXPECT_EQ(amazon.enabled_at, amazon.hosts);
  EXPECT_EQ(stored_link()->api_host, "api.eu.amazonalexa.com");
}

TEST_F(LinkEngineTest, EN_03_after_a_crash_the_hosts_that_were_not_tried_are_asked_for) {
  LinkAttempt coded;
  coded.attempt_id = AttemptId::make(clock.now(), random);
  coded.skill = skill.name;
  coded.user = UserId("alice");
  coded.status = AttemptStatus::coded;
  coded.api_host = "api.amazonalexa.com";
  coded.enablement_tries = 1;
  coded.created_at = coded.updated_at = clock.now();
  const alexa::AmazonTokens tokens{alexa::AmazonAccessToken(std::string("a")),
                                   alexa::AmazonRefreshToken(std::string("r")), clock.now()};
  coded.sealed_amazon_tokens = alexa::seal_tokens(tokens, coded.attempt_id, *config.keys, random);
  ASSERT_TRUE(run_task(store->begin_attempt(coded)));
  amazon.hosts = {"api.amazonalexa.com", "api.eu.amazonalexa.com"};
  const alexa::AmazonFailure forbidden{"forbidden", 403, false};
  amazon.status_script = {forbidden};
  amazon.enable_script = {forbidden};
  run_task(engine.pick_up(clock.now() + milliseconds{1}, LinkEngine::Unsettled::ask_at_once));
  EXPECT_EQ(run_task(store->find_attempt(coded.attempt_id)).value()->status, AttemptStatus::linked);
  EXPECT_EQ(amazon.enabled_at, (std::vector<std::string>{"api.amazonalexa.com", "api.eu.amazonalexa.com"}));
}

TEST_F(LinkEngineTest, SG_01_what_a_crash_left_behind_is_brought_to_an_end) {
  LinkAttempt received;
  received.attempt_id = AttemptId::make(clock.now(), random);
  received.skill = skill.name;
  received.user = UserId("alice");
  received.created_at = received.updated_at = clock.now();
  ASSERT_TRUE(run_task(store->begin_attempt(received)));

  LinkAttempt exchanged = received;
  exchanged.attempt_id = AttemptId::make(clock.now(), random);
  exchanged.redirect_uri = skill.redirect_uris.front();
  const alexa::AmazonTokens tokens{alexa::AmazonAccessToken(std::string("a")),
                                   alexa::AmazonRefreshToken(std::string("r")), kNow};
  exchanged.sealed_amazon_tokens = alexa::seal_tokens(tokens, exchanged.attempt_id, *config.keys, random);
  exchanged.status = AttemptStatus::exchanged;
  ASSERT_TRUE(run_task(store->begin_attempt(exchanged)));

  run_task(engine.pick_up(clock.now() + milliseconds{1}, LinkEngine::Unsettled::ask_at_once));
  EXPECT_EQ(run_task(store->find_attempt(received.attempt_id)).value()->failed_code, "interrupted");
  EXPECT_EQ(run_task(store->find_attempt(exchanged.attempt_id)).value()->status, AttemptStatus::linked);
  EXPECT_EQ(amazon.calls["lwa.token"], 0) << "Amazon's code is never sent twice";
  EXPECT_TRUE(run_task(store->unfinished_attempts({}, 10)).value().empty());
}

TEST_F(LinkEngineTest, SG_02_a_crash_inside_the_enablement_call_is_settled_by_asking) {
  const auto minted = oauth::mint_authorization_code(clock.now(), random, *config.keys);
  LinkAttempt coded;
  coded.attempt_id = AttemptId::make(clock.now(), random);
  coded.skill = skill.name;
  coded.user = UserId("alice");
  coded.status = AttemptStatus::coded;
  coded.api_host = "api.amazonalexa.com";
  coded.code_selector = minted.selector;
  coded.enablement_tries = 1;
  coded.created_at = coded.updated_at = clock.now();
  const alexa::AmazonTokens tokens{alexa::AmazonAccessToken(std::string("a")),
                                   alexa::AmazonRefreshToken(std::string("r")), kNow};
  coded.sealed_amazon_tokens = alexa::seal_tokens(tokens, coded.attempt_id, *config.keys, random);
  ASSERT_TRUE(run_task(store->begin_attempt(coded)));
  AuthorizationCodeRecord record;
  record.selector = minted.selector;
  record.code_hash = minted.code_hash;
  record.expires_at = clock.now() + minutes{5};
  ASSERT_TRUE(run_task(store->insert_code(record)));
  run_task(redeem(std::string(minted.code.reveal())));  // Alexa had redeemed it before the crash
  amazon.enabled = true;

  run_task(engine.pick_up(clock.now() + milliseconds{1}, LinkEngine::Unsettled::ask_at_once));
  EXPECT_EQ(run_task(store->find_attempt(coded.attempt_id)).value()->status, AttemptStatus::linked);
  EXPECT_EQ(amazon.calls["alexa.enable"], 0);
  EXPECT_EQ(live_grants(), 1);
}

TEST_F(LinkEngineTest, LK_09_an_error_from_amazons_consent_is_stored_and_spends_the_state) {
  const auto started = start();
  run_task(engine.record_refusal(started,
                                 alexa::find_link_error(alexa::LinkStep::authorization, "access_denied")));
  const auto stored = run_task(store->find_attempt(started.attempt_id)).value();
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->status, AttemptStatus::failed);
  EXPECT_EQ(stored->failed_step, "authorization");
  EXPECT_EQ(stored->failed_code, "access_denied");
  const auto hops = run_task(store->find_hops(started.attempt_id)).value();
  ASSERT_EQ(hops.size(), 1U);
  EXPECT_EQ(hops[0].name, "amazon.consent");
  EXPECT_EQ(hops[0].cause, "access_denied");
  const auto late_code = finish(started);
  ASSERT_FALSE(late_code);
  EXPECT_EQ(late_code.error(), FinishError::spent_state);
  EXPECT_TRUE(amazon.calls.empty()) << "Amazon is never asked";
}

TEST_F(LinkEngineTest, SG_07_the_trace_tells_each_call_with_its_result) {
  amazon.enable_script = {kServerError};
  const auto started = start();
  ASSERT_TRUE(finish(started));
  std::vector<std::pair<std::string, std::string>> told;
  for (const Hop& hop : run_task(store->find_hops(started.attempt_id)).value())
    told.emplace_back(hop.name, hop.cause);
  EXPECT_EQ(
      told,
      (std::vector<std::pair<std::string, std::string>>{
          {"lwa.token", ""}, {"alexa.enable", "server_error"}, {"alexa.status", ""}, {"alexa.enable", ""}}));
}

TEST_F(LinkEngineTest, LW_05_a_broken_pair_raises_the_alert_metric) {
  amazon.exchange_script = {alexa::AmazonFailure{"invalid_client", 401, false}};
  ASSERT_TRUE(finish(start()));
  EXPECT_NE(
      metrics.exposition({}).find(
          "couplet_operator_alerts_total{code=\"invalid_client\",skill=\"ride-hailer\",step=\"token\"} 1"),
      std::string::npos);
}

}  // namespace
}  // namespace couplet::server
