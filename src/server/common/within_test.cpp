// SPDX-License-Identifier: Apache-2.0
#include "server/common/within.hpp"

#include <gtest/gtest.h>

#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <stdexcept>

#include "base/testing/run_task.hpp"

namespace couplet::server {
namespace {

Task<int> at_once() { co_return 7; }
Task<int> after_a_turn() {
  co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
  co_return 8;
}
Task<int> throwing() {
  co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
  throw std::runtime_error("broken");
}
Task<int> after(milliseconds time, bool& ended) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
  co_await timer.async_wait(boost::asio::use_awaitable);
  ended = true;
  co_return 9;
}

Task<int> heedless(milliseconds time, bool& ended) {
  co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
  co_return co_await after(time, ended);
}

TEST(within, work_in_time_gives_its_result) {
  EXPECT_EQ(run_task(within(seconds{10}, at_once(), nullptr)), 7);
  EXPECT_EQ(run_task(within(seconds{10}, after_a_turn(), nullptr)), 8);
}

TEST(within, a_fault_of_the_work_reaches_the_caller) {
  EXPECT_THROW(run_task(within(seconds{10}, throwing(), nullptr)), std::runtime_error);
}

TEST(within, TK_19_late_work_is_cancelled) {
  bool ended = false;
  EXPECT_EQ(run_task(within(milliseconds{1}, after(minutes{10}, ended), nullptr)), std::nullopt);
  EXPECT_FALSE(ended);
}

TEST(within, late_work_that_heeds_no_cancellation_is_given_up_and_ends_by_itself) {
  bool ended = false;
  EXPECT_EQ(run_task(within(milliseconds{1}, heedless(milliseconds{20}, ended), nullptr)), std::nullopt);
  EXPECT_TRUE(ended);
}

TEST(within, what_the_work_belongs_to_lives_until_the_work_has_ended) {
  bool ended = false;
  auto owner = std::make_shared<int>(1);
  const std::weak_ptr<int> seen = owner;
  boost::asio::io_context context{1};
  const auto give_up_early = [](bool& end, std::shared_ptr<int> held) -> Task<void> {
    auto work = heedless(milliseconds{20}, end);
    (void)co_await within(milliseconds{1}, std::move(work), std::move(held));
  };
  boost::asio::co_spawn(context, give_up_early(ended, std::move(owner)), boost::asio::detached);
  while (!ended && context.run_one() > 0)
    if (!ended) EXPECT_FALSE(seen.expired());
  context.run();
  EXPECT_TRUE(ended);
  EXPECT_TRUE(seen.expired());
}

}  // namespace
}  // namespace couplet::server
