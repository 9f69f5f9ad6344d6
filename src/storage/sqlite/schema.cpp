// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <string_view>

#include "couplet_storage_sqlite_web.hpp"
#include "storage/sqlite/file_check.hpp"
#include "storage/sqlite/statement.hpp"

namespace couplet::storage::sqlite {

namespace {

/// Number n brings the schema from n-1 to n. Never change one that was released; add the next.
constexpr std::array kMigrations{
    migrations::file_0001_initial_sql,        migrations::file_0002_refresh_rotation_sql,
    migrations::file_0003_events_sql,         migrations::file_0004_attempt_lookups_sql,
    migrations::file_0005_webhooks_sql,       migrations::file_0006_disablements_sql,
    migrations::file_0007_users_sql,          migrations::file_0008_confirmations_sql,
    migrations::file_0009_grants_in_doubt_sql};
constexpr auto kLatest = static_cast<std::int64_t>(kMigrations.size());
constexpr int kMostTries = 20;

std::string first_text(Connection& connection, std::string_view sql) {
  Statement statement(connection, sql);
  auto rows = statement.query();
  std::string text;
  if (rows.next()) rows.take(text);
  return text;
}

void check_version(Connection& connection, const std::string& path) {
  const std::int64_t version = connection.pragma("user_version");
  if (version >= 0 && version <= kLatest) return;
  throw Refusal(
      fmt::format("{}: written by a newer Couplet: its schema is number {}, this program knows up to {}."
                  " Run the newer program, or restore a backup from before the upgrade. Nothing was changed.",
                  path, version, kLatest));
}

void require_as_it_is(Connection& connection, const std::string& path) {
  const std::int64_t version = connection.pragma("user_version");
  if (version == kLatest) return;
  throw Refusal(
      fmt::format("{}: its schema is number {}; the next start of `couplet serve` brings it to {}."
                  " Nothing was changed.",
                  path, version, kLatest));
}

// Reading a large file through would keep a restart waiting for minutes.
void check_pages(Connection& connection, const SqliteOptions& options) {
  std::error_code none;
  const auto bytes = std::filesystem::file_size(options.path, none);
  if (none || static_cast<std::int64_t>(bytes) > options.check_limit_bytes) return;
  const std::string verdict = first_text(connection, "PRAGMA quick_check(1)");
  if (verdict != "ok") throw SqliteFault(SQLITE_CORRUPT, verdict);
}

// In rollback mode, before the file becomes a WAL database: so the number is in the file itself, where
// create_or_check_file() looks for it, and never only in a write-ahead log.
void mark_as_ours(Connection& connection) {
  if (connection.pragma("application_id") == std::int64_t{kApplicationId}) return;
  connection.execute(fmt::format("PRAGMA application_id = {}", kApplicationId));
}

// SQLite itself does not wait here: it already holds a lock when it asks for the next one, and two that
// waited so would wait for each other. Whoever holds none can wait until nobody else has one.
std::string turn_to_wal(Connection& connection) {
  for (int tries = 1;; ++tries) {
    try {
      return first_text(connection, "PRAGMA journal_mode = WAL");
    } catch (const SqliteFault& fault) {
      if (fault.primary_code() != SQLITE_BUSY || tries == kMostTries) throw;
    }
    connection.execute("BEGIN EXCLUSIVE; ROLLBACK");
  }
}

void configure(Connection& connection, const std::string& path) {
  const std::string mode = turn_to_wal(connection);
  if (mode != "wal")
    throw Refusal(
        fmt::format("{}: the file system cannot hold a write-ahead log (journal mode stays {})."
                    " Put the database on a local disk.",
                    path, mode));
  connection.execute(
      "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536; PRAGMA "
      "temp_store = MEMORY;"
      " PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON");
}

// Another process may have applied it while this one waited for the lock.
void apply(Connection& connection, std::int64_t number) {
  connection.execute("BEGIN IMMEDIATE");
  if (connection.pragma("user_version") == number - 1) {
    connection.execute(std::string(kMigrations[static_cast<std::size_t>(number - 1)]));
    connection.execute(fmt::format("PRAGMA user_version = {}", number));
  }
  connection.execute("COMMIT");
}

}  // namespace

std::int64_t latest_schema() { return kLatest; }

Connection open_and_migrate(const SqliteOptions& options) {
  const bool as_it_is = options.opening == SqliteOpening::as_it_is;
  if (as_it_is && !std::filesystem::exists(options.path))
    throw Refusal(options.path + ": there is no database yet.");
  create_or_check_file(options.path);
  Connection connection(options.path, Connection::Access::read_write, options.busy_patience, options.vfs);
  // Until it is known to be ours and whole, closing it must not move its log into the file.
  sqlite3_db_config(connection.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  check_version(connection, options.path);
  if (as_it_is) require_as_it_is(connection, options.path);
  check_pages(connection, options);
  sqlite3_db_config(connection.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
  mark_as_ours(connection);
  configure(connection, options.path);
  for (std::int64_t number = connection.pragma("user_version") + 1; number <= kLatest; ++number)
    apply(connection, number);
  return connection;
}

}  // namespace couplet::storage::sqlite
