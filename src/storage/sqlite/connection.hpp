// SPDX-License-Identifier: Apache-2.0
// One SQLite connection. Everything unexpected from SQLite is thrown as a SqliteFault and caught in three
// places: where the database is opened, where the writer runs a write, and where a Store runs a read.
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include "storage/store.hpp"

namespace couplet::storage::sqlite {

class SqliteFault final : public std::exception {
 public:
  SqliteFault(int code, std::string message) : code_(code), message_(std::move(message)) {}
  /// An extended result code.
  [[nodiscard]] int code() const { return code_; }
  [[nodiscard]] int primary_code() const { return code_ & 0xff; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  int code_;
  std::string message_;
};

/// What a caller of the store learns of it.
[[nodiscard]] StoreError to_store_error(const SqliteFault& fault);
/// The disk, the lock or the memory failed, not the write itself: its neighbours would fare the same.
[[nodiscard]] bool is_environment(const SqliteFault& fault);

/// Thread: one at a time.
class Connection {
 public:
  enum class Access { read_only, read_write };
  /// The file must exist. `vfs` empty: SQLite's default. `patience` with other processes holds from the first
  /// statement on: preparing one reads the schema, and somebody may just be recovering the log. Throws
  /// SqliteFault.
  Connection(const std::string& path, Access access, milliseconds patience, const std::string& vfs);

  void execute(const std::string& sql);
  [[nodiscard]] std::int64_t pragma(const std::string& name);
  void set_busy_timeout(milliseconds patience);
  /// Rows that the last write changed.
  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(handle()); }
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  [[noreturn]] void raise(int code, const std::string& doing) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace couplet::storage::sqlite
