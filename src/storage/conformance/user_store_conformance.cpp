// SPDX-License-Identifier: Apache-2.0
// One user erased everywhere, and what is kept about one (UL-05).
#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

SkillEvent event_of(const char* request_id, const char* alexa_user_id, Instant at = kStart) {
  SkillEvent event;
  event.skill = SkillName("ride-hailer");
  event.request_id = request_id;
  event.type = SkillEventType::SkillAccountLinked;
  event.alexa_user_id = AlexaUserId(alexa_user_id);
  event.created_at = event.received_at = at;
  return event;
}

Erasure erase(Store& store, const LinkAttempt& attempt, std::vector<OwedDisablement> of_attempts = {}) {
  return must(
      run_task(store.erase_user(attempt.skill, attempt.user, std::move(of_attempts), kStart, kLater)));
}

UserRecords records(Store& store, const LinkAttempt& attempt) {
  return must(run_task(store.find_user(attempt.skill, attempt.user)));
}

bool is_empty(const UserRecords& records) {
  return !records.link && records.attempts.empty() && records.grants.empty() && records.alexa_ids.empty() &&
         records.events.empty();
}

std::size_t count_news(Store& store) { return must(run_task(store.unaddressed_news(100))).size(); }

TEST_P(StoreConformance, UL_05_all_that_is_kept_about_a_user_is_found) {
  const auto attempt = samples().attempt();
  const Grant grant = linked(attempt);
  get(store().append_hops(attempt.attempt_id, {Samples::hop(kStart)}));
  get(store().record_account_linked(event_of("r-1", "amzn1.ask.account.BBBB"), grant.grant_id));
  auto other = samples().attempt();
  other.user = UserId("user-bob");
  get(store().begin_attempt(other));
  const UserRecords kept = records(store(), attempt);
  EXPECT_EQ(fields(kept.link.value()), fields(stored_link(attempt)));
  ASSERT_EQ(kept.attempts.size(), 1u);
  EXPECT_EQ(kept.attempts[0].attempt.attempt_id, attempt.attempt_id);
  EXPECT_EQ(kept.attempts[0].hops.size(), 1u);
  ASSERT_EQ(kept.grants.size(), 1u);
  EXPECT_EQ(fields(kept.grants[0]), fields(grant));
  ASSERT_EQ(kept.alexa_ids.size(), 1u);
  ASSERT_EQ(kept.events.size(), 1u);
  EXPECT_EQ(kept.events[0].event.request_id, "r-1");
  EXPECT_EQ(kept.events[0].event.alexa_user_id, AlexaUserId("amzn1.ask.account.BBBB"));
  EXPECT_EQ(kept.events[0].outcome, EventOutcome::applied);
  EXPECT_TRUE(is_empty(get(store().find_user(SkillName("second-skill"), attempt.user))));
}

TEST_P(StoreConformance, UL_05_erasing_leaves_nothing_but_what_is_owed_and_the_news) {
  const auto attempt = samples().attempt();
  const Grant grant = linked(attempt);
  get(store().append_hops(attempt.attempt_id, {Samples::hop(kStart)}));
  get(store().record_account_linked(event_of("r-1", "amzn1.ask.account.BBBB"), grant.grant_id));
  get(store().store_messaging_tokens(grant.grant_id, samples().blob(900)));
  const AccountLink before = stored_link(attempt);
  const std::size_t news_before = count_news(store());

  const Erasure erased = erase(store(), attempt);
  EXPECT_EQ(fields(erased.link.value()), fields(before));
  EXPECT_GE(erased.rows, 5u);
  EXPECT_FALSE(erased.owed_before);
  ASSERT_EQ(erased.owed.size(), 1u);
  EXPECT_EQ(erased.owed[0].sealed_amazon_tokens, before.sealed_amazon_tokens);
  EXPECT_EQ(erased.owed[0].due_at, kLater);
  EXPECT_EQ(count_news(store()), news_before + 1);
  EXPECT_EQ(get(store().unaddressed_news(100)).back().type, LinkNewsType::unlinked);

  EXPECT_TRUE(is_empty(records(store(), attempt)));
  EXPECT_TRUE(get(store().find_hops(attempt.attempt_id)).empty());
  EXPECT_FALSE(get(store().find_grant(grant.grant_id)));
  EXPECT_FALSE(get(store().find_grant_by_refresh(grant.refresh_selector)));
  EXPECT_FALSE(get(store().find_messaging_tokens(attempt.skill, attempt.user)));
  EXPECT_EQ(get(store().record_event(event_of("r-1", "amzn1.ask.account.BBBB"))).outcome,
            EventOutcome::duplicate);
}

