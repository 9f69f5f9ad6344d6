// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/statement.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace couplet::storage::sqlite {

namespace {
constexpr std::size_t kKeyedHashBytes = 1 + std::tuple_size_v<Digest>;
}

sqlite3_destructor_type Binder::destructor() const {
  // SQLITE_TRANSIENT, without the C cast of SQLite's macro.
  return keep_ == Keep::borrowed ? nullptr : reinterpret_cast<sqlite3_destructor_type>(std::intptr_t{-1});
}

int Binder::put(std::string_view text) {
  const char* const data = text.empty() ? "" : text.data();  // a null pointer would be NULL, not ''
  return sqlite3_bind_text64(statement_, ++index_, data, text.size(), destructor(), SQLITE_UTF8);
}

int Binder::put(ByteView blob) {
  ++index_;
  if (blob.empty()) return sqlite3_bind_zeroblob(statement_, index_, 0);
  return sqlite3_bind_blob64(statement_, index_, blob.data(), blob.size(), destructor());
}

int Binder::put(const KeyedHash& hash) {
  std::array<std::byte, kKeyedHashBytes> row;
  row[0] = std::byte{hash.key_id};
  std::ranges::copy(hash.digest, row.begin() + 1);
  return sqlite3_bind_blob64(statement_, ++index_, row.data(), row.size(),
                             reinterpret_cast<sqlite3_destructor_type>(std::intptr_t{-1}));
}

Rows::~Rows() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Rows::next() {
  column_ = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  connection_.raise(code, "read");
}

ByteView Rows::blob() {
  const auto* const data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column_));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_));
  ++column_;
  return {data, size};
}

void Rows::take(std::string& out) {
  const auto view = blob();
  out.assign(as_text(view));
}

void Rows::take(Bytes& out) {
  const auto view = blob();
  out.assign(view.begin(), view.end());
}

void Rows::take(std::int64_t& out) { out = sqlite3_column_int64(statement_, column_++); }

void Rows::take(std::uint32_t& out) {
  std::int64_t number = 0;
  take(number);
  if (number < 0 || number > std::numeric_limits<std::uint32_t>::max()) damaged("a count out of range");
  out = static_cast<std::uint32_t>(number);
}

void Rows::take(KeyedHash& out) {
  const auto view = blob();
  if (view.size() != kKeyedHashBytes) damaged("a keyed hash that is not 33 bytes");
  out.key_id = std::to_integer<std::uint8_t>(view[0]);
  std::ranges::copy(view.subspan(1), out.digest.begin());
}

void Rows::take(Instant& out) {
  std::int64_t milliseconds_since_1970 = 0;
  take(milliseconds_since_1970);
  out = Instant{milliseconds{milliseconds_since_1970}};
}

Statement::Statement(Connection& connection, std::string_view sql) : connection_(connection) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (code != SQLITE_OK) connection.raise(code, "prepare");
  statement_.reset(raw);
}

std::int64_t Statement::finish() {
  const int code = sqlite3_step(statement_.get());
  const std::int64_t changed = connection_.changes();
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  if (code != SQLITE_DONE) connection_.raise(code, "write");
  return changed;
}

}  // namespace couplet::storage::sqlite
