// SPDX-License-Identifier: Apache-2.0
// From a path to a connection with the schema of this program: checks before anything is written (SE-08),
// then the numbered migrations, each in a transaction of its own.
#pragma once
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::storage::sqlite {

/// The database cannot be used as it is; the text is for people.
class Refusal final : public std::exception {
 public:
  explicit Refusal(std::string message) : message_(std::move(message)) {}
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

inline constexpr std::uint32_t kApplicationId = 0x4350'4c54;  // "CPLT", bytes 68..71 of the file

/// The number of the schema that this program writes.
[[nodiscard]] std::int64_t latest_schema();

/// Throws Refusal, or SqliteFault.
Connection open_and_migrate(const SqliteOptions& options);

}  // namespace couplet::storage::sqlite
