// SPDX-License-Identifier: Apache-2.0
// The leases table. Expects to run inside the writer's transaction.
#pragma once
#include "storage/sqlite/statement.hpp"

namespace couplet::storage::sqlite {

class Leases {
 public:
  explicit Leases(Connection& connection);

  bool take(const std::string& name, const std::string& holder, Instant now, Instant until);
  void release(const std::string& name, const std::string& holder);

 private:
  Statement take_;
  Statement release_;
};

}  // namespace couplet::storage::sqlite
