// SPDX-License-Identifier: Apache-2.0
#include "server/common/failure_limiter.hpp"

#include <gtest/gtest.h>

namespace couplet::server {
namespace {

class Limiter : public ::testing::Test {
 protected:
  void fail(std::string_view client_id, std::string_view address, int times) {
    for (int i = 0; i < times; ++i) limiter.record_failure(client_id, address);
  }

  FakeClock clock{from_unix_seconds(1000)};
  FailureLimiter limiter{
      clock, {.per_client_and_address = 3, .per_address = 5, .window = seconds{60}, .remembered = 8}};
};

TEST_F(Limiter, CA_13_holds_back_a_client_at_one_address) {
  fail("alexa", "a", 2);
  EXPECT_FALSE(limiter.must_wait("alexa", "a"));
  fail("alexa", "a", 1);
  EXPECT_EQ(limiter.must_wait("alexa", "a"), seconds{60});
  EXPECT_FALSE(limiter.must_wait("alexa", "b"));
  EXPECT_FALSE(limiter.must_wait("other", "a"));
}

TEST_F(Limiter, CA_13_holds_back_an_address_that_tries_many_clients) {
  for (const std::string_view client_id : {"1", "2", "3", "4", "5"}) fail(client_id, "a", 1);
  EXPECT_EQ(limiter.must_wait("alexa", "a"), seconds{60});
  EXPECT_FALSE(limiter.must_wait("alexa", "b"));
}

TEST_F(Limiter, a_window_ends_and_counting_starts_anew) {
  fail("alexa", "a", 3);
  clock.advance(milliseconds{30'500});
  EXPECT_EQ(limiter.must_wait("alexa", "a"), seconds{30});
  clock.advance(milliseconds{29'500});
  EXPECT_FALSE(limiter.must_wait("alexa", "a"));
  fail("alexa", "a", 2);
  EXPECT_FALSE(limiter.must_wait("alexa", "a"));
}

TEST_F(Limiter, FT_12_memory_is_bounded_and_the_stalest_counter_goes_first) {
  fail("alexa", "attacker", 3);
  for (int i = 0; i < 100; ++i) {
    fail("alexa", "address-" + std::to_string(i), 1);
    fail("alexa", "attacker", 1);
  }
  EXPECT_EQ(limiter.counters(), 8U);
  EXPECT_TRUE(limiter.must_wait("alexa", "attacker"));
}

}  // namespace
}  // namespace couplet::server
