// SPDX-License-Identifier: Apache-2.0
// The least that a durable row costs with SQLite: one thread that takes all waiting rows into one
// transaction, one table, time-ordered keys. Independent of src/storage, so that it does not share its costs.
#pragma once
#include <sqlite3.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/task.hpp"

namespace couplet::bench {

class RowWriter {
 public:
  explicit RowWriter(const std::string& path);
  ~RowWriter();
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;

  /// Ends when the row is on disk. One io_context only.
  Task<void> insert(boost::asio::io_context& context, std::string value);

 private:
  struct Row {
    std::string value;
    std::move_only_function<void()> done;
  };
  void run();
  void write(std::vector<Row>& rows);
  void execute(const char* sql);

  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  std::uint64_t next_key_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Row> waiting_;
  boost::asio::io_context* context_ = nullptr;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace couplet::bench
