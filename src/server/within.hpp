// SPDX-License-Identifier: Apache-2.0
// A wait with a deadline around work that may not notice cancellation, such as a write in a store's queue.
#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "base/task.hpp"

namespace couplet::server {

/// What `work` came to, or absent after `limit`. The work then goes on by itself until it ends, so it must
/// own what it touches or borrow only what outlives the io_context. (Asio's operator|| would wait for the
/// work to obey a cancellation first.) Work that never waits costs no timer.
template <class T>
Task<std::optional<T>> within(milliseconds limit, Task<T> work) {
  struct Waiting {
    explicit Waiting(const boost::asio::any_io_executor& executor) : timer(executor) {}
    boost::asio::steady_timer timer;
    std::optional<T> result;
    std::exception_ptr failure;
  };
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto waiting = std::make_shared<Waiting>(executor);
  boost::asio::co_spawn(executor, std::move(work), [waiting](std::exception_ptr failure, T result) {
    waiting->failure = failure;
    if (!failure) waiting->result.emplace(std::move(result));
    waiting->timer.cancel();
  });
  if (!waiting->result && !waiting->failure) {
    waiting->timer.expires_after(limit);
    co_await waiting->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  if (waiting->failure) std::rethrow_exception(waiting->failure);
  co_return std::move(waiting->result);
}

}  // namespace couplet::server
