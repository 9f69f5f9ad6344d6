// SPDX-License-Identifier: Apache-2.0
// A link whose grant is revoked ends with it, in the same transaction.
#include "storage/conformance/ended_grant_fixture.hpp"

namespace couplet::storage {
namespace {

TEST_P(EndedGrantConformance, CD_02_WH_08_a_code_used_twice_ends_the_link_that_it_made) {
  const Grant grant = link_by_code();
  forget_told();
  get(store().withdraw_code(code.selector, kEnd));
  EXPECT_FALSE(is_live(grant));
  expect_revoked();
}

TEST_P(EndedGrantConformance, RV_01_WH_08_a_revoked_grant_ends_its_link_once) {
  const Grant grant = link_by_code();
  forget_told();
  get(store().revoke_grant(grant.grant_id, kEnd));
  get(store().revoke_grant(grant.grant_id, kEnd + seconds{1}));
  expect_revoked();
}

TEST_P(EndedGrantConformance, CD_02_a_code_used_twice_before_the_link_is_stored_ends_it_as_well) {
  const Grant grant = spent_grant(code);
  get(store().begin_attempt(attempt));
  get(store().withdraw_code(code.selector, kStart + seconds{1}));
  LinkAttempt linked = attempt;
  linked.updated_at = kEnd;
  get(store().complete_link(linked, samples().link(attempt, grant), LinkProof::answer, {},
                            attempt.updated_at));
  EXPECT_EQ(stored_link(attempt).status, LinkStatus::NOT_LINKED);
  const auto news = told();
  ASSERT_EQ(news.size(), 2U);
  EXPECT_EQ(news[0].type, LinkNewsType::linked);
  EXPECT_EQ(news[1].reason, UnlinkReason::revoked);
}

TEST_P(EndedGrantConformance, RV_01_a_grant_that_the_link_left_behind_ends_no_link) {
  const Grant before = link_by_code();
  const auto again = samples().attempt(kStart + seconds{20});
  const Grant now = linked(again);
  forget_told();
  get(store().revoke_grant(before.grant_id, kEnd));
  get(store().withdraw_code(code.selector, kEnd));
  EXPECT_EQ(stored_link(again).status, LinkStatus::LINKED);
  EXPECT_TRUE(is_live(now));
  EXPECT_TRUE(told().empty());
}

TEST_P(EndedGrantConformance, EN_10_what_a_failed_attempt_was_granted_ends_alone_and_the_link_stands) {
  const Grant grant = link_by_code();
  forget_told();
  const auto again = samples().code();
  const Grant failed = spent_grant(again);
  get(store().withdraw_code(again.selector, kEnd));
  EXPECT_FALSE(is_live(failed));
  EXPECT_TRUE(is_live(grant));
  EXPECT_EQ(stored_link(attempt).status, LinkStatus::LINKED);
  EXPECT_TRUE(told().empty());
}

TEST_P(EndedGrantConformance, RV_01_a_link_from_the_alexa_app_ends_and_nothing_is_owed_without_tokens) {
  const Grant grant = grant_of_alexa("user-carol");
  forget_told();
  get(store().revoke_grant(grant.grant_id, kEnd));
  EXPECT_EQ(get(store().find_link(kSkill, UserId("user-carol"))).value().status, LinkStatus::NOT_LINKED);
  EXPECT_EQ(told_once().reason, UnlinkReason::revoked);
  EXPECT_EQ(get(store().count_disablements()), 0U);
}

TEST_P(EndedGrantConformance, WH_06_why_it_ended_stays_known_when_alexa_says_so_later) {
  const Grant grant = link_by_code();
  get(store().revoke_grant(grant.grant_id, kEnd));
  forget_told();
  SkillEvent disabled = event(SkillEventType::SkillDisabled, "r1");
  disabled.alexa_user_id = *stored_link(attempt).alexa_user_id;
  EXPECT_EQ(get(store().record_skill_disabled(disabled, std::nullopt)).outcome, EventOutcome::applied);
  EXPECT_EQ(stored_link(attempt).evidence, EvidenceSource::own_grant);
  EXPECT_TRUE(told().empty());
}

}  // namespace
}  // namespace couplet::storage
