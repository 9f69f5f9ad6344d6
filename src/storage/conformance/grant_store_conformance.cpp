// SPDX-License-Identifier: Apache-2.0
// Codes and grants.
#include <atomic>
#include <set>

#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

using Kind = SpendOutcome::Kind;

TEST_P(StoreConformance, CD_07_a_code_comes_back_as_it_was_stored) {
  const auto code = samples().code();
  get(store().insert_code(code));
  EXPECT_EQ(fields(get(store().find_code(code.selector)).value()), fields(code));
}

TEST_P(StoreConformance, CD_07_a_code_without_its_optional_fields_comes_back_without_them) {
  auto code = samples().code();
  code.code_challenge.reset();
  code.attempt_id.reset();
  code.origin = GrantOrigin::app;
  code.scope.clear();
  get(store().insert_code(code));
  EXPECT_EQ(fields(get(store().find_code(code.selector)).value()), fields(code));
}

TEST_P(StoreConformance, CD_07_a_code_that_is_not_there_is_no_error) {
  EXPECT_FALSE(get(store().find_code(samples().id<CodeSelector>())));
  EXPECT_FALSE(get(store().find_grant(samples().id<GrantId>())));
  EXPECT_FALSE(get(store().find_grant_by_refresh(samples().id<RefreshSelector>())));
}

TEST_P(StoreConformance, CD_07_a_selector_is_never_taken_twice) {
  const auto code = samples().code();
  auto other = samples().code();
  other.selector = code.selector;
  get(store().insert_code(code));
  EXPECT_EQ(error(store().insert_code(other)), StoreError::damaged);
  EXPECT_EQ(fields(get(store().find_code(code.selector)).value()), fields(code));
}

TEST_P(StoreConformance, CD_03_spending_stores_the_grant_and_marks_the_code) {
  const auto code = samples().code();
  const auto grant = samples().grant();
  get(store().insert_code(code));
  const auto outcome = get(store().spend_code(code.selector, grant, kStart + seconds{9}));
  EXPECT_EQ(outcome.kind, Kind::spent);
  EXPECT_EQ(outcome.grant_id, grant.grant_id);
  const auto spent = get(store().find_code(code.selector)).value();
  EXPECT_EQ(spent.spent_at, kStart + seconds{9});
  EXPECT_EQ(spent.grant_id, grant.grant_id);
  EXPECT_EQ(fields(get(store().find_grant(grant.grant_id)).value()), fields(grant));
  EXPECT_EQ(fields(get(store().find_grant_by_refresh(grant.refresh_selector)).value()), fields(grant));
}

TEST_P(StoreConformance, CD_03_a_grant_without_its_optional_fields_comes_back_without_them) {
  const auto code = samples().code();
  auto grant = samples().grant();
  grant.attempt_id.reset();
  grant.rotation = {};
  grant.expires_at.reset();
  grant.origin = GrantOrigin::app;
  get(store().insert_code(code));
  get(store().spend_code(code.selector, grant, kStart));
  EXPECT_EQ(fields(get(store().find_grant(grant.grant_id)).value()), fields(grant));
}

TEST_P(StoreConformance, CD_03_a_replay_names_the_first_grant_and_stores_no_second) {
  const auto code = samples().code();
  const Grant first = spent_grant(code);
  const Grant second = samples().grant();
  const auto replay = get(store().spend_code(code.selector, second, kStart + seconds{1}));
  EXPECT_EQ(replay.kind, Kind::already_spent);
  EXPECT_EQ(replay.grant_id, first.grant_id);
  EXPECT_FALSE(get(store().find_grant(second.grant_id)));
  EXPECT_EQ(get(store().find_code(code.selector)).value().spent_at, kStart);
}

TEST_P(StoreConformance, CD_03_an_unknown_code_is_not_spent) {
  const auto grant = samples().grant();
  const auto outcome = get(store().spend_code(samples().id<CodeSelector>(), grant, kStart));
  EXPECT_EQ(outcome.kind, Kind::unknown);
  EXPECT_FALSE(outcome.grant_id);
  EXPECT_FALSE(get(store().find_grant(grant.grant_id)));
}

TEST_P(StoreConformance, CD_03_when_the_grant_cannot_be_stored_the_code_stays_unspent) {
  const Grant taken = spent_grant(samples().code());
  const auto code = samples().code();
  get(store().insert_code(code));
  auto same_id = samples().grant();
  same_id.grant_id = taken.grant_id;
  EXPECT_EQ(error(store().spend_code(code.selector, same_id, kStart)), StoreError::damaged);
  auto same_selector = samples().grant();
  same_selector.refresh_selector = taken.refresh_selector;
  EXPECT_EQ(error(store().spend_code(code.selector, same_selector, kStart)), StoreError::damaged);
  EXPECT_EQ(fields(get(store().find_code(code.selector)).value()), fields(code));
  EXPECT_FALSE(get(store().find_grant(same_selector.grant_id)));
  EXPECT_EQ(fields(get(store().find_grant_by_refresh(taken.refresh_selector)).value()), fields(taken));
}

