// SPDX-License-Identifier: Apache-2.0
// A write on its way through a writer thread, and the coroutine that waits for it. Engines derive from
// PendingWrite, add what is to be done, and hand batches back with deliver(). No continuation ever runs on
// the writer's thread.
#pragma once
#include <atomic>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/task.hpp"

namespace couplet::storage {

class Mailbox;

/// What the waiting coroutine learns.
enum class Arrival {
  done,       // the writer is through with it: the outcome may be read
  abandoned,  // the waiting was cancelled; the writer may still be at it, so the outcome must not be touched
  full,       // the queue had no room; nothing was done
  closed,     // the writer takes no more; nothing was done
};

class PendingWrite : public boost::intrusive::list_base_hook<> {
 public:
  PendingWrite() = default;
  PendingWrite(const PendingWrite&) = delete;
  PendingWrite& operator=(const PendingWrite&) = delete;
  virtual ~PendingWrite() = default;

  /// Nobody waits for it any more: a write that has not begun need not begin. Thread: any.
  [[nodiscard]] bool abandoned() const { return abandoned_.load(std::memory_order_relaxed); }

 private:
  friend class Mailbox;
  friend void deliver(std::span<const std::shared_ptr<PendingWrite>> finished);

  std::shared_ptr<Mailbox> mailbox_;               // constant once it is queued
  std::move_only_function<void(Arrival)> waiter_;  // touched by the io_context's thread only
  std::atomic<bool> abandoned_{false};
};

/// Hands finished writes back to their io_contexts with one post each; writes of an io_context that is gone
/// are let go. Thread: the writer's.
void deliver(std::span<const std::shared_ptr<PendingWrite>> finished);

/// The coroutines of one io_context that wait for a writer. Survives the io_context, so that the writer can
/// find out that it is gone. The io_context must be run by one thread.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  explicit Mailbox(boost::asio::io_context& context) : executor_(context.get_executor()) {}

  /// The one of this io_context.
  static std::shared_ptr<Mailbox> of(boost::asio::io_context& context);

  // Thread of the io_context, all of them:
  void await(PendingWrite& write, std::move_only_function<void(Arrival)> waiter);
  /// Ends the waiting with a post, unless it has ended. The coroutine is not resumed inside this call.
  void release(PendingWrite& write, Arrival arrival);
  void cancel(PendingWrite& write);
  /// The io_context is being destroyed: destroys the waiting coroutines.
  void shut();

  /// Thread: the writer's.
  void put(std::vector<std::shared_ptr<PendingWrite>> finished);

 private:
  void post_emptying();
  void empty();

  boost::asio::io_context::executor_type executor_;
  boost::intrusive::list<PendingWrite> waiting_;

  std::mutex mutex_;  // guards the rest
  bool open_ = true;
  std::vector<std::shared_ptr<PendingWrite>> arrived_;
};

namespace detail {
std::move_only_function<void(Arrival)> on_its_executor(auto handler) {
  return [handler = std::move(handler)](Arrival arrival) mutable {
    const auto executor = boost::asio::get_associated_executor(handler);
    boost::asio::dispatch(executor,
                          [handler = std::move(handler), arrival]() mutable { std::move(handler)(arrival); });
  };
}
}  // namespace detail

/// Queues `write` and waits until the writer has delivered it. Cancelling releases the coroutine at once.
/// `Queue` has `Arrival push(std::shared_ptr<Write>)`, which answers done when it took the write.
template <class Queue, class Write>
Task<Arrival> await_write(Queue& queue, std::shared_ptr<Write> write) {
  auto executor = co_await boost::asio::this_coro::executor;
  auto& context =
      static_cast<boost::asio::io_context&>(boost::asio::query(executor, boost::asio::execution::context));
  const auto mailbox = Mailbox::of(context);
  const auto start = [&](auto handler) {
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    mailbox->await(*write, detail::on_its_executor(std::move(handler)));
    if (slot.is_connected()) {
      slot.assign([mailbox, write = std::weak_ptr(write)](boost::asio::cancellation_type) {
        if (const auto still = write.lock()) mailbox->cancel(*still);
      });
    }
    const Arrival taken = queue.push(write);
    if (taken != Arrival::done) mailbox->release(*write, taken);
  };
  const Arrival arrival =
      co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(Arrival)>(
          start, boost::asio::use_awaitable);
  co_return arrival;
}

}  // namespace couplet::storage
