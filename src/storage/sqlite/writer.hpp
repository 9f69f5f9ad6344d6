// SPDX-License-Identifier: Apache-2.0
// The one thread that writes. It takes all writes that wait into one transaction, so durability costs one
// fdatasync a batch, and hands them back when the commit is on disk.
#pragma once
#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <utility>

#include "storage/group_commit/pending_write.hpp"
#include "storage/group_commit/write_queue.hpp"
#include "storage/sqlite/checkpointer.hpp"
#include "storage/sqlite/confirmations.hpp"
#include "storage/sqlite/events.hpp"
#include "storage/sqlite/leases.hpp"
#include "storage/sqlite/sqlite_database.hpp"
#include "storage/sqlite/users.hpp"

namespace couplet::storage::sqlite {

struct Tables {
  explicit Tables(Connection& connection)
      : grants(connection),
        alexa_ids(connection),
        messaging(connection),
        webhooks(connection),
        disablements(connection),
        leases(connection),
        confirmations(connection),
        links(connection, grants, alexa_ids, messaging, webhooks, disablements),
        events(connection, grants, links, alexa_ids, webhooks),
        users(connection, grants, links, alexa_ids) {}
  Grants grants;
  AlexaIds alexa_ids;
  Messaging messaging;
  Webhooks webhooks;
  Disablements disablements;
  Leases leases;
  Confirmations confirmations;
  Links links;
  Events events;
  Users users;
};

/// What a Store queues. run() may be called again after a roll-back.
class Write : public PendingWrite {
 public:
  virtual void run(Tables& tables) = 0;
  virtual void fail(StoreError error) = 0;
};

class Writer {
 public:
  Writer(Connection connection, const SqliteOptions& options, Checkpointer& checkpointer);
  ~Writer() { close(); }

  [[nodiscard]] WriteQueue<Write>& queue() { return queue_; }
  /// Finishes what is queued, then ends the thread. Idempotent. Thread: any one.
  void close();

  /// As Database::on_news().
  void on_news(std::function<void()> listener) { news_listener_ = std::move(listener); }

  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] Database::Figures figures() const;

 private:
  using Writes = std::span<const std::shared_ptr<Write>>;
  using Fault = std::optional<SqliteFault>;

  void run();
  void process(Writes batch);
  void process_one_by_one(Writes batch);
  Fault transact(Writes writes);
  void roll_back();
  void fail(Writes writes, const SqliteFault& fault);
  void probe();
  void note(const Fault& fault);
  void limit_wal();
  static int on_commit(void* self, sqlite3* handle, const char* schema, int wal_pages);

  Connection connection_;
  Tables tables_;
  Statement begin_;
  Statement commit_;
  Statement roll_back_;
  Statement probe_;
  const std::size_t batch_limit_;
  const std::int64_t wal_limit_bytes_;
  const std::int64_t page_bytes_;
  std::int64_t wal_bytes_ = 0;
  std::int64_t next_checkpoint_bytes_;
  Checkpointer& checkpointer_;
  WriteQueue<Write> queue_;
  std::function<void()> news_listener_;

  std::atomic<bool> usable_{true};
  std::atomic<std::uint64_t> committed_batches_{0};
  std::atomic<std::uint64_t> committed_writes_{0};
  std::atomic<std::uint64_t> failed_writes_{0};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace couplet::storage::sqlite
