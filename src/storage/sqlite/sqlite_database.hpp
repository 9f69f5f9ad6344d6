// SPDX-License-Identifier: Apache-2.0
// The embedded store: one SQLite file, nothing to install. See docs/storage.md for what an operator should
// know.
#pragma once
#include <memory>
#include <string>

#include "base/result.hpp"
#include "storage/store.hpp"

namespace couplet::storage {

/// What may happen to the file when it is opened.
enum class SqliteOpening {
  create_and_migrate,  // it is created when it is not there, and its schema brought up to date
  as_it_is,            // neither: it is refused when it is not there or older than this program
};

struct SqliteOptions {
  std::string path;
  std::size_t queue_limit = 8192;               // writes that wait; one more is `overloaded`
  std::size_t batch_limit = 256;                // writes in one transaction
  milliseconds busy_patience{1000};             // how long another process may hold the write lock
  std::int64_t wal_limit_bytes = 64LL << 20;    // beyond it the writer stops for a checkpoint
  std::int64_t check_limit_bytes = 64LL << 20;  // larger files are not read through at the start
  SqliteOpening opening = SqliteOpening::create_and_migrate;
  std::string vfs{};  // SQLite VFS to open with; empty is SQLite's own. Tests break disks here
};

struct OpenError {
  std::string message;  // for people: which file, what is wrong, what to do
};

/// Opens the file, or creates it with mode 0600, and brings its schema up to date.
/// Errors: a file that is not ours, damaged, newer than this program, or readable by others; nothing is then
/// changed
couplet::Result<std::unique_ptr<Database>, OpenError> open_sqlite(SqliteOptions options);

}  // namespace couplet::storage
