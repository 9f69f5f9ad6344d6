// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/journal.hpp"

#include <gtest/gtest.h>

namespace couplet::emulator {
namespace {

TEST(Journal, is_a_ring_whose_numbers_go_on) {
  const FakeClock clock(Instant{});
  Journal journal(clock, 3);
  for (int i = 0; i < 5; ++i) journal.begin({});
  const auto entries = journal.since(0);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries.front()->seq, 3u);
  EXPECT_EQ(journal.last_seq(), 5u);
  journal.clear();
  EXPECT_EQ(journal.begin({}), 6u);
}

TEST(Journal, an_entry_that_has_left_the_ring_can_be_finished_without_harm) {
  const FakeClock clock(Instant{});
  Journal journal(clock, 1);
  const auto first = journal.begin({});
  const auto second = journal.begin({});
  JournalOutcome outcome;
  outcome.status = 200;
  journal.finish(first, outcome);
  EXPECT_FALSE(journal.since(0).front()->status);
  journal.finish(second, outcome);
  EXPECT_EQ(journal.since(0).front()->status, 200);
}

TEST(Journal, an_open_call_has_no_status_yet) {
  const FakeClock clock(Instant{});
  Journal journal(clock);
  journal.begin({});
  EXPECT_TRUE(to_json(*journal.since(0).front()).at("status").is_null());
}

}  // namespace
}  // namespace couplet::emulator
