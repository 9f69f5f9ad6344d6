// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/checkpointer.hpp"

#include "base/log.hpp"

namespace couplet::storage::sqlite {

namespace {
constexpr milliseconds kBetweenCheckpoints{100};
}

Checkpointer::Checkpointer(Connection connection) : connection_(std::move(connection)) {
  connection_.execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
  connection_.set_busy_timeout(milliseconds{0});  // a checkpoint that is in somebody's way can wait
  thread_ = std::thread([this] { run(); });
}

void Checkpointer::note_commit() {
  if (dirty_.exchange(true)) return;
  const std::lock_guard lock(mutex_);
  wake_.notify_one();
}

void Checkpointer::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::finish() {
  sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    wake_.wait(lock, [this] { return closing_ || dirty_; });
    wake_.wait_for(lock, kBetweenCheckpoints, [this] { return closing_; });
    if (closing_) return;
    dirty_ = false;
    lock.unlock();
    checkpoint();
    lock.lock();
  }
}

void Checkpointer::checkpoint() {
  const int code =
      sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  const bool is_new = code != last_code_;
  last_code_ = code;
  if (!is_new || code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) return;
  log::warn("storage.checkpoint_failed",
            {{"cause", sqlite3_errmsg(connection_.handle())}, {"sqlite_code", code}});
}

}  // namespace couplet::storage::sqlite
