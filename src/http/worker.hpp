// SPDX-License-Identifier: Apache-2.0
// What the connections of one I/O thread share, and which connections those are.
#pragma once
#include <chrono>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>

#include "http/receive_buffer.hpp"
#include "http/response_writer.hpp"
#include "http/server.hpp"

namespace couplet::http {

class Connection;

/// Counts connections over all threads, for those who wait for the last one. Thread: any.
class OpenConnections {
 public:
  void add();
  void remove();
  [[nodiscard]] std::size_t count() const;
  /// Returns after `grace` when some are left.
  void wait_for_none(std::chrono::milliseconds grace) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable none_;
  std::size_t count_ = 0;
};

/// Idle connections in the order in which they fell idle, and all others. Thread: the worker's.
class ConnectionTable {
 public:
  using Place = std::list<Connection*>::iterator;
  Place add(Connection& connection) { return idle_.insert(idle_.end(), &connection); }
  void remove(Place place, bool idle) { (idle ? idle_ : busy_).erase(place); }
  void to_busy(Place place) { busy_.splice(busy_.end(), idle_, place); }
  void to_idle(Place place) { idle_.splice(idle_.end(), busy_, place); }

  [[nodiscard]] std::size_t size() const { return idle_.size() + busy_.size(); }
  /// Who makes room for somebody new: the one that has been idle longest or, where none is, the one that has
  /// taken longest to ask for anything. Null when all have asked.
  [[nodiscard]] Connection* least_missed() const;
  /// Cuts what has passed its deadline.
  void expire(std::chrono::nanoseconds now) const;
  /// Idle connections end, busy ones end after their answer.
  void drain() const;
  void abort_all() const;

 private:
  std::list<Connection*> idle_;
  std::list<Connection*> busy_;
};

/// Lifetime: as long as the last connection. Thread: its io_context's.
struct Worker {
  Worker(std::shared_ptr<const ListenOptions> o, std::shared_ptr<OpenConnections> c, const Clock& k,
         Random& r, std::shared_ptr<const Router> t, Observer s)
      : options(std::move(o)),
        open(std::move(c)),
        clock(k),
        random(r),
        router(std::move(t)),
        observer(std::move(s)) {}

  std::shared_ptr<const ListenOptions> options;
  std::shared_ptr<OpenConnections> open;
  const Clock& clock;
  Random& random;
  std::shared_ptr<const Router> router;  // a reload puts another in its place
  Observer observer;

  ConnectionTable connections;
  bool draining = false;

  // Scratch that no connection holds across a wait.
  BlockPool blocks;
  DateText date;
  std::string out;
};

}  // namespace couplet::http
