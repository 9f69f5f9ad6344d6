// SPDX-License-Identifier: Apache-2.0
// The numbers typed on the return page: how many were wrong, whatever happens at the same time or in between.
#include <algorithm>

#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

constexpr std::uint32_t kCountTo = 100;

TEST_P(StoreConformance, LK_06_wrong_numbers_are_counted_for_each_attempt_and_right_ones_are_not) {
  const AttemptId one = samples().attempt().attempt_id, other = samples().attempt().attempt_id;
  EXPECT_EQ(get(store().record_confirmation(one, true, kCountTo, kStart, kLater)), 0U);
  EXPECT_EQ(get(store().record_confirmation(one, false, kCountTo, kStart, kLater)), 1U);
  EXPECT_EQ(get(store().record_confirmation(one, false, kCountTo, kStart, kLater)), 2U);
  EXPECT_EQ(get(store().record_confirmation(other, false, kCountTo, kStart, kLater)), 1U);
  EXPECT_EQ(get(store().record_confirmation(one, true, kCountTo, kStart, kLater)), 2U);
}

TEST_P(StoreConformance, LK_06_wrong_numbers_are_counted_to_an_end) {
  const AttemptId attempt_id = samples().attempt().attempt_id;
  for (const std::uint32_t counted : {1U, 2U, 3U, 3U, 3U})
    EXPECT_EQ(get(store().record_confirmation(attempt_id, false, 3, kStart, kLater)), counted);
  EXPECT_EQ(get(store().record_confirmation(attempt_id, true, 3, kStart, kLater)), 3U);
}

TEST_P(StoreConformance, LK_06_of_wrong_numbers_at_once_each_is_counted) {
  const AttemptId attempt_id = samples().attempt().attempt_id;
  std::vector<std::uint32_t> counts(8, 0);
  on_threads(8, [&](int number) {
    const auto own = database().open_store();
    counts[static_cast<std::size_t>(number)] =
        must(run_task(own->record_confirmation(attempt_id, false, kCountTo, kStart, kLater)));
  });
  std::ranges::sort(counts);
  EXPECT_EQ(counts, (std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(get(store().record_confirmation(attempt_id, true, kCountTo, kStart, kLater)), 8U);
}

TEST_P(StoreConformance, LK_06_wrong_numbers_are_forgotten_when_the_link_request_is_over) {
  const AttemptId attempt_id = samples().attempt().attempt_id;
  EXPECT_EQ(get(store().record_confirmation(attempt_id, false, kCountTo, kStart, kLater)), 1U);
  EXPECT_EQ(get(store().record_confirmation(attempt_id, true, kCountTo, kLater - milliseconds{1}, kLater)),
            1U);
  EXPECT_EQ(get(store().record_confirmation(attempt_id, true, kCountTo, kLater, kLater)), 0U);
}

}  // namespace
}  // namespace couplet::storage
