// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/confirmations.hpp"

namespace couplet::storage::sqlite {

namespace {

constexpr std::string_view kForget = "DELETE FROM confirmations WHERE forget_at <= ?";
constexpr std::string_view kCount =
    "INSERT INTO confirmations (attempt_id, wrong, forget_at) VALUES (?, 1, ?)"
    " ON CONFLICT (attempt_id) DO UPDATE SET wrong = wrong + 1 WHERE wrong < ?";
constexpr std::string_view kFind = "SELECT wrong FROM confirmations WHERE attempt_id = ?";

}  // namespace

Confirmations::Confirmations(Connection& connection)
    : forget_(connection, kForget), count_(connection, kCount), find_(connection, kFind) {}

std::uint32_t Confirmations::record(const AttemptId& attempt_id, bool is_right, std::uint32_t count_to,
                                    Instant now, Instant forget_at) {
  forget_.run(now);
  if (!is_right) count_.run(attempt_id, forget_at, count_to);
  std::uint32_t wrong = 0;
  auto rows = find_.query(attempt_id);
  if (rows.next()) rows.take(wrong);
  return wrong;
}

}  // namespace couplet::storage::sqlite
