// SPDX-License-Identifier: Apache-2.0
// The confirmations table. Expects to run inside the writer's transaction.
#pragma once
#include "storage/sqlite/statement.hpp"

namespace couplet::storage::sqlite {

class Confirmations {
 public:
  explicit Confirmations(Connection& connection);

  std::uint32_t record(const AttemptId& attempt_id, bool is_right, std::uint32_t count_to, Instant now,
                       Instant forget_at);

 private:
  Statement forget_;
  Statement count_;
  Statement find_;
};

}  // namespace couplet::storage::sqlite
