// SPDX-License-Identifier: Apache-2.0
#include "storage/group_commit/pending_write.hpp"

#include <algorithm>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace couplet::storage {

namespace asio = boost::asio;

namespace {

/// Tells the mailbox when its io_context is being destroyed.
class MailboxService final : public asio::execution_context::service {
 public:
  static inline asio::execution_context::id id;
  explicit MailboxService(asio::execution_context& context)
      : service(context), mailbox_(std::make_shared<Mailbox>(static_cast<asio::io_context&>(context))) {}
  [[nodiscard]] const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }

 private:
  void shutdown() noexcept override { mailbox_->shut(); }

  std::shared_ptr<Mailbox> mailbox_;
};

using Writes = std::vector<std::shared_ptr<PendingWrite>>;

/// Puts back what is left when a continuation throws through the io_context.
struct Remainder {
  Mailbox& mailbox;
  Writes writes;
  std::size_t next = 0;
  ~Remainder() {
    if (next == writes.size()) return;
    writes.erase(writes.begin(), writes.begin() + static_cast<std::ptrdiff_t>(next));
    mailbox.put(std::move(writes));
  }
};

}  // namespace

std::shared_ptr<Mailbox> Mailbox::of(asio::io_context& context) {
  return asio::use_service<MailboxService>(context).mailbox();
}

void Mailbox::await(PendingWrite& write, std::move_only_function<void(Arrival)> waiter) {
  write.mailbox_ = shared_from_this();
  write.waiter_ = std::move(waiter);
  waiting_.push_back(write);
}

void Mailbox::release(PendingWrite& write, Arrival arrival) {
  if (!write.is_linked()) return;
  waiting_.erase(waiting_.iterator_to(write));
  asio::post(executor_, [waiter = std::move(write.waiter_), arrival]() mutable { waiter(arrival); });
}

void Mailbox::cancel(PendingWrite& write) {
  write.abandoned_.store(true, std::memory_order_relaxed);
  release(write, Arrival::abandoned);
}

void Mailbox::shut() {
  Writes unread;
  {
    const std::lock_guard lock(mutex_);
    open_ = false;
    unread.swap(arrived_);
  }
  while (!waiting_.empty()) {
    PendingWrite& write = waiting_.front();
    waiting_.pop_front();
    write.abandoned_.store(true, std::memory_order_relaxed);
    const auto destroyed = std::move(write.waiter_);
  }
}

void Mailbox::put(Writes finished) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  if (arrived_.empty()) post_emptying();
  std::ranges::move(finished, std::back_inserter(arrived_));
}

// Under the lock: shut() waits for it, so the executor still has its io_context.
void Mailbox::post_emptying() {
  asio::post(executor_, [self = shared_from_this()] { self->empty(); });
}

void Mailbox::empty() {
  Remainder rest{*this, {}};
  {
    const std::lock_guard lock(mutex_);
    rest.writes.swap(arrived_);
  }
  while (rest.next < rest.writes.size()) {
    PendingWrite& write = *rest.writes[rest.next++];
    if (!write.is_linked()) continue;  // cancelled meanwhile
    waiting_.erase(waiting_.iterator_to(write));
    auto waiter = std::exchange(write.waiter_, nullptr);
    waiter(Arrival::done);
  }
}

void deliver(std::span<const std::shared_ptr<PendingWrite>> finished) {
  std::vector<std::pair<Mailbox*, Writes>> by_mailbox;  // as many as there are I/O threads: few
  for (const auto& write : finished) {
    Mailbox* const mailbox = write->mailbox_.get();
    auto group = std::ranges::find(by_mailbox, mailbox, &std::pair<Mailbox*, Writes>::first);
    if (group == by_mailbox.end()) group = by_mailbox.insert(group, {mailbox, Writes{}});
    group->second.push_back(write);
  }
  for (auto& [mailbox, writes] : by_mailbox) mailbox->put(std::move(writes));
}

}  // namespace couplet::storage
