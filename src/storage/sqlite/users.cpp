// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/users.hpp"

namespace couplet::storage::sqlite {

namespace {

constexpr std::string_view kAttempts =
    "SELECT attempt_id FROM attempts WHERE skill = ?1 AND user_id = ?2 ORDER BY attempt_id";
constexpr std::string_view kGrants =
    "SELECT grant_id FROM grants WHERE skill = ?1 AND user_id = ?2 ORDER BY grant_id";
constexpr std::string_view kEvents =
    "SELECT skill, request_id, type, alexa_user_id, detail, created_at, received_at, outcome FROM events"
    " WHERE skill = ?1 AND user_id = ?2 ORDER BY received_at, request_id";
constexpr std::string_view kOwed =
    "SELECT disablement_id FROM disablements WHERE skill = ?1 AND user_id = ?2 LIMIT 1";

// An event stays, as one that came already; whom it was about goes.
constexpr std::string_view kForgetEvents =
    "UPDATE events SET user_id = NULL, alexa_user_id = '' WHERE skill = ?1 AND user_id = ?2";
constexpr std::string_view kForgetEventsOfAlexaIds =
    "UPDATE events SET user_id = NULL, alexa_user_id = '' WHERE skill = ?1 AND alexa_user_id IN"
    " (SELECT alexa_user_id FROM alexa_ids INDEXED BY alexa_ids_of_user WHERE skill = ?1 AND user_id = ?2)";
constexpr std::string_view kForgetAlexaIds =
    "DELETE FROM alexa_ids INDEXED BY alexa_ids_of_user WHERE skill = ?1 AND user_id = ?2";
constexpr std::string_view kForgetHops =
    "DELETE FROM hops WHERE attempt_id IN (SELECT attempt_id FROM attempts WHERE skill = ?1 AND user_id = "
    "?2)";
constexpr std::string_view kForgetAttempts = "DELETE FROM attempts WHERE skill = ?1 AND user_id = ?2";
constexpr std::string_view kForgetCodes = "DELETE FROM codes WHERE skill = ?1 AND user_id = ?2";
constexpr std::string_view kForgetGrants = "DELETE FROM grants WHERE skill = ?1 AND user_id = ?2";
constexpr std::string_view kForgetMessaging =
    "DELETE FROM messaging_tokens WHERE skill = ?1 AND user_id = ?2";
constexpr std::string_view kForgetLink = "DELETE FROM links WHERE skill = ?1 AND user_id = ?2";

template <class Id>
std::vector<Id> take_ids(Rows rows) {
  std::vector<Id> ids;
  while (rows.next()) rows.take(ids.emplace_back());
  return ids;
}

}  // namespace

Users::Users(Connection& connection, Grants& grants, Links& links, AlexaIds& alexa_ids)
    : grants_(grants),
      links_(links),
      alexa_ids_(alexa_ids),
      attempts_(connection, kAttempts),
      grants_of_user_(connection, kGrants),
      events_(connection, kEvents),
      owed_(connection, kOwed),
      forget_{Statement(connection, kForgetEvents),   Statement(connection, kForgetEventsOfAlexaIds),
              Statement(connection, kForgetAlexaIds), Statement(connection, kForgetHops),
              Statement(connection, kForgetAttempts), Statement(connection, kForgetCodes),
              Statement(connection, kForgetGrants),   Statement(connection, kForgetMessaging),
              Statement(connection, kForgetLink)} {}

UserRecords Users::find_user(const SkillName& skill, const UserId& user) {
  UserRecords records;
  records.link = links_.find_link(skill, user);
  for (const AttemptId& attempt_id : take_ids<AttemptId>(attempts_.query(skill, user)))
    if (auto attempt = links_.find_attempt(attempt_id))
      records.attempts.push_back({*std::move(attempt), links_.find_hops(attempt_id)});
  for (const GrantId& grant_id : take_ids<GrantId>(grants_of_user_.query(skill, user)))
    if (auto grant = grants_.find_grant(grant_id)) records.grants.push_back(*std::move(grant));
  records.alexa_ids = alexa_ids_.of_user(skill, user);
  records.events = events_of(skill, user);
  return records;
}

std::vector<StoredEvent> Users::events_of(const SkillName& skill, const UserId& user) {
  std::vector<StoredEvent> events;
  auto rows = events_.query(skill, user);
  while (rows.next()) {
    StoredEvent& stored = events.emplace_back();
    rows.take(stored.event.skill);
    rows.take(stored.event.request_id);
    rows.take(stored.event.type, kSkillEventTypes);
    rows.take(stored.event.alexa_user_id);
    rows.take(stored.event.detail);
    rows.take(stored.event.created_at);
    rows.take(stored.event.received_at);
    rows.take(stored.outcome, kEventOutcomes);
  }
  return events;
}

bool Users::owes_disablement(const SkillName& skill, const UserId& user) {
  return owed_.query(skill, user).next();
}

std::size_t Users::forget_user(const SkillName& skill, const UserId& user) {
  std::int64_t rows = 0;
  for (Statement& statement : forget_) rows += statement.run(skill, user);
  return static_cast<std::size_t>(rows);
}

}  // namespace couplet::storage::sqlite