TEST_P(StoreConformance, CD_03_of_concurrent_exchanges_exactly_one_spends) {
  constexpr int kThreads = 8;
  for (int round = 0; round < 10; ++round) {
    const auto code = samples().code();
    get(store().insert_code(code));
    std::vector<Grant> grants;
    for (int i = 0; i < kThreads; ++i) grants.push_back(samples().grant());
    std::vector<SpendOutcome> outcomes(kThreads);
    on_threads(kThreads, [&](int number) {
      const auto own = database().open_store();
      const auto i = static_cast<std::size_t>(number);
      outcomes[i] = must(run_task(own->spend_code(code.selector, grants[i], kStart)));
    });
    EXPECT_EQ(std::ranges::count(outcomes, Kind::spent, &SpendOutcome::kind), 1);
    EXPECT_EQ(std::ranges::count(outcomes, Kind::already_spent, &SpendOutcome::kind), kThreads - 1);
    int stored = 0;
    for (std::size_t i = 0; i < grants.size(); ++i) {
      const bool is_stored = get(store().find_grant(grants[i].grant_id)).has_value();
      EXPECT_EQ(is_stored, outcomes[i].kind == Kind::spent);
      stored += is_stored ? 1 : 0;
      EXPECT_EQ(outcomes[i].grant_id, get(store().find_code(code.selector)).value().grant_id);
    }
    EXPECT_EQ(stored, 1);
  }
}

TEST_P(StoreConformance, CD_02_withdrawing_a_spent_code_revokes_its_grant) {
  const auto code = samples().code();
  const Grant grant = spent_grant(code);
  get(store().withdraw_code(code.selector, kStart + seconds{5}));
  EXPECT_EQ(get(store().find_grant(grant.grant_id)).value().revoked_at, kStart + seconds{5});
  const auto stored = get(store().find_code(code.selector)).value();
  EXPECT_EQ(stored.spent_at, kStart);
  EXPECT_EQ(stored.grant_id, grant.grant_id);
}

TEST_P(StoreConformance, CD_02_a_withdrawn_code_cannot_be_spent) {
  const auto code = samples().code();
  const auto grant = samples().grant();
  get(store().insert_code(code));
  get(store().withdraw_code(code.selector, kStart + seconds{5}));
  const auto outcome = get(store().spend_code(code.selector, grant, kStart + seconds{6}));
  EXPECT_EQ(outcome.kind, Kind::already_spent);
  EXPECT_FALSE(outcome.grant_id);
  EXPECT_FALSE(get(store().find_grant(grant.grant_id)));
  EXPECT_EQ(get(store().find_code(code.selector)).value().spent_at, kStart + seconds{5});
}

TEST_P(StoreConformance, EN_09_withdrawing_an_unspent_code_leaves_a_spent_one_alone) {
  const auto code = samples().code();
  const Grant grant = spent_grant(code);
  get(store().withdraw_unspent_code(code.selector, kStart + seconds{5}));
  EXPECT_TRUE(is_live(grant));
  EXPECT_EQ(get(store().find_code(code.selector)).value().grant_id, grant.grant_id);
  const auto unspent = samples().code();
  get(store().insert_code(unspent));
  get(store().withdraw_unspent_code(unspent.selector, kStart + seconds{5}));
  EXPECT_EQ(get(store().spend_code(unspent.selector, samples().grant(), kStart + seconds{6})).kind,
            SpendOutcome::Kind::already_spent);
  get(store().withdraw_unspent_code(samples().id<CodeSelector>(), kStart));
}

TEST_P(StoreConformance, CD_02_withdrawing_an_unknown_code_is_no_error) {
  get(store().withdraw_code(samples().id<CodeSelector>(), kStart));
}

TEST_P(StoreConformance, CD_02_the_first_time_of_revocation_stays) {
  const Grant grant = spent_grant(samples().code());
  const Grant other = spent_grant(samples().code());
  get(store().revoke_grant(grant.grant_id, kStart + seconds{1}));
  get(store().revoke_grant(grant.grant_id, kStart + seconds{2}));
  EXPECT_EQ(get(store().find_grant(grant.grant_id)).value().revoked_at, kStart + seconds{1});
  EXPECT_EQ(get(store().find_grant_by_refresh(grant.refresh_selector)).value().revoked_at,
            kStart + seconds{1});
  EXPECT_TRUE(is_live(other));
}

TEST_P(StoreConformance, CD_02_revoking_an_unknown_grant_is_no_error) {
  get(store().revoke_grant(samples().id<GrantId>(), kStart));
}

TEST_P(StoreConformance, CD_02_a_replay_racing_the_withdrawal_never_leaves_a_live_grant) {
  for (int round = 0; round < 10; ++round) {
    const auto code = samples().code();
    const auto grant = samples().grant();
    get(store().insert_code(code));
    on_threads(2, [&](int number) {
      const auto own = database().open_store();
      if (number == 0) must(run_task(own->spend_code(code.selector, grant, kStart)));
      if (number == 1) must(run_task(own->withdraw_code(code.selector, kStart)));
    });
    const auto stored = get(store().find_grant(grant.grant_id));
    EXPECT_TRUE(!stored || stored->revoked_at);
  }
}

TEST_P(StoreConformance, FT_11_purging_deletes_old_codes_only_and_in_small_steps) {
  std::vector<AuthorizationCodeRecord> old;
  for (int i = 0; i < 5; ++i) old.push_back(samples().code(kStart + seconds{i}));
  const auto young = samples().code(kStart + minutes{60});
  for (const auto& code : old) get(store().insert_code(code));
  get(store().insert_code(young));
  const Grant grant = samples().grant();
  get(store().spend_code(old[0].selector, grant, kStart));

  const Instant before = old[4].expires_at;  // the fifth expires exactly then, not before
  EXPECT_EQ(get(store().purge_codes(before, 3)), 3U);
  EXPECT_EQ(get(store().purge_codes(before, 3)), 1U);
  EXPECT_EQ(get(store().purge_codes(before, 3)), 0U);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(get(store().find_code(old[static_cast<std::size_t>(i)].selector)));
  EXPECT_TRUE(get(store().find_code(old[4].selector)));
  EXPECT_TRUE(get(store().find_code(young.selector)));
  EXPECT_TRUE(is_live(grant));
}

}  // namespace
}  // namespace couplet::storage
