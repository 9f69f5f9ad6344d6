// SPDX-License-Identifier: Apache-2.0
#include "amazon/chain_cache.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/testing/test_certificates.hpp"

namespace couplet::amazon {
namespace {

using couplet::testing::ChainRecipe;
using couplet::testing::TemporaryPem;
using couplet::testing::TestChain;

const Instant kNow = from_unix_seconds(1'800'000'000);
constexpr std::unexpected kRefused(ChainProblem::refused);

std::string url(int number) { return "https://s3.amazonaws.com/echo.api/" + std::to_string(number); }

class ChainCacheTest : public ::testing::Test {
 protected:
  static TrustStore trust(const TestChain& chain) {
    const TemporaryPem file(chain.root.pem());
    return TrustStore::load(file.path()).value();
  }
  ChainResult good() { return cache.verify(chain.pem()).value(); }
  /// Fetches as a caller would; false when it may not.
  bool fetch(const std::string& at, const ChainResult& result) {
    if (cache.join(at, std::nullopt, [](const ChainResult&) {}) != ChainCache::Part::fetch) return false;
    cache.settle(at, result);
    return true;
  }
  void settle(int number, const ChainResult& result) { cache.settle(url(number), result); }

  const TestChain chain{ChainRecipe(kNow)};
  FakeClock clock{kNow};
  ChainLimits limits{
      .chains = 3, .problems = 5, .fetches_at_once = 2, .fetches_per_minute = 20, .waiting_per_fetch = 100};
  ChainCache cache{trust(chain), clock, limits};
};

TEST_F(ChainCacheTest, AX_08_a_chain_is_kept_until_it_is_old) {
  EXPECT_FALSE(cache.find(url(1)));
  settle(1, good());
  ASSERT_TRUE(cache.find(url(1)));
  EXPECT_TRUE(cache.find(url(1))->has_value());
  clock.advance(limits.chain_age - seconds{1});
  EXPECT_TRUE(cache.find(url(1)));
  clock.advance(seconds{1});
  EXPECT_FALSE(cache.find(url(1)));
  EXPECT_TRUE(cache.find_overdue(url(1))) << "there for when it cannot be fetched";
}

constexpr std::unexpected kUnavailable(ChainProblem::unavailable);

TEST_F(ChainCacheTest, AX_18_a_refused_chain_takes_the_old_one_with_it_and_an_unavailable_one_does_not) {
  settle(1, good());
  clock.advance(limits.chain_age);
  settle(1, kUnavailable);
  ASSERT_TRUE(cache.find(url(1)));
  EXPECT_TRUE(cache.find(url(1))->has_value());
  EXPECT_EQ(cache.sizes().problems, 0U);
  clock.advance(limits.retry_age);
  EXPECT_FALSE(cache.find(url(1))) << "due again";
  settle(1, kRefused);
  EXPECT_EQ(cache.find(url(1))->error(), ChainProblem::refused);
  EXPECT_FALSE(cache.find_overdue(url(1)));
}

TEST_F(ChainCacheTest, AX_08_a_late_failure_makes_nothing_due_that_was_fetched_meanwhile) {
  settle(1, good());
  settle(1, kUnavailable);
  clock.advance(limits.chain_age - seconds{1});
  EXPECT_TRUE(cache.find(url(1)));
}

TEST_F(ChainCacheTest, AX_08_a_chain_that_is_fetched_again_drives_out_no_other) {
  for (int number = 1; number <= 3; ++number) settle(number, good());
  settle(3, good());
  for (int number = 1; number <= 3; ++number) EXPECT_TRUE(cache.find(url(number))) << number;
}

TEST_F(ChainCacheTest, AX_11_a_cached_certificate_that_has_expired_is_not_used) {
  ChainRecipe recipe(kNow);
  recipe.leaf.not_after = kNow + minutes{5};
  const TestChain short_lived(recipe);
  ChainCache other(trust(short_lived), clock, limits);
  other.settle(url(1), other.verify(short_lived.pem()).value());
  clock.advance(minutes{5});
  EXPECT_TRUE(other.find(url(1)));
  clock.advance(seconds{1});
  EXPECT_FALSE(other.find_overdue(url(1)));
  EXPECT_FALSE(other.find(url(1)));
}

TEST_F(ChainCacheTest, AX_08_a_failure_is_kept_briefly) {
  settle(1, kRefused);
  ASSERT_TRUE(cache.find(url(1)));
  EXPECT_EQ(cache.find(url(1))->error(), ChainProblem::refused);
  clock.advance(limits.problem_age);
  EXPECT_FALSE(cache.find(url(1)));
}

TEST_F(ChainCacheTest, AX_08_ten_thousand_urls_fill_no_memory_and_drive_out_no_certificate) {
  settle(0, good());
  int fetched = 0;
  for (int number = 1; number <= 10'000; ++number) fetched += fetch(url(number), kRefused) ? 1 : 0;
  EXPECT_EQ(fetched, 20) << "in one minute";
  EXPECT_LE(cache.sizes().problems, limits.problems);
  EXPECT_EQ(cache.sizes().fetches, 0U);
  EXPECT_TRUE(cache.find(url(0)));
  clock.advance(minutes{1});
  EXPECT_TRUE(fetch(url(1), kRefused)) << "the next minute";
}

TEST_F(ChainCacheTest, AX_08_of_too_many_chains_the_one_unused_for_longest_goes) {
  for (int number = 1; number <= 3; ++number) {
    settle(number, good());
    clock.advance(seconds{1});
  }
  EXPECT_TRUE(cache.find(url(1)));
  clock.advance(seconds{1});
  settle(4, good());
  EXPECT_EQ(cache.sizes().chains, 3U);
  EXPECT_TRUE(cache.find(url(1)));
  EXPECT_FALSE(cache.find(url(2)));
}

TEST_F(ChainCacheTest, AX_08_a_few_fetches_at_once) {
  const auto join = [&](int number) { return cache.join(url(number), {}, [](const ChainResult&) {}); };
  EXPECT_EQ(join(1), ChainCache::Part::fetch);
  EXPECT_EQ(join(1), ChainCache::Part::wait);
  EXPECT_EQ(join(2), ChainCache::Part::fetch);
  EXPECT_EQ(join(3), ChainCache::Part::none);
  EXPECT_EQ(join(2), ChainCache::Part::wait);
  settle(1, kRefused);
  EXPECT_EQ(join(3), ChainCache::Part::fetch);
}

TEST_F(ChainCacheTest, AX_08_everybody_who_waits_gets_the_outcome_once) {
  int woken = 0;
  const auto wake = [&](const ChainResult& result) { woken += result ? 1 : 100; };
  EXPECT_EQ(cache.join(url(1), {}, wake), ChainCache::Part::fetch);
  for (int i = 0; i < 99; ++i) EXPECT_EQ(cache.join(url(1), {}, wake), ChainCache::Part::wait);
  settle(1, good());
  settle(1, good());
  EXPECT_EQ(woken, 100);
}

TEST_F(ChainCacheTest, AX_08_no_more_wait_for_a_fetch_than_may) {
  const auto join = [&] { return cache.join(url(1), {}, [](const ChainResult&) {}); };
  EXPECT_EQ(join(), ChainCache::Part::fetch);
  for (int i = 1; i < 100; ++i) EXPECT_EQ(join(), ChainCache::Part::wait);
  EXPECT_EQ(join(), ChainCache::Part::none);
  settle(1, kRefused);
  EXPECT_EQ(join(), ChainCache::Part::fetch);
}

TEST_F(ChainCacheTest, AX_08_a_fetch_that_never_ended_is_taken_over) {
  const auto join = [&] { return cache.join(url(1), {}, [](const ChainResult&) {}); };
  EXPECT_EQ(join(), ChainCache::Part::fetch);
  clock.advance(2 * limits.fetch_deadline);
  EXPECT_EQ(join(), ChainCache::Part::wait);
  clock.advance(milliseconds{1});
  EXPECT_EQ(join(), ChainCache::Part::fetch);
}

TEST_F(ChainCacheTest, AX_08_threads_share_one_fetch) {
  std::atomic<int> fetching = 0, woken = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      const auto part = cache.join(url(1), {}, [&](const ChainResult&) { ++woken; });
      fetching += part == ChainCache::Part::fetch ? 1 : 0;
    });
  for (auto& thread : threads) thread.join();
  settle(1, good());
  EXPECT_EQ(fetching, 1);
  EXPECT_EQ(woken, 8);
}

TEST_F(ChainCacheTest, AX_09_the_certificate_has_to_be_alexas) {
  ChainRecipe recipe(kNow);
  recipe.leaf.subject_alt_name = "DNS:other.amazon.com";
  const TestChain other(recipe);
  EXPECT_EQ(ChainCache(trust(other), clock).verify(other.pem()).error(), ChainFault::wrong_name);
}

}  // namespace
}  // namespace couplet::amazon
