// SPDX-License-Identifier: Apache-2.0
// What is owed to Amazon after an unlink, who works on what, and which links are looked at again.
#include <algorithm>

#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

TEST_P(StoreConformance, UL_02_unlinking_ends_our_side_and_owes_the_rest) {
  const auto attempt = samples().attempt();
  const Grant grant = linked(attempt);
  const AccountLink before = stored_link(attempt);
  const auto owed = get(store().unlink_owing(before, kStart, kLater)).value();
  EXPECT_FALSE(is_live(grant));
  const AccountLink after = stored_link(attempt);
  EXPECT_EQ(after.status, LinkStatus::NOT_LINKED);
  EXPECT_EQ(after.evidence, EvidenceSource::unlink_request);
  EXPECT_TRUE(after.sealed_amazon_tokens.empty());
  OwedDisablement expected = *disablement_of(before, kStart);
  expected.disablement_id = owed.disablement_id;
  expected.tries = 1;
  expected.due_at = kLater;
  EXPECT_EQ(fields(owed), fields(expected));
  EXPECT_EQ(get(store().count_disablements()), 1u);
}

TEST_P(StoreConformance, UL_02_of_many_unlinks_at_once_one_owes) {
  const auto attempt = samples().attempt();
  linked(attempt);
  const AccountLink seen = stored_link(attempt);
  std::vector<char> owes(8, 0);
  on_threads(8, [&](int number) {
    const auto own = database().open_store();
    const auto owed = must(run_task(own->unlink_owing(seen, kStart, kLater)));
    owes[static_cast<std::size_t>(number)] = owed ? 1 : 0;
  });
  EXPECT_EQ(std::ranges::count(owes, 1), 1);
  EXPECT_EQ(get(store().count_disablements()), 1u);
}

TEST_P(StoreConformance, SG_05_a_link_that_was_made_since_is_not_unlinked_and_owes_nothing) {
  const auto first = samples().attempt();
  linked(first);
  const auto seen = stored_link(first);
  const Grant grant = linked(samples().attempt(kLater));
  EXPECT_FALSE(get(store().unlink_owing(seen, kLater, kLater)));
  EXPECT_TRUE(is_live(grant));
  EXPECT_EQ(get(store().count_disablements()), 0u);
}

TEST_P(StoreConformance, UL_04_a_link_without_amazons_tokens_is_left_alone) {
  const auto code = samples().code();
  Grant grant = samples().grant();
  grant.origin = GrantOrigin::alexa;
  get(store().insert_code(code));
  get(store().spend_code(code.selector, grant, kStart));
  const AccountLink link = get(store().find_link(grant.skill, grant.user)).value();
  EXPECT_FALSE(get(store().unlink_owing(link, kStart, kLater)));
  EXPECT_EQ(get(store().count_disablements()), 0u);
  EXPECT_TRUE(is_live(grant));
}

TEST_P(StoreConformance, UL_02_is_claimed_by_one_at_a_time) {
  const auto owed = unlinked_owing("user-alice");
  EXPECT_FALSE(get(store().claim_disablement(kLater - milliseconds{1}, kLater)));
  std::vector<char> claimed(8, 0);
  on_threads(8, [&](int number) {
    const auto own = database().open_store();
    claimed[static_cast<std::size_t>(number)] =
        must(run_task(own->claim_disablement(kLater, kLater + minutes{1}))) ? 1 : 0;
  });
  EXPECT_EQ(std::ranges::count(claimed, 1), 1);
  // Whoever claimed it has died: it is due again.
  const auto again = get(store().claim_disablement(kLater + minutes{1}, kLater + minutes{2})).value();
  EXPECT_EQ(again.disablement_id, owed.disablement_id);
  EXPECT_EQ(again.tries, 3u);
  EXPECT_EQ(again.due_at, kLater + minutes{2});
}

TEST_P(StoreConformance, UL_02_the_one_that_waits_longest_comes_first) {
  auto first = unlinked_owing("user-alice");
  auto second = unlinked_owing("user-bob");
  first.due_at = kStart + seconds{9};
  second.due_at = kStart + seconds{8};
  get(store().postpone_disablement(first));
  get(store().postpone_disablement(second));
  EXPECT_EQ(get(store().claim_disablement(kLater, kLater + minutes{9})).value().user, UserId("user-bob"));
  EXPECT_EQ(get(store().claim_disablement(kLater, kLater + minutes{9})).value().user, UserId("user-alice"));
  EXPECT_FALSE(get(store().claim_disablement(kLater, kLater + minutes{9})));
}

