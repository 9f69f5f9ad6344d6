// SPDX-License-Identifier: Apache-2.0
// The messaging_tokens table. Those that change something expect to run inside the writer's transaction.
#pragma once
#include "storage/sqlite/statement.hpp"

namespace couplet::storage::sqlite {

class Messaging {
 public:
  explicit Messaging(Connection& connection);

  std::optional<Bytes> find(const SkillName& skill, const UserId& user);
  void put(const SkillName& skill, const UserId& user, const Bytes& sealed);
  void replace(const SkillName& skill, const UserId& user, const Bytes& sealed);
  void erase(const SkillName& skill, const UserId& user);

 private:
  Statement find_;
  Statement put_;
  Statement replace_;
  Statement erase_;
};

}  // namespace couplet::storage::sqlite
