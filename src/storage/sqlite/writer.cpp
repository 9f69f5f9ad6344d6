// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/writer.hpp"

#include <new>
#include <vector>

#include "base/log.hpp"

namespace couplet::storage::sqlite {

namespace {

constexpr milliseconds kIdle{60'000};
constexpr milliseconds kBetweenProbes{500};

/// The rest of the batch would only fail the same way, or wait as long. A full disk is not among them: a
/// smaller write may still fit.
bool is_hopeless(const SqliteFault& fault) {
  return is_environment(fault) && fault.primary_code() != SQLITE_FULL;
}

}  // namespace

Writer::Writer(Connection connection, const SqliteOptions& options, Checkpointer& checkpointer)
    : connection_(std::move(connection)),
      tables_(connection_),
      begin_(connection_, "BEGIN IMMEDIATE"),
      commit_(connection_, "COMMIT"),
      roll_back_(connection_, "ROLLBACK"),
      probe_(connection_, "UPDATE write_probe SET count = count + 1 WHERE id = 1"),
      batch_limit_(options.batch_limit),
      wal_limit_bytes_(options.wal_limit_bytes),
      page_bytes_(connection_.pragma("page_size")),
      next_checkpoint_bytes_(options.wal_limit_bytes),
      checkpointer_(checkpointer),
      queue_(options.queue_limit) {
  sqlite3_wal_hook(connection_.handle(), &Writer::on_commit, this);
  thread_ = std::thread([this] { run(); });
}

void Writer::close() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

Database::Figures Writer::figures() const {
  return {committed_batches_, committed_writes_, queue_.size(), failed_writes_};
}

void Writer::run() {
  while (true) {
    const auto batch = queue_.take(batch_limit_, usable_ ? kIdle : kBetweenProbes);
    if (!batch.writes.empty()) {
      process(batch.writes);
    } else if (!usable_ && !batch.last) {
      probe();
    }
    limit_wal();
    if (batch.last) return;
  }
}

void Writer::process(Writes batch) {
  std::vector<std::shared_ptr<Write>> wanted;
  for (const auto& write : batch) {
    if (!write->abandoned()) wanted.push_back(write);
  }
  if (wanted.empty()) return;
  const Fault fault = transact(wanted);
  note(fault);
  if (fault && (wanted.size() == 1 || is_hopeless(*fault))) fail(wanted, *fault);
  if (fault && wanted.size() > 1 && !is_hopeless(*fault)) process_one_by_one(wanted);
  deliver(std::vector<std::shared_ptr<PendingWrite>>(wanted.begin(), wanted.end()));
}

// One write that cannot be done must not fail its neighbours: each gets a transaction of its own.
void Writer::process_one_by_one(Writes batch) {
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Fault fault = transact(batch.subspan(i, 1));
    note(fault);
    if (!fault) continue;
    if (is_hopeless(*fault)) return fail(batch.subspan(i), *fault);
    fail(batch.subspan(i, 1), *fault);
  }
}

Writer::Fault Writer::transact(Writes writes) {
  try {
    begin_.run();
    // The lock may have taken its time, and who gave up meanwhile was told that nothing was done.
    for (const auto& write : writes)
      if (!write->abandoned()) write->run(tables_);
    commit_.run();
    ++committed_batches_;
    committed_writes_ += writes.size();
    if (tables_.webhooks.take_told() && news_listener_) news_listener_();
    return std::nullopt;
  } catch (const SqliteFault& fault) {
    roll_back();
    return fault;
  } catch (const std::bad_alloc&) {
    roll_back();
    return SqliteFault(SQLITE_NOMEM, "out of memory");
  }
}

void Writer::roll_back() {
  if (!connection_.in_transaction()) return;  // SQLite has done it: full disk, I/O error
  try {
    roll_back_.run();
  } catch (const SqliteFault& fault) {
    log::error("storage.rollback_failed", {{"cause", fault.what()}});
  }
}

void Writer::fail(Writes writes, const SqliteFault& fault) {
  for (const auto& write : writes) write->fail(to_store_error(fault));
  failed_writes_ += writes.size();
}

void Writer::probe() {
  try {
    probe_.run();
    note(std::nullopt);
  } catch (const SqliteFault& fault) {
    note(fault);
  }
}

void Writer::note(const Fault& fault) {
  if (fault && !is_environment(*fault)) {
    log::warn("storage.write_refused", {{"cause", fault->what()}, {"sqlite_code", fault->code()}});
    return;
  }
  const bool was_usable = usable_.exchange(!fault);
  if (fault && was_usable)
    log::error("storage.unusable", {{"cause", fault->what()}, {"sqlite_code", fault->code()}});
  if (!fault && !was_usable) log::info("storage.usable_again");
}

int Writer::on_commit(void* self, sqlite3* /*handle*/, const char* /*schema*/, int wal_pages) {
  auto& writer = *static_cast<Writer*>(self);
  writer.wal_bytes_ = wal_pages * writer.page_bytes_;
  writer.checkpointer_.note_commit();
  return SQLITE_OK;
}

// PASSIVE checkpoints on the side never catch up with a busy writer, and the log would grow for ever.
void Writer::limit_wal() {
  if (wal_bytes_ < next_checkpoint_bytes_) return;
  const int code =
      sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  // A reader in the way, or a bad disk: again after some more commits, not after each.
  next_checkpoint_bytes_ = code == SQLITE_OK ? wal_limit_bytes_ : wal_bytes_ + wal_limit_bytes_ / 4;
  if (code == SQLITE_OK) wal_bytes_ = 0;
}

}  // namespace couplet::storage::sqlite
