// SPDX-License-Identifier: Apache-2.0
// An Alexa user is linked to one of our users at a time: to the one whose code Alexa redeemed last.
#include "storage/conformance/ended_grant_fixture.hpp"

namespace couplet::storage {
namespace {

TEST_P(EndedGrantConformance, EN_11_who_links_with_anothers_amazon_account_ends_the_others_link) {
  const Grant of_alice = linked(attempt);
  forget_told();
  const Grant grant = redeemed(of_bob, kStart + seconds{9});
  complete(of_bob, grant);
  EXPECT_EQ(stored_link(of_bob).status, LinkStatus::LINKED);
  EXPECT_EQ(stored_link(attempt).status, LinkStatus::NOT_LINKED);
  EXPECT_FALSE(is_live(of_alice));
  EXPECT_EQ(get(store().count_disablements()), 0U) << "to disable it at Amazon would end bob's";
  const auto news = told();
  ASSERT_EQ(news.size(), 2U);
  EXPECT_EQ(news[0].user, attempt.user);
  EXPECT_EQ(news[0].reason, UnlinkReason::linked_as_other);
  const auto under =
      get(store().users_linked_under(attempt.skill, Samples::alexa_user_of(UserId("user-alice"))));
  EXPECT_EQ(under, std::vector{of_bob.user});
}

TEST_P(EndedGrantConformance,
       EN_11_an_attempt_that_ends_late_takes_nothing_from_whoever_alexa_redeemed_later) {
  const Grant late = redeemed(attempt, kStart + seconds{5});
  const Grant grant = redeemed(of_bob, kStart + seconds{9});
  complete(of_bob, grant);
  complete(attempt, late);
  EXPECT_EQ(stored_link(of_bob).status, LinkStatus::LINKED);
  EXPECT_TRUE(is_live(grant));
  EXPECT_FALSE(is_live(late));
  EXPECT_FALSE(get(store().find_link(attempt.skill, attempt.user)));
}

TEST_P(EndedGrantConformance,
       LW_09_tokens_that_were_refreshed_for_an_older_link_are_not_stored_over_a_newer_ones) {
  linked(attempt);
  const Bytes older = stored_link(attempt).sealed_amazon_tokens;
  const LinkAttempt again = samples().attempt(kStart + seconds{20});
  linked(again);
  const Bytes newer = stored_link(again).sealed_amazon_tokens;
  get(store().replace_amazon_tokens(attempt.skill, attempt.user, older, samples().blob(9)));
  EXPECT_EQ(stored_link(again).sealed_amazon_tokens, newer);
}

}  // namespace
}  // namespace couplet::storage
