// SPDX-License-Identifier: Apache-2.0
// A prepared statement, and how the domain's values are written to and read from columns. All SQL goes
// through here, so values never become part of its text (SE-09).
#pragma once
#include <sqlite3.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "domain/enum_text.hpp"
#include "domain/ids.hpp"
#include "storage/sqlite/connection.hpp"

namespace couplet::storage::sqlite {

/// Binds parameters one after the other. `Keep` says whether the values outlive the statement's run.
class Binder {
 public:
  enum class Keep { borrowed, copied };
  Binder(sqlite3_stmt* statement, Keep keep) : statement_(statement), keep_(keep) {}

  int put(std::string_view text);
  int put(const std::string& text) { return put(std::string_view(text)); }
  int put(const char* text) { return put(std::string_view(text)); }
  int put(ByteView blob);
  int put(const Bytes& blob) { return put(ByteView(blob)); }
  int put(std::int64_t number) { return sqlite3_bind_int64(statement_, ++index_, number); }
  int put(std::uint32_t number) { return put(std::int64_t{number}); }
  int put(const KeyedHash& hash);
  int put(Instant instant) { return put(static_cast<std::int64_t>(instant.time_since_epoch().count())); }
  template <class Tag>
  int put(const Name<Tag>& name) {
    return put(std::string_view(name.text()));
  }
  template <class Tag>
  int put(const TimeOrderedId<Tag>& id) {
    return put(ByteView(id.bytes()));
  }
  template <class T>
  int put(const std::optional<T>& value) {
    return value ? put(*value) : sqlite3_bind_null(statement_, ++index_);
  }

 private:
  [[nodiscard]] sqlite3_destructor_type destructor() const;

  sqlite3_stmt* statement_;
  Keep keep_;
  int index_ = 0;
};

/// The answer of a query. Resets the statement when it goes, so that no reader holds up a checkpoint.
class Rows {
 public:
  Rows(const Connection& connection, sqlite3_stmt* statement)
      : connection_(connection), statement_(statement) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();

  /// False after the last row. Then the columns are taken from left to right.
  [[nodiscard]] bool next();
  void take(std::string& out);
  void take(Bytes& out);
  void take(std::int64_t& out);
  void take(std::uint32_t& out);
  void take(KeyedHash& out);
  void take(Instant& out);
  template <class Tag>
  void take(Name<Tag>& out) {
    std::string text;
    take(text);
    out = Name<Tag>(std::move(text));
  }
  template <class Tag>
  void take(TimeOrderedId<Tag>& out) {
    const auto id = TimeOrderedId<Tag>::from_bytes(blob());
    if (!id) damaged("an id that is not 16 bytes");
    out = *id;
  }
  template <class T>
  void take(std::optional<T>& out) {
    if (is_null()) return skip(out);
    take(out.emplace());
  }
  template <class Enum, std::size_t N>
  void take(Enum& out, const EnumTable<Enum, N>& table) {
    std::string text;
    take(text);
    const auto value = enum_from_text(table, text);
    if (!value) damaged("an unknown word in a column");
    out = *value;
  }
  template <class Enum, std::size_t N>
  void take(std::optional<Enum>& out, const EnumTable<Enum, N>& table) {
    if (is_null()) return skip(out);
    take(out.emplace(), table);
  }
  [[noreturn]] static void damaged(const char* what) { throw SqliteFault(SQLITE_CORRUPT, what); }

 private:
  [[nodiscard]] bool is_null() const { return sqlite3_column_type(statement_, column_) == SQLITE_NULL; }
  [[nodiscard]] ByteView blob();
  template <class T>
  void skip(std::optional<T>& out) {
    ++column_;
    out.reset();
  }

  const Connection& connection_;
  sqlite3_stmt* statement_;
  int column_ = 0;
};

/// Prepared once, for the life of its connection.
class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);

  /// Runs a statement that answers no rows; returns how many rows it changed.
  template <class... Values>
  std::int64_t run(const Values&... values) {
    bind(Binder(statement_.get(), Binder::Keep::borrowed), values...);
    return finish();
  }
  template <class... Values>
  [[nodiscard]] Rows query(const Values&... values) {
    bind(Binder(statement_.get(), Binder::Keep::copied), values...);
    return Rows(connection_, statement_.get());
  }

 private:
  template <class... Values>
  void bind(Binder binder, const Values&... values) {
    int code = SQLITE_OK;
    static_cast<void>((... && ((code = binder.put(values)) == SQLITE_OK)));
    if (code != SQLITE_OK) connection_.raise(code, "bind");
  }
  std::int64_t finish();

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  Connection& connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace couplet::storage::sqlite
