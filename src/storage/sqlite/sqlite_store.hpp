// SPDX-License-Identifier: Apache-2.0
// The Store of one I/O thread: reads on its own connection, on the calling thread; writes through the
// writer's queue.
#pragma once
#include <memory>

#include "storage/sqlite/presence.hpp"
#include "storage/sqlite/writer.hpp"

namespace couplet::storage::sqlite {

/// What a database's stores share. Lives as long as the last of them.
class Engine {
 public:
  /// Throws Refusal, or SqliteFault.
  explicit Engine(SqliteOptions options);
  ~Engine() { close(); }

  [[nodiscard]] const SqliteOptions& options() const { return options_; }
  [[nodiscard]] Writer& writer() { return *writer_; }
  [[nodiscard]] bool usable() const { return !closed_ && writer_->usable(); }
  [[nodiscard]] bool opened_alone() const { return presence_->began_alone(); }
  /// Idempotent. Thread: any one.
  void close();

 private:
  SqliteOptions options_;
  std::optional<Presence> presence_;  // of a file that was found good
  std::optional<Checkpointer> checkpointer_;
  std::optional<Writer> writer_;
  std::mutex closing_;
  std::atomic<bool> closed_{false};
};

/// Throws SqliteFault when no further connection can be opened.
std::unique_ptr<Store> make_sqlite_store(std::shared_ptr<Engine> engine);

}  // namespace couplet::storage::sqlite
