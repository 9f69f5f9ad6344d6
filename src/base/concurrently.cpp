// SPDX-License-Identifier: Apache-2.0
#include "base/concurrently.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <utility>

namespace couplet {

namespace {

namespace asio = boost::asio;

struct Run {
  std::function<Task<void>(std::size_t)> step;
  std::size_t count;
  std::size_t next = 0;
  std::size_t workers = 0;
  std::exception_ptr failure;
  asio::steady_timer ended;  // cancelled by the last worker
};

Task<void> work(std::shared_ptr<Run> run) {
  while (run->next < run->count && !run->failure) {
    const std::size_t mine = run->next++;
    co_await run->step(mine);
  }
}

}  // namespace

Task<void> run_concurrently(std::size_t count, std::size_t limit,
                            std::function<Task<void>(std::size_t)> step) {
  const auto executor = co_await asio::this_coro::executor;
  auto run = std::make_shared<Run>(Run{std::move(step), count, 0, std::min(count, limit), nullptr,
                                       asio::steady_timer(executor, asio::steady_timer::time_point::max())});
  const std::size_t workers = run->workers;
  for (std::size_t i = 0; i < workers; ++i)
    asio::co_spawn(executor, work(run), [run](const std::exception_ptr& failure) {
      if (failure && !run->failure) run->failure = failure;
      if (--run->workers == 0) run->ended.cancel();
    });
  while (run->workers > 0) co_await run->ended.async_wait(asio::as_tuple(asio::use_awaitable));
  if (run->failure) std::rethrow_exception(run->failure);
}

}  // namespace couplet
