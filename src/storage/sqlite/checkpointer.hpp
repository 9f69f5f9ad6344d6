// SPDX-License-Identifier: Apache-2.0
// Moves committed pages from the write-ahead log into the database file, beside the writer. Inside the writer
// the same work would stall commits for up to 45 ms.
#pragma once
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "storage/sqlite/connection.hpp"

namespace couplet::storage::sqlite {

class Checkpointer {
 public:
  explicit Checkpointer(Connection connection);
  ~Checkpointer() { close(); }

  /// Something was committed. Thread: the writer's.
  void note_commit();
  /// Ends the thread. Idempotent. Thread: any one.
  void close();
  /// Moves everything and empties the log; only after close(). A reader in the way is no error.
  void finish();

 private:
  void run();
  void checkpoint();

  Connection connection_;
  int last_code_ = SQLITE_OK;
  std::mutex mutex_;  // guards closing_ and the waiting
  std::condition_variable wake_;
  bool closing_ = false;
  std::atomic<bool> dirty_{false};
  std::thread thread_;
};

}  // namespace couplet::storage::sqlite
