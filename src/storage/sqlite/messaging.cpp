// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/messaging.hpp"

namespace couplet::storage::sqlite {

namespace {

constexpr std::string_view kFind =
    "SELECT sealed_tokens FROM messaging_tokens WHERE skill = ? AND user_id = ?";
constexpr std::string_view kPut =
    "INSERT INTO messaging_tokens (skill, user_id, sealed_tokens) VALUES (?, ?, ?)"
    " ON CONFLICT (skill, user_id) DO UPDATE SET sealed_tokens = excluded.sealed_tokens";
constexpr std::string_view kReplace =
    "UPDATE messaging_tokens SET sealed_tokens = ?3 WHERE skill = ?1 AND user_id = ?2";
constexpr std::string_view kErase = "DELETE FROM messaging_tokens WHERE skill = ? AND user_id = ?";

}  // namespace

Messaging::Messaging(Connection& connection)
    : find_(connection, kFind),
      put_(connection, kPut),
      replace_(connection, kReplace),
      erase_(connection, kErase) {}

std::optional<Bytes> Messaging::find(const SkillName& skill, const UserId& user) {
  auto rows = find_.query(skill, user);
  if (!rows.next()) return std::nullopt;
  Bytes sealed;
  rows.take(sealed);
  return sealed;
}

void Messaging::put(const SkillName& skill, const UserId& user, const Bytes& sealed) {
  put_.run(skill, user, sealed);
}

void Messaging::replace(const SkillName& skill, const UserId& user, const Bytes& sealed) {
  replace_.run(skill, user, sealed);
}

void Messaging::erase(const SkillName& skill, const UserId& user) { erase_.run(skill, user); }

}  // namespace couplet::storage::sqlite
