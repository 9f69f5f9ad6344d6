// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/alexa_ids.hpp"

#include "storage/store.hpp"

namespace couplet::storage::sqlite {

namespace {

constexpr std::string_view kFind =
    "SELECT skill, alexa_user_id, user_id, grant_id, linked_at, told_at, disabled_at FROM alexa_ids"
    " WHERE skill = ? AND alexa_user_id = ?";
constexpr std::string_view kPut =
    "INSERT INTO alexa_ids (skill, alexa_user_id, user_id, grant_id, linked_at, told_at, disabled_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (skill, alexa_user_id) DO UPDATE SET"
    " (user_id, grant_id, linked_at, told_at, disabled_at) ="
    " (excluded.user_id, excluded.grant_id, excluded.linked_at, excluded.told_at, excluded.disabled_at)";
// Without being told, SQLite reads all ids of the skill: the key's first column looks as good to it.
constexpr std::string_view kOfUser =
    "SELECT skill, alexa_user_id, user_id, grant_id, linked_at, told_at, disabled_at FROM alexa_ids"
    " INDEXED BY alexa_ids_of_user WHERE skill = ? AND user_id = ? ORDER BY coalesce(linked_at, disabled_at) "
    "DESC, alexa_user_id LIMIT ?";
constexpr std::string_view kDisabledAt =
    "SELECT created_at FROM events INDEXED BY events_of_alexa_user WHERE skill = ? AND alexa_user_id = ?"
    " AND type = ? ORDER BY created_at DESC LIMIT 1";

AlexaIdRecord take_record(Rows& rows) {
  AlexaIdRecord record;
  rows.take(record.skill);
  rows.take(record.alexa_user_id);
  rows.take(record.user);
  rows.take(record.grant_id);
  rows.take(record.linked_at);
  rows.take(record.told_at);
  rows.take(record.disabled_at);
  return record;
}

}  // namespace

AlexaIds::AlexaIds(Connection& connection)
    : find_(connection, kFind),
      put_(connection, kPut),
      of_user_(connection, kOfUser),
      disabled_at_(connection, kDisabledAt) {}

std::optional<AlexaIdRecord> AlexaIds::find(const SkillName& skill, const AlexaUserId& alexa_user_id) {
  auto rows = find_.query(skill, alexa_user_id);
  if (!rows.next()) return std::nullopt;
  return take_record(rows);
}

void AlexaIds::put(const AlexaIdRecord& record) {
  put_.run(record.skill, record.alexa_user_id, record.user, record.grant_id, record.linked_at, record.told_at,
           record.disabled_at);
}

std::optional<Instant> AlexaIds::disabled_at(const SkillName& skill, const AlexaUserId& alexa_user_id) {
  auto rows =
      disabled_at_.query(skill, alexa_user_id, enum_text(kSkillEventTypes, SkillEventType::SkillDisabled));
  if (!rows.next()) return std::nullopt;
  Instant at{};
  rows.take(at);
  return at;
}

std::vector<AlexaIdRecord> AlexaIds::of_user(const SkillName& skill, const UserId& user) {
  std::vector<AlexaIdRecord> records;
  auto rows = of_user_.query(skill, user, static_cast<std::int64_t>(kMaxAlexaIdsPerUser));
  while (rows.next()) records.push_back(take_record(rows));
  return records;
}

}  // namespace couplet::storage::sqlite
