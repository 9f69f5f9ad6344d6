// SPDX-License-Identifier: Apache-2.0
// The alexa_ids table. Those that change something expect to run inside the writer's transaction.
#pragma once
#include <vector>

#include "domain/skill_event.hpp"
#include "storage/sqlite/statement.hpp"

namespace couplet::storage::sqlite {

class AlexaIds {
 public:
  explicit AlexaIds(Connection& connection);

  std::optional<AlexaIdRecord> find(const SkillName& skill, const AlexaUserId& alexa_user_id);
  void put(const AlexaIdRecord& record);
  /// By the newest SkillDisabled that is stored and names the id.
  std::optional<Instant> disabled_at(const SkillName& skill, const AlexaUserId& alexa_user_id);
  std::vector<AlexaIdRecord> of_user(const SkillName& skill, const UserId& user);

 private:
  Statement find_;
  Statement put_;
  Statement of_user_;
  Statement disabled_at_;
};

}  // namespace couplet::storage::sqlite
