// SPDX-License-Identifier: Apache-2.0
// An attempt that several nodes work on belongs to whoever moved it last.
#include <algorithm>

#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

TEST_P(StoreConformance, SG_03_whoever_has_lost_an_attempt_to_another_stores_nothing_more) {
  auto attempt = samples().attempt();
  attempt.status = AttemptStatus::coded;
  get(store().begin_attempt(attempt));
  auto taken_up = attempt;
  taken_up.updated_at += minutes{2};
  EXPECT_FALSE(get(store().record_step(taken_up, {}, attempt.updated_at)));
  auto late = attempt;
  late.status = AttemptStatus::failed;
  late.updated_at += minutes{3};
  const auto kept = get(store().record_step(late, {Samples::hop(kStart)}, attempt.updated_at));
  EXPECT_EQ(fields(kept.value()), fields(taken_up));
  const Grant grant = spent_grant(samples().code());
  EXPECT_FALSE(get(store().complete_link(late, samples().link(late, grant), LinkProof::answer,
                                         {Samples::hop(kStart)}, attempt.updated_at)));
  EXPECT_EQ(fields(get(store().find_attempt(attempt.attempt_id)).value()), fields(taken_up));
  EXPECT_FALSE(get(store().find_link(attempt.skill, attempt.user)));
  EXPECT_TRUE(get(store().find_hops(attempt.attempt_id)).empty());
  const AccountLink link = samples().link(taken_up, grant);
  EXPECT_TRUE(get(store().complete_link(taken_up, link, LinkProof::answer, {}, taken_up.updated_at)));
  EXPECT_FALSE(get(store().complete_link(taken_up, link, LinkProof::answer, {}, taken_up.updated_at)))
      << "it is over";
  EXPECT_EQ(stored_link(attempt).grant_id, grant.grant_id);
}

TEST_P(StoreConformance, SG_03_whoever_has_lost_an_attempt_withdraws_no_code_of_it) {
  const auto attempt = samples().attempt();
  const auto code = samples().code();
  const Grant grant = spent_grant(code);
  get(store().begin_attempt(attempt));
  auto taken_up = attempt;
  taken_up.updated_at += minutes{2};
  get(store().record_step(taken_up, {}, attempt.updated_at));
  const auto withdraw = [&](Instant seen_at) {
    return get(store().withdraw_code_of(attempt.attempt_id, code.selector, seen_at, kLater));
  };
  EXPECT_FALSE(withdraw(attempt.updated_at));
  EXPECT_TRUE(is_live(grant));
  get(store().complete_link(taken_up, samples().link(taken_up, grant), LinkProof::answer, {},
                            taken_up.updated_at));
  EXPECT_FALSE(withdraw(taken_up.updated_at)) << "the link rests on it";
  EXPECT_EQ(stored_link(attempt).status, LinkStatus::LINKED);
  EXPECT_FALSE(
      get(store().withdraw_code_of(samples().id<AttemptId>(), code.selector, attempt.updated_at, kLater)));
  EXPECT_TRUE(is_live(grant));
}

TEST_P(StoreConformance, SG_03_the_code_of_ones_own_attempt_is_withdrawn) {
  const auto attempt = samples().attempt();
  const auto code = samples().code();
  const Grant grant = spent_grant(code);
  get(store().begin_attempt(attempt));
  EXPECT_TRUE(get(store().withdraw_code_of(attempt.attempt_id, code.selector, attempt.updated_at, kLater)));
  EXPECT_FALSE(is_live(grant));
}

TEST_P(StoreConformance, SG_03_of_many_who_take_an_attempt_up_one_gets_it) {
  auto attempt = samples().attempt();
  attempt.status = AttemptStatus::coded;
  get(store().begin_attempt(attempt));
  std::vector<char> got_it(8, 0);
  on_threads(8, [&](int number) {
    const auto own = database().open_store();
    auto ours = attempt;
    ours.updated_at += seconds{1 + number};
    got_it[static_cast<std::size_t>(number)] =
        must(run_task(own->record_step(ours, {}, attempt.updated_at))) ? 0 : 1;
  });
  EXPECT_EQ(std::ranges::count(got_it, 1), 1);
}

}  // namespace
}  // namespace couplet::storage
