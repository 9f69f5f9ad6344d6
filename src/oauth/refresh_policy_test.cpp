// SPDX-License-Identifier: Apache-2.0
#include "oauth/refresh_policy.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace couplet::oauth {
namespace {

constexpr Instant kNow{milliseconds{1'800'000'000'000}};

struct Scene {
  Client client;
  Grant grant;
  std::uint32_t presented = 0;
  Instant now = kNow;

  explicit Scene(RefreshPolicy policy) {
    client.refresh_policy = policy;
    grant.created_at = kNow - minutes{60};
  }

  // "answers G", "answers G stores G/R", or "refuses CAUSE", "revokes CAUSE".
  [[nodiscard]] std::string decide() const {
    const RefreshDecision decision = decide_refresh(client, grant, presented, now);
    if (decision.verdict == RefreshDecision::Verdict::refuse) return "refuses " + std::string(decision.cause);
    if (decision.verdict == RefreshDecision::Verdict::revoke_grant)
      return "revokes " + std::string(decision.cause);
    std::string text = "answers " + std::to_string(decision.generation);
    if (decision.store_first)
      text += " stores " + std::to_string(decision.store_first->generation) + '/' +
              std::to_string(decision.store_first->repeats);
    return text;
  }
};

struct Row {
  std::string_view name;
  RefreshPolicy policy;
  std::function<void(Scene&)> change;
  std::string_view expected;
};

void rotated(Scene& scene, std::uint32_t generation, seconds ago, std::uint32_t repeats = 0) {
  scene.grant.rotation = {generation, repeats, kNow - ago, std::nullopt};
}

using enum RefreshPolicy;

const Row kRows[] = {
    {"RT_19_stable_answers_the_same_and_stores_nothing", stable, [](Scene&) {}, "answers 0"},
    {"RT_19_stable_after_overlap_keeps_what_is_in_the_wild", stable,
     [](Scene& s) { rotated(s, 5, seconds{9000}), s.presented = 6; }, "answers 6"},
    {"RT_19_stable_after_overlap_keeps_the_window", stable,
     [](Scene& s) { rotated(s, 5, seconds{9000}), s.presented = 2; }, "answers 2"},
    {"RT_19_stable_after_overlap_knows_the_retired", stable,
     [](Scene& s) { rotated(s, 5, seconds{9000}), s.presented = 1; }, "refuses refresh_token_retired"},

    {"RT_04_overlap_first_use", overlap, [](Scene&) {}, "answers 1"},
    {"RT_04_overlap_the_same_token_gets_the_same_successor", overlap,
     [](Scene& s) { rotated(s, 7, seconds{9000}), s.presented = 7; }, "answers 8"},
    {"RT_04_overlap_a_used_successor_moves_on", overlap,
     [](Scene& s) { rotated(s, 7, seconds{9000}), s.presented = 8; }, "answers 9 stores 8/0"},
    {"RT_04_overlap_an_old_one_in_the_window_gets_its_own_successor", overlap,
     [](Scene& s) { rotated(s, 7, seconds{9000}), s.presented = 4; }, "answers 5"},
    {"RT_04_overlap_a_retired_one_is_refused_and_ends_nothing", overlap,
     [](Scene& s) { rotated(s, 7, seconds{9000}), s.presented = 3; }, "refuses refresh_token_retired"},
    {"RT_04_overlap_the_window_is_the_clients", overlap,
     [](Scene& s) { rotated(s, 7, seconds{9000}), s.presented = 3, s.client.refresh_generations = 5; },
     "answers 4"},
    {"RT_18_overlap_catches_up_after_a_restored_backup", overlap,
     [](Scene& s) { rotated(s, 7, seconds{9000}), s.presented = 20; }, "answers 21 stores 20/0"},

    {"RT_01_strict_rotates", strict, [](Scene&) {}, "answers 1 stores 1/0"},
    {"RT_01_strict_rotates_the_newest", strict, [](Scene& s) { rotated(s, 3, seconds{1}), s.presented = 3; },
     "answers 4 stores 4/0"},
    {"RT_04_strict_answers_the_predecessor_again", strict,
     [](Scene& s) { rotated(s, 3, seconds{59}), s.presented = 2; }, "answers 3 stores 3/1"},
    {"RT_05_strict_the_predecessor_after_the_window_is_reuse", strict,
     [](Scene& s) { rotated(s, 3, seconds{60}), s.presented = 2; }, "revokes refresh_token_reused"},
    {"RT_05_strict_without_a_window_every_second_use_is_reuse", strict,
     [](Scene& s) { rotated(s, 3, seconds{0}), s.presented = 2, s.client.refresh_grace = seconds{0}; },
     "revokes refresh_token_reused"},
    {"RT_06_strict_two_generations_old_is_reuse_at_once", strict,
     [](Scene& s) { rotated(s, 3, seconds{0}), s.presented = 1; }, "revokes refresh_token_reused"},
    {"RT_07_strict_the_tenth_repeat_is_answered", strict,
     [](Scene& s) { rotated(s, 3, seconds{0}, 9), s.presented = 2; }, "answers 3 stores 3/10"},
    {"RT_07_strict_the_eleventh_is_reuse", strict,
     [](Scene& s) { rotated(s, 3, seconds{0}, 10), s.presented = 2; }, "revokes refresh_token_reused"},
    {"RT_18_strict_catches_up_after_a_restored_backup", strict,
     [](Scene& s) { rotated(s, 3, seconds{0}), s.presented = 9; }, "answers 10 stores 10/0"},
    {"TM_01_strict_a_clock_set_back_opens_no_window", strict,
     [](Scene& s) { rotated(s, 3, seconds{-3600}), s.presented = 2; }, "revokes refresh_token_reused"},

    {"RT_13_by_default_nothing_ends", stable, [](Scene& s) { s.now = kNow + std::chrono::years{100}; },
     "answers 0"},
    {"RT_13_absolute_lifetime_not_yet", stable,
     [](Scene& s) { s.client.refresh_token_absolute_lifetime = seconds{3601}; }, "answers 0"},
    {"RT_13_absolute_lifetime", stable,
     [](Scene& s) { s.client.refresh_token_absolute_lifetime = seconds{3600}; }, "refuses grant_too_old"},
    {"RT_13_an_end_of_its_own_not_yet", stable, [](Scene& s) { s.grant.expires_at = kNow + milliseconds{1}; },
     "answers 0"},
    {"RT_13_an_end_of_its_own", overlap, [](Scene& s) { s.grant.expires_at = kNow; },
     "refuses grant_expired"},
    {"RT_13_idle_lifetime_counts_from_the_start", strict,
     [](Scene& s) { s.client.refresh_token_idle_lifetime = seconds{3600}; }, "refuses grant_unused_too_long"},
    {"RT_13_idle_lifetime_counts_from_the_last_use", stable,
     [](Scene& s) {
       s.client.refresh_token_idle_lifetime = seconds{3600};
       s.grant.rotation.last_used_at = kNow - seconds{224};
     },
     "answers 0"},
    {"RT_13_use_is_kept_coarsely", stable,
     [](Scene& s) {
       s.client.refresh_token_idle_lifetime = seconds{3600};
       s.grant.rotation.last_used_at = kNow - seconds{225};
     },
     "answers 0 stores 0/0"},
    {"RT_13_reuse_of_an_ended_grant_is_no_reuse", strict,
     [](Scene& s) { rotated(s, 3, seconds{90}), s.presented = 1, s.grant.expires_at = kNow; },
     "refuses grant_expired"},
};

TEST(decide_refresh, answers_as_the_requirements_say) {
  for (const Row& row : kRows) {
    Scene scene(row.policy);
    row.change(scene);
    EXPECT_EQ(scene.decide(), row.expected) << row.name;
  }
}

TEST(RT_13, what_is_stored_for_an_idle_lifetime_is_the_use) {
  Scene scene(overlap);
  scene.client.refresh_token_idle_lifetime = minutes{90};
  rotated(scene, 1, seconds{10});
  scene.presented = 2;
  const auto decision = decide_refresh(scene.client, scene.grant, 2, kNow);
  EXPECT_EQ(decision.store_first, (RefreshRotation{2, 0, kNow, kNow}));
}

TEST(RT_13, the_earliest_end_is_the_first_of_all_limits) {
  Client client;
  EXPECT_FALSE(earliest_end(client, kNow, kNow, std::nullopt));
  EXPECT_EQ(earliest_end(client, kNow, kNow, kNow + minutes{5}), kNow + minutes{5});
  client.refresh_token_absolute_lifetime = minutes{4};
  EXPECT_EQ(earliest_end(client, kNow, kNow, kNow + minutes{5}), kNow + minutes{4});
  client.refresh_token_idle_lifetime = minutes{2};
  EXPECT_EQ(earliest_end(client, kNow, kNow + minutes{1}, std::nullopt), kNow + minutes{3});
  EXPECT_FALSE(earliest_end(client, std::nullopt, std::nullopt, std::nullopt));
}

}  // namespace
}  // namespace couplet::oauth