TEST_P(StoreConformance, UL_02_a_postponed_one_keeps_its_tokens_and_cause) {
  auto owed = unlinked_owing("user-alice");
  owed.sealed_amazon_tokens = samples().blob(900);
  owed.last_cause = "timeout";
  owed.due_at = kLater + seconds{5};
  get(store().postpone_disablement(owed));
  auto expected = owed;
  expected.tries = 2;
  expected.due_at = kLater + minutes{2};
  EXPECT_EQ(fields(get(store().claim_disablement(kLater + seconds{5}, kLater + minutes{2})).value()),
            fields(expected));
}

TEST_P(StoreConformance, UL_02_a_settled_one_is_gone) {
  const auto owed = unlinked_owing("user-alice");
  get(store().settle_disablement(owed.disablement_id));
  get(store().settle_disablement(owed.disablement_id));
  get(store().postpone_disablement(owed));
  EXPECT_EQ(get(store().count_disablements()), 0u);
  EXPECT_FALSE(get(store().claim_disablement(kLater + minutes{9}, kLater + minutes{10})));
}

TEST_P(StoreConformance, SG_04_a_link_that_moves_to_another_amazon_account_owes_the_first_one) {
  const auto first = samples().attempt();
  linked(first);
  const AccountLink before = stored_link(first);
  const auto second = samples().attempt(kLater);
  const Grant grant = spent_grant(samples().code());
  AccountLink link = samples().link(second, grant);
  link.alexa_user_id = AlexaUserId("amzn1.ask.account.CCCC");
  get(store().begin_attempt(second));
  get(store().complete_link(second, link, LinkProof::answer, {}, second.updated_at));
  const auto owed = get(store().claim_disablement(second.updated_at, kLater + minutes{9})).value();
  EXPECT_EQ(owed.alexa_user_id, before.alexa_user_id);
  EXPECT_EQ(owed.sealed_amazon_tokens, before.sealed_amazon_tokens);
  EXPECT_EQ(owed.api_host, before.api_host);
  EXPECT_TRUE(is_live(grant));
}

TEST_P(StoreConformance, SG_04_a_relink_of_the_same_amazon_account_owes_nothing) {
  linked(samples().attempt());
  linked(samples().attempt(kLater));
  EXPECT_EQ(get(store().count_disablements()), 0u);
}

TEST_P(StoreConformance, SG_04_a_link_in_the_alexa_app_owes_what_may_be_left_at_another_account) {
  const auto attempt = samples().attempt();
  const Grant of_app = linked(attempt);
  const AccountLink before = stored_link(attempt);
  const auto code = samples().code();
  Grant grant = samples().grant(kLater);
  grant.origin = GrantOrigin::alexa;
  get(store().insert_code(code));
  get(store().spend_code(code.selector, grant, kLater));
  EXPECT_FALSE(is_live(of_app));
  EXPECT_TRUE(is_live(grant));
  EXPECT_EQ(stored_link(attempt).origin, GrantOrigin::alexa);
  EXPECT_EQ(get(store().count_disablements()), 1U);
  const auto owed = get(store().claim_disablement(kLater, kLater + minutes{9})).value();
  OwedDisablement expected = *disablement_of(before, kLater);
  expected.disablement_id = owed.disablement_id;
  expected.tries = 1;
  expected.due_at = kLater + minutes{9};
  EXPECT_EQ(fields(owed), fields(expected));
}

TEST_P(StoreConformance, SG_04_a_link_in_the_alexa_app_owes_nothing_where_no_tokens_of_amazons_were) {
  for (const Instant at : {kStart, kLater}) {  // the second time there is a link, of the Alexa app as well
    const auto code = samples().code();
    Grant grant = samples().grant(at);
    grant.origin = GrantOrigin::alexa;
    get(store().insert_code(code));
    get(store().spend_code(code.selector, grant, at));
  }
  auto attempt = samples().attempt();
  attempt.user = UserId("user-bob");
  linked(attempt);
  get(store().unlink(stored_link(attempt), EvidenceSource::event, kLater));
  Grant grant = samples().grant(kLater);
  grant.user = attempt.user;
  grant.origin = GrantOrigin::alexa;
  const auto code = samples().code();
  get(store().insert_code(code));
  get(store().spend_code(code.selector, grant, kLater));
  EXPECT_EQ(get(store().count_disablements()), 0U);
}

