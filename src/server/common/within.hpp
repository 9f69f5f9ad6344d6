// SPDX-License-Identifier: Apache-2.0
// A wait with a deadline around work that is cancelled then, and may not notice, such as a write that has
// begun.
#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
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

/// What `work` came to, or absent after `limit`. The work is then cancelled: a write that still waits in a
/// queue is not done, since its caller has been told to come back (TK-19). It may go on for a while all the
/// same, so it must own what it touches or borrow only what outlives the io_context. (Asio's operator|| would
/// wait for the work to obey first.) Work that never waits costs no timer.
/// `owner`, a request's, lives as long as the work.
template <class T>
Task<std::optional<T>> within(milliseconds limit, Task<T> work, std::shared_ptr<const void> owner) {
  struct Waiting {
    explicit Waiting(const boost::asio::any_io_executor& executor) : timer(executor) {}
    boost::asio::steady_timer timer;
    boost::asio::cancellation_signal give_up;
    std::optional<T> result;
    std::exception_ptr failure;
  };
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto waiting = std::make_shared<Waiting>(executor);
  const auto ended = [waiting, owner](const std::exception_ptr& failure, T result) {
    waiting->failure = failure;
    if (!failure) waiting->result.emplace(std::move(result));
    waiting->timer.cancel();
  };
  boost::asio::co_spawn(executor, std::move(work),
                        boost::asio::bind_cancellation_slot(waiting->give_up.slot(), ended));
  if (!waiting->result && !waiting->failure) {
    waiting->timer.expires_after(limit);
    co_await waiting->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  if (!waiting->result && !waiting->failure) {
    waiting->give_up.emit(boost::asio::cancellation_type::terminal);
    co_return std::nullopt;  // whatever it still comes to
  }
  if (waiting->failure) std::rethrow_exception(waiting->failure);
  co_return std::move(waiting->result);
}

}  // namespace couplet::server
