// SPDX-License-Identifier: Apache-2.0
// The disablements table. Those that change something expect to run inside the writer's transaction.
#pragma once
#include "domain/link.hpp"
#include "storage/sqlite/statement.hpp"

namespace couplet::storage::sqlite {

class Disablements {
 public:
  explicit Disablements(Connection& connection);

  /// Answers it with its id.
  OwedDisablement insert(OwedDisablement owed);
  std::optional<OwedDisablement> claim(Instant now, Instant claimed_until);
  bool is_any_due(Instant now);
  void postpone(const OwedDisablement& owed);
  void settle(std::int64_t disablement_id);
  std::size_t count();

 private:
  Statement insert_;
  Statement newest_;
  Statement next_;
  Statement claim_;
  Statement postpone_;
  Statement settle_;
  Statement count_;
};

}  // namespace couplet::storage::sqlite