TEST_P(StoreConformance, UL_05_a_second_call_finds_nothing_but_what_is_owed) {
  const auto attempt = samples().attempt();
  linked(attempt);
  const Erasure first = erase(store(), attempt);
  const std::size_t news_before = count_news(store());
  const Erasure again = erase(store(), attempt);
  EXPECT_FALSE(again.link);
  EXPECT_EQ(again.rows, 0u);
  EXPECT_TRUE(again.owed.empty());
  EXPECT_TRUE(again.owed_before);
  EXPECT_EQ(count_news(store()), news_before);
  get(store().settle_disablement(first.owed.at(0).disablement_id));
  EXPECT_FALSE(erase(store(), attempt).owed_before);
}

TEST_P(StoreConformance, UL_05_a_link_without_amazons_tokens_goes_and_owes_nothing) {
  auto code = samples().code();
  Grant grant = samples().grant();
  grant.origin = GrantOrigin::alexa;
  get(store().insert_code(code));
  get(store().spend_code(code.selector, grant, kStart));
  const Erasure erased = get(store().erase_user(grant.skill, grant.user, {}, kStart, kLater));
  EXPECT_EQ(erased.link.value().status, LinkStatus::LINKED);
  EXPECT_TRUE(erased.owed.empty());
  EXPECT_FALSE(get(store().find_grant(grant.grant_id)));
  EXPECT_FALSE(get(store().find_link(grant.skill, grant.user)));
}

TEST_P(StoreConformance, CD_10_a_code_of_an_erased_user_is_unknown) {
  const auto code = samples().code();
  get(store().insert_code(code));
  get(store().erase_user(code.skill, code.user, {}, kStart, kLater));
  EXPECT_FALSE(get(store().find_code(code.selector)));
  EXPECT_EQ(get(store().spend_code(code.selector, samples().grant(), kStart)).kind,
            SpendOutcome::Kind::unknown);
}

TEST_P(StoreConformance, UL_05_a_late_attempt_brings_nothing_back) {
  const auto attempt = samples().attempt();
  const Grant grant = spent_grant(samples().code());
  get(store().begin_attempt(attempt));
  OwedDisablement owed = *disablement_of(samples().link(attempt, grant), kStart);
  EXPECT_EQ(erase(store(), attempt, {owed}).owed.size(), 1u);
  EXPECT_EQ(error(store().record_step(attempt, {}, attempt.updated_at)), StoreError::damaged);
  EXPECT_EQ(error(store().complete_link(attempt, samples().link(attempt, grant), LinkProof::answer, {},
                                        attempt.updated_at)),
            StoreError::damaged);
  get(store().append_hops(attempt.attempt_id, {Samples::hop(kStart)}));
  EXPECT_TRUE(is_empty(records(store(), attempt)));
  EXPECT_TRUE(get(store().find_hops(attempt.attempt_id)).empty());
  EXPECT_TRUE(get(store().unfinished_attempts({}, 10)).empty());
  EXPECT_EQ(get(store().count_disablements()), 1u);
}

TEST_P(StoreConformance, UL_05_other_users_and_skills_stay) {
  const auto attempt = samples().attempt();
  linked(attempt);
  auto elsewhere = samples().attempt();
  elsewhere.skill = SkillName("second-skill");
  linked(elsewhere);
  auto other = samples().attempt();
  other.user = UserId("user-bob");
  linked(other);
  erase(store(), attempt);
  EXPECT_EQ(stored_link(elsewhere).status, LinkStatus::LINKED);
  EXPECT_EQ(stored_link(other).status, LinkStatus::LINKED);
  EXPECT_EQ(records(store(), other).attempts.size(), 1u);
}

}  // namespace
}  // namespace couplet::storage
