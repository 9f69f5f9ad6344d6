// SPDX-License-Identifier: Apache-2.0
// The bounded queue between I/O threads and one writer thread. Batches form by themselves: while the writer
// waits for the disk, the next ones gather here.
#pragma once
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.hpp"
#include "storage/group_commit/pending_write.hpp"

namespace couplet::storage {

template <class Write>
class WriteQueue {
 public:
  explicit WriteQueue(std::size_t limit) : limit_(limit) {}

  /// done when it was taken. Thread: any.
  Arrival push(std::shared_ptr<Write> write) {
    const std::lock_guard lock(mutex_);
    if (closed_) return Arrival::closed;
    if (writes_.size() >= limit_) return Arrival::full;
    writes_.push_back(std::move(write));
    if (writes_.size() == 1) arrived_.notify_one();
    return Arrival::done;
  }

  struct Batch {
    std::vector<std::shared_ptr<Write>> writes;  // empty when none came in time
    bool last = false;                           // closed, and nothing is left
  };
  /// All that wait, at most `most`; waits up to `patience` for the first. Thread: the writer's.
  Batch take(std::size_t most, milliseconds patience) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, patience, [this] { return closed_ || !writes_.empty(); });
    Batch batch;
    while (!writes_.empty() && batch.writes.size() < most) {
      batch.writes.push_back(std::move(writes_.front()));
      writes_.pop_front();
    }
    batch.last = closed_ && writes_.empty();
    return batch;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    arrived_.notify_all();
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return writes_.size();
  }

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::shared_ptr<Write>> writes_;
  bool closed_ = false;
};

}  // namespace couplet::storage
