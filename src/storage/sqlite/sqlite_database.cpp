// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/sqlite_database.hpp"

#include <fmt/format.h>

#include <csignal>

#include "storage/sqlite/schema.hpp"
#include "storage/sqlite/sqlite_store.hpp"

namespace couplet::storage {

namespace {

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(SqliteOptions options)
      : engine_(std::make_shared<sqlite::Engine>(std::move(options))) {
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a full disk (FT-04), and no reason to die
  }
  ~SqliteDatabase() override { engine_->close(); }

  std::unique_ptr<Store> open_store() override { return sqlite::make_sqlite_store(engine_); }
  bool usable() const override { return engine_->usable(); }
  bool opened_alone() const override { return engine_->opened_alone(); }
  Figures figures() const override { return engine_->writer().figures(); }
  void on_news(std::function<void()> listener) override { engine_->writer().on_news(std::move(listener)); }
  void close() override { engine_->close(); }

 private:
  std::shared_ptr<sqlite::Engine> engine_;
};

std::string explain(const std::string& path, const sqlite::SqliteFault& fault) {
  switch (fault.primary_code()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:  // a table that should be there is not
      return fmt::format("{}: the database is damaged ({}). Restore a backup; nothing was changed.", path,
                         fault.what());
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fmt::format("{}: another process keeps the database locked. Stop it, or wait for it to end.",
                         path);
    case SQLITE_FULL: return fmt::format("{}: the disk is full. Make space, then start again.", path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return fmt::format("{}: may not be written ({}). Check the owner of the file and of its folder.", path,
                         fault.what());
    default:
      return fmt::format("{}: cannot be opened ({}). Check the disk and the file's permissions.", path,
                         fault.what());
  }
}

}  // namespace

couplet::Result<std::unique_ptr<Database>, OpenError> open_sqlite(SqliteOptions options) {
  const std::string path = options.path;
  try {
    return std::make_unique<SqliteDatabase>(std::move(options));
  } catch (const sqlite::Refusal& refusal) {
    return std::unexpected(OpenError{refusal.what()});
  } catch (const sqlite::SqliteFault& fault) {
    return std::unexpected(OpenError{explain(path, fault)});
  }
}

}  // namespace couplet::storage
