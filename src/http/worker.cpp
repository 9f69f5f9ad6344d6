// SPDX-License-Identifier: Apache-2.0
#include "http/worker.hpp"

#include <algorithm>

#include "http/connection.hpp"

namespace couplet::http {

void OpenConnections::add() {
  const std::lock_guard lock(mutex_);
  ++count_;
}

void OpenConnections::remove() {
  const std::lock_guard lock(mutex_);
  if (--count_ == 0) none_.notify_all();
}

std::size_t OpenConnections::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

void OpenConnections::wait_for_none(std::chrono::milliseconds grace) const {
  std::unique_lock lock(mutex_);
  none_.wait_for(lock, grace, [this] { return count_ == 0; });
}

Connection* ConnectionTable::least_missed() const {
  if (!idle_.empty()) return idle_.front();
  const auto asking = std::ranges::find_if(busy_, &Connection::is_still_asking);
  return asking == busy_.end() ? nullptr : *asking;
}

// A connection that is cut leaves the table later, from its own coroutine: the lists do not change under
// these loops.
void ConnectionTable::expire(std::chrono::nanoseconds now) const {
  for (Connection* connection : idle_) connection->cut_if_late(now);
  for (Connection* connection : busy_) connection->cut_if_late(now);
}

void ConnectionTable::drain() const {
  for (Connection* connection : idle_) connection->wake();
}

void ConnectionTable::abort_all() const {
  for (Connection* connection : idle_) connection->abort();
  for (Connection* connection : busy_) connection->abort();
}

}  // namespace couplet::http
