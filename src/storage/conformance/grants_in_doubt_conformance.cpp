// SPDX-License-Identifier: Apache-2.0
// Who is linked links again, and only Amazon's status says that it went well: Alexa holds the old tokens or
// the new ones, so both live until it uses the new ones.
#include "storage/conformance/ended_grant_fixture.hpp"

namespace couplet::storage {
namespace {

TEST_P(GrantsInDoubtConformance, RT_15_SG_04_what_alexa_may_still_hold_lives_on_beside_what_it_was_given) {
  complete_by_status(again, now);
  EXPECT_TRUE(is_live(before) && is_in_doubt(before));
  EXPECT_TRUE(is_live(now) && is_in_doubt(now));
  EXPECT_EQ(stored_link(again).grant_id, now.grant_id);
  EXPECT_EQ(stored_link(again).attempt_id, again.attempt_id);
}

TEST_P(GrantsInDoubtConformance, SG_04_where_nobody_was_linked_before_there_is_no_doubt) {
  LinkAttempt first = samples().attempt();
  first.user = UserId("user-carol");
  const Grant grant = redeemed(first, kStart);
  complete_by_status(first, grant, "carol");
  EXPECT_TRUE(is_live(grant));
  EXPECT_FALSE(is_in_doubt(grant));
}

TEST_P(GrantsInDoubtConformance, SG_04_alexa_uses_the_new_grant_and_the_old_one_ends) {
  complete_by_status(again, now);
  get(store().settle_doubt(now.grant_id, kEnd));
  EXPECT_FALSE(is_live(before));
  EXPECT_TRUE(is_live(now));
  EXPECT_FALSE(is_in_doubt(now));
  EXPECT_EQ(stored_link(again).status, LinkStatus::LINKED);
}

TEST_P(GrantsInDoubtConformance, RT_15_alexa_uses_the_old_grant_and_neither_ends) {
  complete_by_status(again, now);
  get(store().settle_doubt(before.grant_id, kEnd));
  EXPECT_TRUE(is_live(before) && is_live(now));
}

TEST_P(GrantsInDoubtConformance, SG_04_a_grant_that_is_in_no_doubt_ends_no_other_by_its_use) {
  get(store().settle_doubt(now.grant_id, kEnd));
  get(store().settle_doubt(samples().grant().grant_id, kEnd));
  EXPECT_TRUE(is_live(before) && is_live(now));
}

TEST_P(GrantsInDoubtConformance, SG_04_what_alexa_uses_becomes_the_links_own_grant) {
  const LinkAttempt third = samples().attempt(kStart + seconds{30});
  const Grant latest = redeemed(third, kStart + seconds{31});
  complete_by_status(again, now);  // the third attempt is still under way
  EXPECT_TRUE(is_in_doubt(latest));
  get(store().settle_doubt(latest.grant_id, kEnd));
  EXPECT_EQ(stored_link(again).grant_id, latest.grant_id);
  EXPECT_FALSE(is_live(before) || is_live(now));
}

TEST_P(GrantsInDoubtConformance, UL_01_unlinking_ends_all_that_the_link_rests_on) {
  complete_by_status(again, now);
  get(store().unlink(stored_link(again), EvidenceSource::unlink_request, kEnd));
  EXPECT_FALSE(is_live(before) || is_live(now));
}

TEST_P(GrantsInDoubtConformance, UL_01_so_does_unlinking_with_a_disablement_owed) {
  complete_by_status(again, now);
  EXPECT_TRUE(get(store().unlink_owing(stored_link(again), kEnd, kEnd)));
  EXPECT_FALSE(is_live(before) || is_live(now));
}

TEST_P(GrantsInDoubtConformance, SG_04_a_link_that_amazon_has_answered_for_ends_them_all) {
  complete_by_status(again, now);
  const LinkAttempt third = samples().attempt(kStart + seconds{30});
  const Grant latest = redeemed(third, kStart + seconds{31});
  complete(third, latest);
  EXPECT_FALSE(is_live(before) || is_live(now));
  EXPECT_TRUE(is_live(latest));
  EXPECT_FALSE(is_in_doubt(latest));
}

TEST_P(GrantsInDoubtConformance, RT_15_an_older_attempt_that_ends_late_adds_its_grant_to_those_in_doubt) {
  const LinkAttempt third = samples().attempt(kStart + seconds{30});
  const Grant latest = redeemed(third, kStart + seconds{31});
  complete_by_status(third, latest);
  complete(again, now);  // Amazon has answered this one; whether Alexa kept the later tokens is not known
  EXPECT_TRUE(is_live(before) && is_live(now) && is_live(latest));
  EXPECT_TRUE(is_in_doubt(now));
  EXPECT_EQ(stored_link(third).grant_id, latest.grant_id);
}

TEST_P(GrantsInDoubtConformance, SG_04_of_the_amazon_account_that_the_user_has_left_nothing_lives_on) {
  complete_by_status(again, now);
  const LinkAttempt moved = samples().attempt(kStart + seconds{30});
  const Grant latest = redeemed(moved, kStart + seconds{31});
  complete_by_status(moved, latest, "somebody-else");
  EXPECT_FALSE(is_live(before) || is_live(now));
  EXPECT_TRUE(is_live(latest));
  EXPECT_EQ(get(store().count_disablements()), 1U);
}

TEST_P(GrantsInDoubtConformance, RT_15_the_new_grant_is_revoked_and_the_link_goes_on_with_the_old_one) {
  complete_by_status(again, now);
  forget_told();
  get(store().revoke_grant(now.grant_id, kEnd));
  EXPECT_EQ(stored_link(again).status, LinkStatus::LINKED);
  EXPECT_EQ(stored_link(again).grant_id, before.grant_id);
  EXPECT_TRUE(told().empty());
  get(store().revoke_grant(before.grant_id, kEnd));
  EXPECT_EQ(stored_link(again).status, LinkStatus::NOT_LINKED);
  EXPECT_EQ(told_once().reason, UnlinkReason::revoked);
}

TEST_P(GrantsInDoubtConformance, WH_02_an_event_that_names_the_new_grant_ends_the_old_one) {
  complete_by_status(again, now);
  SkillEvent told = event(SkillEventType::SkillAccountLinked, "r1");
  told.alexa_user_id = *stored_link(again).alexa_user_id;
  get(store().record_account_linked(told, before.grant_id));
  EXPECT_TRUE(is_live(before) && is_live(now)) << "of the old one it may be late news";
  told.request_id = "r2";
  get(store().record_account_linked(told, now.grant_id));
  EXPECT_FALSE(is_live(before));
  EXPECT_FALSE(is_in_doubt(now));
}

}  // namespace
}  // namespace couplet::storage
