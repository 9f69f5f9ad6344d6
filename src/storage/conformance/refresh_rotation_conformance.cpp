// SPDX-License-Identifier: Apache-2.0
// Rotation of a grant's refresh token: one winner, nothing for the dead, and a row that does not grow.
#include <algorithm>

#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

RefreshRotation next_of(const RefreshRotation& from) {
  RefreshRotation next = from;
  ++next.generation;
  next.rotated_at = kStart + seconds{next.generation};
  return next;
}

TEST_P(StoreConformance, RT_08_a_rotation_is_stored_where_it_follows_what_is_there) {
  const Grant grant = spent_grant(samples().code());
  const RefreshRotation next{9, 2, kStart + seconds{5}, std::nullopt};
  EXPECT_TRUE(get(store().rotate_refresh_token(grant.grant_id, grant.rotation, next)));
  EXPECT_EQ(get(store().find_grant(grant.grant_id)).value().rotation, next);
  EXPECT_TRUE(get(store().rotate_refresh_token(grant.grant_id, next, RefreshRotation{})));
  EXPECT_EQ(get(store().find_grant(grant.grant_id)).value().rotation, RefreshRotation{});
}

TEST_P(StoreConformance, RT_08_a_rotation_from_any_other_state_changes_nothing) {
  const Grant grant = spent_grant(samples().code());
  const RefreshRotation& now = grant.rotation;
  const RefreshRotation stale[] = {{now.generation + 1, now.repeats, now.rotated_at, now.last_used_at},
                                   {now.generation, now.repeats + 1, now.rotated_at, now.last_used_at},
                                   {now.generation, now.repeats, std::nullopt, now.last_used_at},
                                   {now.generation, now.repeats, now.rotated_at, std::nullopt}};
  for (const RefreshRotation& from : stale)
    EXPECT_FALSE(get(store().rotate_refresh_token(grant.grant_id, from, next_of(from))));
  EXPECT_EQ(fields(get(store().find_grant(grant.grant_id)).value()), fields(grant));
}

TEST_P(StoreConformance, RT_11_a_revoked_or_unknown_grant_is_not_rotated) {
  const Grant grant = spent_grant(samples().code());
  get(store().revoke_grant(grant.grant_id, kStart + seconds{1}));
  EXPECT_FALSE(get(store().rotate_refresh_token(grant.grant_id, grant.rotation, next_of(grant.rotation))));
  EXPECT_EQ(get(store().find_grant(grant.grant_id)).value().rotation, grant.rotation);
  EXPECT_FALSE(get(store().rotate_refresh_token(samples().id<GrantId>(), {}, next_of({}))));
}

TEST_P(StoreConformance, RT_08_of_concurrent_rotations_exactly_one_wins) {
  constexpr int kThreads = 8;
  const Grant grant = spent_grant(samples().code());
  RefreshRotation from = grant.rotation;
  for (int round = 0; round < 10; ++round) {
    std::array<bool, kThreads> won{};
    on_threads(kThreads, [&](int number) {
      const auto own = database().open_store();
      RefreshRotation to = next_of(from);
      to.repeats = static_cast<std::uint32_t>(number);
      won[static_cast<std::size_t>(number)] =
          must(run_task(own->rotate_refresh_token(grant.grant_id, from, to)));
    });
    ASSERT_EQ(std::ranges::count(won, true), 1);
    const auto stored = get(store().find_grant(grant.grant_id)).value().rotation;
    EXPECT_TRUE(won[stored.repeats]);
    from = stored;
  }
}

TEST_P(StoreConformance, RT_13_the_oldest_of_a_clients_living_grants_are_found) {
  EXPECT_FALSE(get(store().oldest_grants(ClientId("alexa"))).created_at);
  const auto store_grant = [&](Grant grant) {
    const auto code = samples().code();
    get(store().insert_code(code));
    get(store().spend_code(code.selector, grant, kStart));
    return grant;
  };
  Grant dead = samples().grant(kStart - minutes{90});
  get(store().revoke_grant(store_grant(dead).grant_id, kStart));
  Grant foreign = samples().grant(kStart - minutes{80});
  foreign.client_id = ClientId("other");
  store_grant(foreign);
  Grant unused = samples().grant(kStart - minutes{60});
  unused.rotation.last_used_at.reset();
  unused.expires_at.reset();
  store_grant(unused);
  const Grant used = store_grant(samples().grant(kStart - minutes{70}));

  const OldestGrants oldest = get(store().oldest_grants(ClientId("alexa")));
  EXPECT_EQ(oldest.created_at, used.created_at);
  EXPECT_EQ(oldest.used_at, used.rotation.last_used_at);
  EXPECT_EQ(oldest.expires_at, used.expires_at);
}

}  // namespace
}  // namespace couplet::storage
