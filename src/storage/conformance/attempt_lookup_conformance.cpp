// SPDX-License-Identifier: Apache-2.0
// Attempts found by what support knows of them, and those that nobody has finished.
#include <algorithm>

#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

TEST_P(StoreConformance, SG_07_attempts_are_found_by_their_reference_code_the_newest_first) {
  auto attempt = samples().attempt(kStart);
  auto twin = samples().attempt(kStart + minutes{1});  // another moment, and by chance the same last bytes
  auto raw = twin.attempt_id.bytes();
  std::ranges::copy(ReferenceCode::of(attempt.attempt_id).bytes(), raw.end() - ReferenceCode::kBytes);
  twin.attempt_id = AttemptId(raw);
  twin.user = UserId("user-bob");
  const auto other = samples().attempt(kStart);
  for (const auto& each : {attempt, twin, other}) get(store().begin_attempt(each));
  const auto found = get(store().find_attempts_by_reference(ReferenceCode::of(attempt.attempt_id)));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(fields(found[0]), fields(twin));
  EXPECT_EQ(fields(found[1]), fields(attempt));
  EXPECT_EQ(get(store().find_attempts_by_reference(ReferenceCode::of(other.attempt_id))).size(), 1U);
  const auto absent = samples().attempt(kStart);
  EXPECT_TRUE(get(store().find_attempts_by_reference(ReferenceCode::of(absent.attempt_id))).empty());
}

TEST_P(StoreConformance, SG_07_attempts_of_a_user_at_every_skill_the_newest_first_and_not_too_many) {
  std::vector<AttemptId> begun;
  for (int i = 0; i < 25; ++i) {
    auto attempt = samples().attempt(kStart + seconds{i});
    if (i % 2 == 0) attempt.skill = SkillName("second-skill");
    begun.push_back(attempt.attempt_id);
    get(store().begin_attempt(attempt));
  }
  auto foreign = samples().attempt(kStart + seconds{99});
  foreign.user = UserId("USER-ALICE");
  get(store().begin_attempt(foreign));
  const auto found = get(store().find_attempts_of_user(UserId("user-alice")));
  ASSERT_EQ(found.size(), kMaxAttemptsPerLookup);
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_EQ(found[i].attempt_id, begun[begun.size() - 1 - i]) << i;
  EXPECT_EQ(get(store().find_attempts_of_user(foreign.user)).size(), 1U);
  EXPECT_TRUE(get(store().find_attempts_of_user(UserId("nobody"))).empty());
}

TEST_P(StoreConformance, SG_02_unfinished_attempts_come_oldest_first) {
  const auto third = samples().attempt(kStart + seconds{3});
  const auto first = samples().attempt(kStart + seconds{1});
  auto second = samples().attempt(kStart + seconds{2});
  second.status = AttemptStatus::received;
  auto done = samples().attempt(kStart);
  done.status = AttemptStatus::linked;
  auto failed = samples().attempt(kStart);
  failed.status = AttemptStatus::failed;
  for (const auto& attempt : {third, first, second, done, failed}) get(store().begin_attempt(attempt));

  const auto all = get(store().unfinished_attempts({}, 10));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(fields(all[0]), fields(first));
  EXPECT_EQ(fields(all[1]), fields(second));
  EXPECT_EQ(fields(all[2]), fields(third));
  EXPECT_EQ(get(store().unfinished_attempts({}, 2)).size(), 2U);
}

TEST_P(StoreConformance, SG_02_unfinished_attempts_come_a_page_at_a_time_and_each_once) {
  std::vector<AttemptId> begun;
  for (int i = 0; i < 5; ++i) {  // three of one moment
    const auto attempt = samples().attempt(kStart + seconds{std::clamp(i, 1, 3)});
    begun.push_back(attempt.attempt_id);
    get(store().begin_attempt(attempt));
  }
  std::vector<AttemptId> found;
  std::optional<BegunAttempt> after;
  for (auto page = get(store().unfinished_attempts(after, 2)); !page.empty();
       page = get(store().unfinished_attempts(after, 2))) {
    EXPECT_LE(page.size(), 2U);
    for (const auto& attempt : page) found.push_back(attempt.attempt_id);
    after = BegunAttempt{page.back().created_at, page.back().attempt_id};
  }
  EXPECT_TRUE(std::ranges::is_permutation(found, begun));
  EXPECT_EQ(found.size(), begun.size());
}

}  // namespace
}  // namespace couplet::storage
