// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/disablements.hpp"

namespace couplet::storage::sqlite {

namespace {

#define COUPLET_DISABLEMENT_COLUMNS                                                                \
  "skill, user_id, attempt_id, alexa_user_id, api_host, sealed_amazon_tokens, tries, last_cause, " \
  "created_at, due_at"

constexpr std::string_view kInsert =
    "INSERT INTO disablements (" COUPLET_DISABLEMENT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kNewest = "SELECT max(disablement_id) FROM disablements";
constexpr std::string_view kNext = "SELECT disablement_id, " COUPLET_DISABLEMENT_COLUMNS
                                   " FROM disablements WHERE due_at <= ? ORDER BY due_at, disablement_id"
                                   " LIMIT 1";
constexpr std::string_view kClaim =
    "UPDATE disablements SET tries = ?2, due_at = ?3 WHERE disablement_id = ?1";
constexpr std::string_view kPostpone =
    "UPDATE disablements SET sealed_amazon_tokens = ?2, last_cause = ?3, due_at = ?4 WHERE disablement_id = "
    "?1";
constexpr std::string_view kSettle = "DELETE FROM disablements WHERE disablement_id = ?";
constexpr std::string_view kCount = "SELECT count(*) FROM disablements";

OwedDisablement take_disablement(Rows& rows) {
  OwedDisablement owed;
  rows.take(owed.disablement_id);
  rows.take(owed.skill);
  rows.take(owed.user);
  rows.take(owed.attempt_id);
  rows.take(owed.alexa_user_id);
  rows.take(owed.api_host);
  rows.take(owed.sealed_amazon_tokens);
  rows.take(owed.tries);
  rows.take(owed.last_cause);
  rows.take(owed.created_at);
  rows.take(owed.due_at);
  return owed;
}

std::int64_t first_number(Statement& statement) {
  auto rows = statement.query();
  std::int64_t number = 0;
  if (rows.next()) rows.take(number);
  return number;
}

}  // namespace

Disablements::Disablements(Connection& connection)
    : insert_(connection, kInsert),
      newest_(connection, kNewest),
      next_(connection, kNext),
      claim_(connection, kClaim),
      postpone_(connection, kPostpone),
      settle_(connection, kSettle),
      count_(connection, kCount) {}

OwedDisablement Disablements::insert(OwedDisablement owed) {
  insert_.run(owed.skill, owed.user, owed.attempt_id, owed.alexa_user_id, owed.api_host,
              owed.sealed_amazon_tokens, owed.tries, owed.last_cause, owed.created_at, owed.due_at);
  owed.disablement_id = first_number(newest_);
  return owed;
}

std::optional<OwedDisablement> Disablements::claim(Instant now, Instant claimed_until) {
  std::optional<OwedDisablement> owed;
  {
    auto rows = next_.query(now);
    if (!rows.next()) return std::nullopt;
    owed = take_disablement(rows);
  }
  ++owed->tries;
  owed->due_at = claimed_until;
  claim_.run(owed->disablement_id, owed->tries, owed->due_at);
  return owed;
}

bool Disablements::is_any_due(Instant now) {
  auto rows = next_.query(now);
  return rows.next();
}

void Disablements::postpone(const OwedDisablement& owed) {
  postpone_.run(owed.disablement_id, owed.sealed_amazon_tokens, owed.last_cause, owed.due_at);
}

void Disablements::settle(std::int64_t disablement_id) { settle_.run(disablement_id); }

std::size_t Disablements::count() { return static_cast<std::size_t>(first_number(count_)); }

}  // namespace couplet::storage::sqlite
