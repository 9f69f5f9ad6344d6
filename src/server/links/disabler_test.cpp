// SPDX-License-Identifier: Apache-2.0
#include "server/links/disabler.hpp"

#include "server/links/account_turn.hpp"
#include "server/links/testing/linked_world.hpp"

namespace couplet::server {
namespace {

using Outcome = Disabler::Outcome;

const alexa::AmazonFailure kTimeout{"timeout", 0, true};
const alexa::AmazonFailure kForbidden{"forbidden", 403, false};
const alexa::AmazonFailure kUnauthorized{"unauthorized", 401, false};

class DisablerTest : public testing::LinkedWorld {
 protected:
  Outcome tell(const OwedDisablement& owed) { return run_task(disabler.tell_amazon(owed)); }
  int disables() { return amazon.calls["alexa.disable"]; }
  /// Alexa redeems a code of its own flow.
  Grant link_in_alexa(const char* user) {
    AuthorizationCodeRecord code;
    code.selector = CodeSelector::make(clock.now(), random);
    must(store->insert_code(code));
    Grant grant;
    grant.grant_id = GrantId::make(clock.now(), random);
    grant.refresh_selector = RefreshSelector::make(clock.now(), random);
    grant.skill = skill.name;
    grant.user = UserId(user);
    grant.origin = GrantOrigin::alexa;
    grant.created_at = clock.now();
    must(store->spend_code(code.selector, grant, clock.now()));
    return grant;
  }
  /// Alexa tells of which account it was.
  void tell_account(const Grant& grant, const char* alexa_user_id) {
    SkillEvent event;
    event.skill = grant.skill;
    event.request_id = grant.grant_id.text();
    event.type = SkillEventType::SkillAccountLinked;
    event.alexa_user_id = AlexaUserId(alexa_user_id);
    event.created_at = event.received_at = clock.now();
    must(store->record_account_linked(event, grant.grant_id));
  }
  void work_off_later() {
    clock.advance(minutes{1});
    run_task(disabler.work_off(10));
  }
};

TEST_F(DisablerTest, UL_01_amazon_is_told_and_the_evidence_says_so) {
  EXPECT_EQ(tell(unlink(link("alice"))), Outcome::settled);
  EXPECT_EQ(disables(), 1);
  EXPECT_EQ(owed(), 0u);
  EXPECT_EQ(stored("alice").evidence, EvidenceSource::enablement_answer);
  EXPECT_EQ(stored("alice").status, LinkStatus::NOT_LINKED);
}

TEST_F(DisablerTest, UL_02_what_amazon_does_not_take_is_kept_and_tried_again) {
  amazon.disable_script = {kTimeout, kTimeout};
  EXPECT_EQ(tell(unlink(link("alice"))), Outcome::postponed);
  EXPECT_EQ(owed(), 1u);
  EXPECT_EQ(stored("alice").evidence, EvidenceSource::unlink_request) << "honest: Amazon has said nothing";
  run_task(disabler.work_off(10));
  EXPECT_EQ(disables(), 1) << "not due yet";
  clock.advance(seconds{30});
  run_task(disabler.work_off(10));
  EXPECT_EQ(disables(), 2);
  clock.advance(seconds{60});
  run_task(disabler.work_off(10));
  EXPECT_EQ(disables(), 3);
  EXPECT_EQ(owed(), 0u);
  EXPECT_EQ(stored("alice").evidence, EvidenceSource::enablement_answer);
}

TEST_F(DisablerTest, EN_11_an_enablement_that_is_anothers_by_now_is_left_alone) {
  const OwedDisablement of_alice = unlink(link("alice"));
  link("bob");
  EXPECT_EQ(tell(of_alice), Outcome::kept);
  EXPECT_EQ(disables(), 0);
  EXPECT_EQ(stored("bob").status, LinkStatus::LINKED);
  EXPECT_EQ(owed(), 0u);
}

TEST_F(DisablerTest, UL_02_the_wait_grows_to_an_hour_and_after_a_month_nobody_tries) {
  amazon.disable_script.assign(2000, kTimeout);
  tell(unlink(link("alice")));
  int tries_of_the_last_day = 0;
  for (int hour = 0; hour < 31 * 24; ++hour) {
    const int before = disables();
    clock.advance(std::chrono::hours{1});
    run_task(disabler.work_off(10));
    if (hour >= 29 * 24 && hour < 30 * 24) tries_of_the_last_day += disables() - before;
  }
  EXPECT_GT(tries_of_the_last_day, 12);
  EXPECT_LE(tries_of_the_last_day, 24);
  EXPECT_EQ(owed(), 0u);
}

TEST_F(DisablerTest, UL_03_a_refused_token_is_refreshed_once_and_then_counts_as_gone) {
  for (const auto& refusal : {kForbidden, kUnauthorized}) {
    amazon.calls.clear();
    amazon.disable_script = {refusal, refusal};
    EXPECT_EQ(tell(unlink(link("alice"))), Outcome::settled) << refusal.code;
    EXPECT_EQ(amazon.calls["lwa.refresh"], 1);
    EXPECT_EQ(disables(), 2);
  }
}

TEST_F(DisablerTest, UL_03_a_token_that_only_amazon_thinks_expired_does_not_leave_the_link_there) {
  amazon.disable_script = {kForbidden};
  EXPECT_EQ(tell(unlink(link("alice"))), Outcome::settled);
  EXPECT_FALSE(amazon.enabled);
}

TEST_F(DisablerTest, LW_10_a_refresh_that_amazon_refuses_means_that_nothing_is_left) {
  amazon.refresh_script = {{{"invalid_grant", 400, false}}};
  EXPECT_EQ(tell(unlink(link("alice", "amzn1.ask.account.A", seconds{1}))), Outcome::settled);
  EXPECT_EQ(disables(), 0);
}

TEST_F(DisablerTest, UL_02_fresh_tokens_are_kept_for_the_next_try) {
  amazon.disable_script = {kTimeout};
  tell(unlink(link("alice", "amzn1.ask.account.A", seconds{1})));
  clock.advance(seconds{30});
  run_task(disabler.work_off(10));
  EXPECT_EQ(amazon.calls["lwa.refresh"], 1);
  EXPECT_EQ(owed(), 0u);
}

TEST_F(DisablerTest, SG_05_who_has_linked_the_same_account_again_is_left_linked) {
  const auto owed_one = unlink(link("alice"));
  link("alice");
  EXPECT_EQ(tell(owed_one), Outcome::kept);
  EXPECT_EQ(disables(), 0);
  EXPECT_EQ(owed(), 0u);
  EXPECT_EQ(stored("alice").status, LinkStatus::LINKED);
}

TEST_F(DisablerTest, SG_05_where_the_accounts_cannot_be_told_apart_nothing_is_sent) {
  const auto owed_one = unlink(link("alice"));
  link("alice", "amzn1.ask.account.B");
  amazon.status_script = {kTimeout};
  EXPECT_EQ(tell(owed_one), Outcome::postponed) << "ask again";
  EXPECT_EQ(disables(), 0);
  amazon.enabled = false;
  EXPECT_EQ(tell(owed_one), Outcome::kept) << "nothing is enabled there";
  EXPECT_EQ(disables(), 0);
}

// The scripted Amazon answers every status with account A.
TEST_F(DisablerTest, SG_04_an_account_that_was_left_behind_is_disabled) {
  link("alice", "amzn1.ask.account.A");
  link("alice", "amzn1.ask.account.B");
  amazon.has_other_account = true;
  EXPECT_EQ(owed(), 1u);
  run_task(disabler.work_off(10));
  EXPECT_EQ(disables(), 1);
  EXPECT_EQ(owed(), 0u);
  EXPECT_EQ(stored("alice").status, LinkStatus::LINKED) << "at account B";
}

TEST_F(DisablerTest, SG_04_who_links_in_the_alexa_app_with_another_account_leaves_nothing_at_the_first) {
  link("alice", "amzn1.ask.account.A");
  const Grant grant = link_in_alexa("alice");
  amazon.has_other_account = true;
  run_task(disabler.work_off(10));
  work_off_later();
  EXPECT_EQ(disables(), 0) << "nobody knows yet of which account the new link is";
  EXPECT_EQ(owed(), 1U);
  tell_account(grant, "amzn1.ask.account.B");
  work_off_later();
  EXPECT_EQ(disables(), 1);
  EXPECT_EQ(owed(), 0U);
  EXPECT_EQ(stored("alice").status, LinkStatus::LINKED);
  EXPECT_EQ(stored("alice").alexa_user_id, AlexaUserId("amzn1.ask.account.B"));
}

TEST_F(DisablerTest, SG_05_who_links_in_the_alexa_app_with_the_same_account_stays_linked) {
  link("alice", "amzn1.ask.account.A");
  tell_account(link_in_alexa("alice"), "amzn1.ask.account.A");
  run_task(disabler.work_off(10));
  EXPECT_EQ(owed(), 0U);
  // Under a new id, as an account gets one with each enablement: Amazon itself says that it is the same.
  link("bob", "amzn1.ask.account.of-an-earlier-enablement");
  tell_account(link_in_alexa("bob"), "amzn1.ask.account.A");
  run_task(disabler.work_off(10));
  EXPECT_EQ(owed(), 0U);
  EXPECT_EQ(disables(), 0);
  EXPECT_EQ(stored("bob").status, LinkStatus::LINKED);
}

TEST_F(DisablerTest, SG_05_where_no_event_tells_the_account_nothing_is_ever_sent) {
  link("alice", "amzn1.ask.account.A");
  link_in_alexa("alice");
  for (int minute = 0; minute < 6 * 60; ++minute) work_off_later();
  EXPECT_EQ(owed(), 0U) << "and it is not tried for ever";
  EXPECT_EQ(disables(), 0);
  EXPECT_EQ(amazon.calls["alexa.status"], 0);
  EXPECT_EQ(stored("alice").status, LinkStatus::LINKED);
}

TEST_F(DisablerTest, SG_05_while_the_user_is_linking_nothing_is_sent) {
  const auto owed_one = unlink(link("alice"));
  AccountTurn turn(*store, pauses, clock, skill.name, UserId("alice"), "link/1");
  EXPECT_TRUE(run_task(turn.take()));
  EXPECT_EQ(tell(owed_one), Outcome::postponed);
  EXPECT_EQ(disables(), 0);
  run_task(turn.release());
  EXPECT_EQ(tell(owed_one), Outcome::settled);
}

TEST_F(DisablerTest, FT_05_nobody_waits_for_a_turn_that_the_store_cannot_give) {
  AccountTurn turn(*store, pauses, clock, skill.name, UserId("alice"), "link/1");
  database->close();
  EXPECT_FALSE(run_task(turn.wait(seconds{20})));
  EXPECT_TRUE(pauses.taken.empty());
}

TEST_F(DisablerTest, UL_02_a_try_that_died_is_taken_up_by_another) {
  unlink(link("alice"));  // claimed, and then nothing
  run_task(disabler.work_off(10));
  EXPECT_EQ(disables(), 0);
  clock.advance(Disabler::kClaim);
  run_task(disabler.work_off(10));
  EXPECT_EQ(disables(), 1);
}

TEST_F(DisablerTest, UL_02_a_skill_that_was_taken_out_of_the_configuration_is_not_forgotten) {
  const auto owed_one = unlink(link("alice"));
  config.skills.erase(config.skills.begin());
  EXPECT_EQ(tell(owed_one), Outcome::postponed);
  EXPECT_EQ(owed(), 1u);
}

}  // namespace
}  // namespace couplet::server
