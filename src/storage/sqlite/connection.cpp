// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/connection.hpp"

namespace couplet::storage::sqlite {

StoreError to_store_error(const SqliteFault& fault) {
  switch (fault.primary_code()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_MISMATCH:
    case SQLITE_SCHEMA:
    case SQLITE_CONSTRAINT: return StoreError::damaged;
    default: return StoreError::unavailable;
  }
}

bool is_environment(const SqliteFault& fault) {
  switch (fault.primary_code()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return true;
    default: return false;
  }
}

Connection::Connection(const std::string& path, Access access, milliseconds patience,
                       const std::string& vfs) {
  // NOMUTEX: every connection has one thread at a time, so SQLite need not lock it.
  const int flags = (access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, vfs.empty() ? nullptr : vfs.c_str());
  handle_.reset(raw);
  if (raw == nullptr) throw SqliteFault(SQLITE_NOMEM, "out of memory");
  if (code != SQLITE_OK) raise(code, "open");
  set_busy_timeout(patience);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

void Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) raise(code, sql.substr(0, 60));
}

std::int64_t Connection::pragma(const std::string& name) {
  sqlite3_stmt* raw = nullptr;
  int code = sqlite3_prepare_v2(handle(), ("PRAGMA " + name).c_str(), -1, &raw, nullptr);
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(raw, &sqlite3_finalize);
  if (code == SQLITE_OK) code = sqlite3_step(raw);
  if (code != SQLITE_ROW) raise(code, name);
  return sqlite3_column_int64(raw, 0);
}

void Connection::set_busy_timeout(milliseconds patience) {
  sqlite3_busy_timeout(handle(), static_cast<int>(patience.count()));
}

void Connection::raise(int code, const std::string& doing) const {
  throw SqliteFault(code, doing + ": " + sqlite3_errmsg(handle()));
}

}  // namespace couplet::storage::sqlite
