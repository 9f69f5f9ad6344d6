// SPDX-License-Identifier: Apache-2.0
// What the tests of this engine share: a file in a folder of its own, and another process's view of it.
#pragma once
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "storage/conformance/fixture.hpp"
#include "storage/conformance/temporary_folder.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::storage::sqlite {

/// A database in a folder of its own; may be closed and opened again.
class SqliteFile {
 public:
  [[nodiscard]] std::string path() const { return folder_.file("couplet.db"); }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

  Database& open() {
    return open([](SqliteOptions&) {});
  }
  Database& open(const std::function<void(SqliteOptions&)>& adjust) {
    SqliteOptions options{.path = path()};
    adjust(options);
    auto opened = open_sqlite(options);
    if (!opened) throw std::runtime_error(opened.error().message);
    database_ = *std::move(opened);
    return *database_;
  }
  /// What open_sqlite says to a file it does not want.
  [[nodiscard]] std::string refusal() const {
    const auto opened = open_sqlite({.path = path()});
    if (opened) throw std::runtime_error("it was opened");
    return opened.error().message;
  }
  void close() { database_.reset(); }
  [[nodiscard]] Database& database() { return *database_; }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<Database> database_;
};

/// A connection as another process would have it, without any of this engine's code.
class Stranger {
 public:
  explicit Stranger(const std::string& path) {
    if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(handle_));
    sqlite3_busy_timeout(handle_, 5000);
  }
  Stranger(const Stranger&) = delete;
  Stranger& operator=(const Stranger&) = delete;
  ~Stranger() { sqlite3_close(handle_); }

  void execute(const std::string& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(handle_));
  }
  std::string text(const std::string& sql) {
    std::string out;
    const auto keep = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) += values[0] == nullptr ? "" : values[0];
      return 0;
    };
    if (sqlite3_exec(handle_, sql.c_str(), keep, &out, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(handle_));
    return out;
  }

 private:
  sqlite3* handle_ = nullptr;
};

/// Holds the write lock, so that the writer waits, until it is let go.
class WriteLock {
 public:
  explicit WriteLock(const std::string& path) : stranger_(path) { stranger_.execute("BEGIN IMMEDIATE"); }
  void let_go() { stranger_.execute("ROLLBACK"); }

 private:
  Stranger stranger_;
};

/// Waits for something that another thread is about to do; false when it never does.
inline bool eventually(const std::function<bool()>& condition) {
  boost::asio::io_context context{1};
  boost::asio::steady_timer tick(context);
  for (int i = 0; i < 2000 && !condition(); ++i) {
    tick.expires_after(milliseconds{5});
    tick.wait();
  }
  return condition();
}

}  // namespace couplet::storage::sqlite