TEST_P(StoreConformance, SG_05_an_attempt_that_ends_after_its_user_unlinked_makes_no_link) {
  linked(samples().attempt());
  const auto late = samples().attempt();
  const Grant grant = spent_grant(samples().code());
  get(store().begin_attempt(late));
  get(store().unlink_owing(stored_link(late), kLater, kLater));
  get(store().complete_link(late, samples().link(late, grant), LinkProof::answer, {}, late.updated_at));
  EXPECT_EQ(stored_link(late).status, LinkStatus::NOT_LINKED);
  EXPECT_FALSE(is_live(grant));
  EXPECT_EQ(get(store().count_disablements()), 2u) << "Amazon has made it";
}

TEST_P(StoreConformance, SG_05_an_end_that_nobody_asked_for_does_not_stop_a_new_link) {
  linked(samples().attempt());
  const auto late = samples().attempt();
  const Grant grant = spent_grant(samples().code());
  get(store().begin_attempt(late));
  get(store().unlink(stored_link(late), EvidenceSource::event, kLater));
  get(store().complete_link(late, samples().link(late, grant), LinkProof::answer, {}, late.updated_at));
  EXPECT_EQ(stored_link(late).status, LinkStatus::LINKED);
  EXPECT_TRUE(is_live(grant));
}

TEST_P(StoreConformance, LW_09_a_lease_has_one_holder_until_it_runs_out_or_is_let_go) {
  EXPECT_TRUE(get(store().take_lease("tokens", "a", kStart, kLater)));
  EXPECT_FALSE(get(store().take_lease("tokens", "b", kStart, kLater)));
  EXPECT_TRUE(get(store().take_lease("others", "b", kStart, kLater)));
  EXPECT_TRUE(get(store().take_lease("tokens", "a", kStart, kLater + seconds{1})));
  EXPECT_FALSE(get(store().take_lease("tokens", "b", kLater, kLater + minutes{1})));
  EXPECT_TRUE(get(store().take_lease("tokens", "b", kLater + seconds{1}, kLater + minutes{1})));
  get(store().release_lease("tokens", "a"));  // it is b's by now
  EXPECT_FALSE(get(store().take_lease("tokens", "a", kLater + seconds{1}, kLater + minutes{1})));
  get(store().release_lease("tokens", "b"));
  EXPECT_TRUE(get(store().take_lease("tokens", "a", kLater + seconds{1}, kLater + minutes{1})));
}

TEST_P(StoreConformance, LW_09_of_many_takers_one_gets_the_lease) {
  std::vector<char> got(8, 0);
  on_threads(8, [&](int number) {
    const auto own = database().open_store();
    got[static_cast<std::size_t>(number)] =
        must(run_task(own->take_lease("tokens", std::to_string(number), kStart, kLater))) ? 1 : 0;
  });
  EXPECT_EQ(std::ranges::count(got, 1), 1);
}

TEST_P(StoreConformance, EN_12_links_are_looked_at_again_in_the_order_of_their_last_look) {
  for (const char* user : {"user-a", "user-b", "user-c"}) {
    auto attempt = samples().attempt();
    attempt.user = UserId(user);
    linked(attempt);
  }
  const SkillName skill = samples().attempt().skill;
  get(store().record_check(skill, UserId("user-a"), EvidenceSource::status_answer, kStart + seconds{9}));
  get(store().record_check(skill, UserId("user-c"), EvidenceSource::status_answer, kStart + minutes{2}));
  auto unlinked = samples().attempt();
  unlinked.user = UserId("user-d");
  linked(unlinked);
  get(store().unlink(stored_link(unlinked), EvidenceSource::event, kStart));
  const auto due = get(store().links_to_check(kStart + minutes{2}, std::nullopt, 10));
  ASSERT_EQ(due.size(), 2u);
  EXPECT_EQ(due[0].user, UserId("user-b"));
  EXPECT_EQ(due[1].user, UserId("user-a"));
  const CheckedLink after{due[0].checked_at, due[0].skill, due[0].user};
  EXPECT_EQ(get(store().links_to_check(kStart + minutes{2}, after, 10)).size(), 1u);
  EXPECT_EQ(get(store().links_to_check(kStart + minutes{2}, std::nullopt, 1)).size(), 1u);
}

}  // namespace
}  // namespace couplet::storage
