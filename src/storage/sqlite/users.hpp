// SPDX-License-Identifier: Apache-2.0
// What belongs to one user of a skill, over all tables, on one connection. Those that change something expect
// to run inside the writer's transaction.
#pragma once
#include <array>

#include "storage/sqlite/links.hpp"

namespace couplet::storage::sqlite {

class Users {
 public:
  /// The others on the same connection.
  Users(Connection& connection, Grants& grants, Links& links, AlexaIds& alexa_ids);

  UserRecords find_user(const SkillName& skill, const UserId& user);

  // What user_acts.hpp asks for.
  std::optional<AccountLink> find_link(const SkillName& skill, const UserId& user) {
    return links_.find_link(skill, user);
  }
  void unlink(const SkillName& skill, const UserId& user, EvidenceSource evidence, UnlinkReason reason,
              Instant now) {
    links_.unlink(skill, user, evidence, reason, now);
  }
  OwedDisablement owe_disablement(OwedDisablement owed) { return links_.owe_disablement(std::move(owed)); }
  bool owes_disablement(const SkillName& skill, const UserId& user);
  /// Answers how many rows went.
  std::size_t forget_user(const SkillName& skill, const UserId& user);

 private:
  std::vector<StoredEvent> events_of(const SkillName& skill, const UserId& user);

  Grants& grants_;
  Links& links_;
  AlexaIds& alexa_ids_;
  Statement attempts_;
  Statement grants_of_user_;
  Statement events_;
  Statement owed_;
  std::array<Statement, 9> forget_;
};

}  // namespace couplet::storage::sqlite
