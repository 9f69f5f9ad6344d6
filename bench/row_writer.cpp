// SPDX-License-Identifier: Apache-2.0
#include "row_writer.hpp"

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

namespace couplet::bench {

namespace asio = boost::asio;

RowWriter::RowWriter(const std::string& path) {
  if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) throw std::runtime_error("cannot open " + path);
  execute("pragma journal_mode=wal");
  execute("pragma synchronous=full");
  execute("pragma wal_autocheckpoint=4000");
  execute("create table row(key blob primary key, value blob) without rowid");
  sqlite3_prepare_v3(database_, "insert into row values(?,?)", -1, SQLITE_PREPARE_PERSISTENT, &insert_,
                     nullptr);
  thread_ = std::thread([this] { run(); });
}

RowWriter::~RowWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  sqlite3_finalize(insert_);
  sqlite3_close(database_);
}

Task<void> RowWriter::insert(asio::io_context& context, std::string value) {
  co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(
      [this, &context](auto handler, std::string text) {
        const std::lock_guard lock(mutex_);
        context_ = &context;
        waiting_.push_back({std::move(text), std::move(handler)});
        if (waiting_.size() == 1) wake_.notify_one();
      },
      asio::use_awaitable, std::move(value));
}

void RowWriter::run() {
  for (;;) {
    std::vector<Row> rows;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      rows.swap(waiting_);
    }
    write(rows);
    asio::post(*context_, [done = std::move(rows)]() mutable {
      for (Row& row : done) row.done();
    });
  }
}

void RowWriter::write(std::vector<Row>& rows) {
  execute("begin immediate");
  for (const Row& row : rows) {
    std::array<unsigned char, 16> key{};
    ++next_key_;
    for (std::size_t i = 0; i < 8; ++i) key[i] = static_cast<unsigned char>(next_key_ >> (56 - 8 * i));
    sqlite3_bind_blob(insert_, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
    sqlite3_bind_blob(insert_, 2, row.value.data(), static_cast<int>(row.value.size()), SQLITE_STATIC);
    if (sqlite3_step(insert_) != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(database_));
    sqlite3_reset(insert_);
  }
  execute("commit");
}

void RowWriter::execute(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error(sqlite3_errmsg(database_));
}

}  // namespace couplet::bench
