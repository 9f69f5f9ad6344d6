// SPDX-License-Identifier: Apache-2.0
#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace couplet {
namespace {

using namespace std::chrono_literals;

TEST(clock, iso8601_round_trips_milliseconds) {
  for (const std::string_view text :
       {"1970-01-01T00:00:00.000Z", "2026-03-01T10:00:00.123Z", "2000-02-29T23:59:59.999Z"}) {
    const auto instant = from_iso8601(text);
    ASSERT_TRUE(instant) << text;
    EXPECT_EQ(to_iso8601(*instant), text);
  }
}

TEST(TM_03, the_years_2038_and_2100_are_ordinary) {
  EXPECT_EQ(unix_seconds(from_iso8601("2038-01-19T03:14:08Z").value()), 2147483648);
  EXPECT_EQ(unix_seconds(from_iso8601("2100-03-01T00:00:00Z").value()), 4107542400);
  EXPECT_FALSE(from_iso8601("2100-02-29T00:00:00Z"));
}

TEST(clock, iso8601_takes_any_fraction_and_no_other_zone) {
  EXPECT_EQ(from_iso8601("2025-03-01T10:00:00Z"), from_iso8601("2025-03-01T10:00:00.0Z"));
  EXPECT_EQ(from_iso8601("2025-03-01T10:00:00.1Z"), from_iso8601("2025-03-01T10:00:00.100999Z"));
  for (const std::string_view wrong :
       {"", "2025-03-01", "2025-03-01T10:00:00", "2025-03-01T10:00:00+01:00", "2025-03-01 10:00:00Z",
        "2025-13-01T10:00:00Z", "2025-03-01T24:00:00Z", "2025-03-01T10:00:00.Z", "2025-03-01T10:00:00.1x",
        "2025-03-01T10:00:00.1xZ", "2025-03-01T10:00:00.1234567890123Z"})
    EXPECT_FALSE(from_iso8601(wrong)) << wrong;
}

TEST(clock, whole_seconds_round_down_also_before_1970) {
  EXPECT_EQ(unix_seconds(Instant{1999ms}), 1);
  EXPECT_EQ(unix_seconds(Instant{-1ms}), -1);
  EXPECT_EQ(from_unix_seconds(5), Instant{5000ms});
}

TEST(clock, a_fake_clock_moves_only_when_told) {
  FakeClock clock(from_unix_seconds(100));
  const auto before = clock.monotonic();
  EXPECT_EQ(clock.now(), from_unix_seconds(100));
  clock.advance(1500ms);
  EXPECT_EQ(clock.now(), from_unix_seconds(100) + 1500ms);
  EXPECT_EQ(clock.monotonic() - before, 1500ms);
}

}  // namespace
}  // namespace couplet
