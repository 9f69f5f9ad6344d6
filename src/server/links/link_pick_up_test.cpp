// SPDX-License-Identifier: Apache-2.0
// Attempts that nobody is working on any more are taken up, however many there are.
#include "server/links/testing/engine_world.hpp"

#include "oauth/token_format.hpp"

namespace couplet::server {
namespace {

using testing::kNow;

class LinkPickUpTest : public testing::EngineWorld {
 protected:
  /// Stands where a crash or an outage may leave one; begun at `created_at`, and still since then.
  LinkAttempt left_behind(AttemptStatus status, Instant created_at) {
    LinkAttempt attempt;
    attempt.attempt_id = AttemptId::make(created_at, random);
    attempt.skill = skill.name;
    attempt.user = UserId("alice");
    attempt.status = status;
    attempt.created_at = attempt.updated_at = created_at;
    return attempt;
  }
  /// Asked for in vain for an hour; the next look is half an hour away.
  LinkAttempt unsettled(Instant created_at) {
    LinkAttempt attempt = left_behind(AttemptStatus::coded, created_at);
    attempt.failed_code = "timeout";
    attempt.updated_at = created_at + minutes{60};
    return attempt;
  }
  AttemptId begin(const LinkAttempt& attempt) {
    EXPECT_TRUE(run_task(store->begin_attempt(attempt)));
    return attempt.attempt_id;
  }
  LinkAttempt stored(const AttemptId& id) { return run_task(store->find_attempt(id)).value().value(); }
  void pick_up_due() {
    run_task(engine.pick_up(clock.now() - LinkEngine::kOrphanedAfter, LinkEngine::Unsettled::ask_when_due));
  }
  std::size_t unfinished() { return run_task(store->unfinished_attempts({}, 100'000)).value().size(); }
};

TEST_F(LinkPickUpTest, SG_08_however_many_are_not_due_the_one_that_is_gets_taken_up) {
  for (std::size_t i = 0; i < LinkEngine::kMostLookedAt + 1; ++i) begin(unsettled(kNow - minutes{70}));
  const AttemptId due = begin(left_behind(AttemptStatus::received, kNow - minutes{60}));
  pick_up_due();
  EXPECT_EQ(stored(due).status, AttemptStatus::received) << "a look has an end";
  pick_up_due();
  EXPECT_EQ(stored(due).failed_code, "interrupted") << "and the next one goes on from there";
  const AttemptId older = begin(left_behind(AttemptStatus::received, kNow - minutes{80}));
  pick_up_due();
  EXPECT_EQ(stored(older).failed_code, "interrupted") << "after the newest comes the oldest again";
  EXPECT_TRUE(amazon.calls.empty());
}

TEST_F(LinkPickUpTest, SG_08_one_look_takes_up_a_bounded_number) {
  const std::size_t begun = LinkEngine::kMostTakenUp + 100;
  for (std::size_t i = 0; i < begun; ++i) begin(left_behind(AttemptStatus::received, kNow - minutes{60}));
  pick_up_due();
  EXPECT_EQ(unfinished(), begun - LinkEngine::kMostTakenUp);
  pick_up_due();
  EXPECT_EQ(unfinished(), 0U);
}

TEST_F(LinkPickUpTest, SG_02_an_attempt_whose_skill_was_taken_out_fails_after_a_day_and_keeps_nothing) {
  const auto minted = oauth::mint_authorization_code(kNow, random, *config.keys);
  LinkAttempt attempt = left_behind(AttemptStatus::coded, kNow);
  attempt.skill = SkillName("removed-skill");
  attempt.code_selector = minted.selector;
  attempt.sealed_amazon_tokens = Bytes(32);
  begin(attempt);
  AuthorizationCodeRecord record;
  record.selector = minted.selector;
  record.expires_at = kNow + minutes{5};
  ASSERT_TRUE(run_task(store->insert_code(record)));
  Grant grant;
  grant.grant_id = GrantId::make(kNow, random);
  grant.refresh_selector = RefreshSelector::make(kNow, random);
  ASSERT_TRUE(run_task(store->spend_code(minted.selector, grant, kNow)));
  const auto is_live = [&] { return !run_task(store->find_grant(grant.grant_id)).value()->revoked_at; };

  clock.advance(LinkEngine::kGivenUpWithoutSkill - seconds{1});
  pick_up_due();
  EXPECT_EQ(stored(attempt.attempt_id).status, AttemptStatus::coded) << "the skill may come back";
  EXPECT_TRUE(is_live());
  clock.advance(seconds{1});
  pick_up_due();
  const LinkAttempt ended = stored(attempt.attempt_id);
  EXPECT_EQ(ended.status, AttemptStatus::failed);
  EXPECT_EQ(ended.failed_step, "enablement");
  EXPECT_EQ(ended.failed_code, "skill_removed");
  EXPECT_TRUE(ended.sealed_amazon_tokens.empty());
  EXPECT_FALSE(is_live());
  EXPECT_TRUE(amazon.calls.empty()) << "no call can be made without the skill";
}

}  // namespace
}  // namespace couplet::server
