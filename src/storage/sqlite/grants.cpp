// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/grants.hpp"

#include "storage/sqlite/time_bound.hpp"

namespace couplet::storage::sqlite {

namespace {

constexpr std::string_view kInsertCode =
    "INSERT INTO codes (selector, code_hash, client_id, skill, user_id, scope, redirect_uri, code_challenge, "
    "origin, attempt_id,"
    " expires_at, spent_at, grant_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kFindCode =
    "SELECT selector, code_hash, client_id, skill, user_id, scope, redirect_uri, code_challenge, origin, "
    "attempt_id, expires_at,"
    " spent_at, grant_id FROM codes WHERE selector = ?";
constexpr std::string_view kMarkSpent =
    "UPDATE codes SET spent_at = ?, grant_id = ? WHERE selector = ? AND spent_at IS NULL";
constexpr std::string_view kWithdraw =
    "UPDATE codes SET spent_at = ? WHERE selector = ? AND spent_at IS NULL";
// A code's selector begins with the time it was made, so the scan ends at the first code younger than the
// bound.
constexpr std::string_view kPurgeCodes =
    "DELETE FROM codes WHERE selector IN"
    " (SELECT selector FROM codes WHERE selector < ? AND expires_at < ? ORDER BY selector LIMIT ?)";
// The columns in the order of insert_grant() and read_grant().
constexpr std::string_view kInsertGrant =
    "INSERT INTO grants (grant_id, client_id, skill, user_id, scope, origin, refresh_selector, "
    "refresh_token_hash, created_at, attempt_id, revoked_at, generation, repeats, rotated_at, last_used_at,"
    " expires_at, in_doubt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kFindGrant =
    "SELECT grant_id, client_id, skill, user_id, scope, origin, refresh_selector, refresh_token_hash, "
    "created_at, attempt_id, revoked_at, generation, repeats, rotated_at, last_used_at, expires_at, in_doubt"
    " FROM grants WHERE grant_id = ?";
constexpr std::string_view kFindGrantByRefresh =
    "SELECT grant_id, client_id, skill, user_id, scope, origin, refresh_selector, refresh_token_hash, "
    "created_at, attempt_id, revoked_at, generation, repeats, rotated_at, last_used_at, expires_at, in_doubt"
    " FROM grants WHERE refresh_selector = ?";
constexpr std::string_view kLiveOfUser =
    "SELECT grant_id, client_id, skill, user_id, scope, origin, refresh_selector, refresh_token_hash, "
    "created_at, attempt_id, revoked_at, generation, repeats, rotated_at, last_used_at, expires_at, in_doubt"
    " FROM grants INDEXED BY grants_of_user WHERE skill = ? AND user_id = ? AND revoked_at IS NULL";
constexpr std::string_view kDoubt = "UPDATE grants SET in_doubt = ?2 WHERE grant_id = ?1 AND in_doubt <> ?2";
constexpr std::string_view kListGrants =
    "SELECT grant_id, client_id, skill, user_id, scope, origin, refresh_selector, refresh_token_hash, "
    "created_at, attempt_id, revoked_at, generation, repeats, rotated_at, last_used_at, expires_at, in_doubt"
    " FROM grants WHERE grant_id > ? ORDER BY grant_id LIMIT ?";
constexpr std::string_view kRotate =
    "UPDATE grants SET generation = ?, repeats = ?, rotated_at = ?, last_used_at = ? WHERE grant_id = ?"
    " AND revoked_at IS NULL AND generation = ? AND repeats = ? AND rotated_at IS ? AND last_used_at IS ?";
constexpr std::string_view kOldest =
    "SELECT min(created_at), min(coalesce(last_used_at, created_at)), min(expires_at) FROM grants"
    " WHERE client_id = ? AND revoked_at IS NULL";
constexpr std::string_view kRevoke =
    "UPDATE grants SET revoked_at = ? WHERE grant_id = ? AND revoked_at IS NULL";

std::optional<AuthorizationCodeRecord> read_code(Rows&& rows) {
  if (!rows.next()) return std::nullopt;
  AuthorizationCodeRecord code;
  rows.take(code.selector);
  rows.take(code.code_hash);
  rows.take(code.client_id);
  rows.take(code.skill);
  rows.take(code.user);
  rows.take(code.scope);
  rows.take(code.redirect_uri);
  rows.take(code.code_challenge);
  rows.take(code.origin, kGrantOrigins);
  rows.take(code.attempt_id);
  rows.take(code.expires_at);
  rows.take(code.spent_at);
  rows.take(code.grant_id);
  return code;
}

Grant take_grant(Rows& rows) {
  Grant grant;
  rows.take(grant.grant_id);
  rows.take(grant.client_id);
  rows.take(grant.skill);
  rows.take(grant.user);
  rows.take(grant.scope);
  rows.take(grant.origin, kGrantOrigins);
  rows.take(grant.refresh_selector);
  rows.take(grant.refresh_token_hash);
  rows.take(grant.created_at);
  rows.take(grant.attempt_id);
  rows.take(grant.revoked_at);
  rows.take(grant.rotation.generation);
  rows.take(grant.rotation.repeats);
  rows.take(grant.rotation.rotated_at);
  rows.take(grant.rotation.last_used_at);
  rows.take(grant.expires_at);
  std::uint32_t in_doubt = 0;
  rows.take(in_doubt);
  grant.in_doubt = in_doubt != 0;
  return grant;
}

std::optional<Grant> read_grant(Rows&& rows) {
  if (!rows.next()) return std::nullopt;
  return take_grant(rows);
}

}  // namespace

Grants::Grants(Connection& connection)
    : insert_code_(connection, kInsertCode),
      find_code_(connection, kFindCode),
      mark_spent_(connection, kMarkSpent),
      withdraw_(connection, kWithdraw),
      purge_codes_(connection, kPurgeCodes),
      insert_grant_(connection, kInsertGrant),
      find_grant_(connection, kFindGrant),
      find_grant_by_refresh_(connection, kFindGrantByRefresh),
      revoke_(connection, kRevoke),
      rotate_(connection, kRotate),
      oldest_(connection, kOldest),
      live_of_user_(connection, kLiveOfUser),
      doubt_(connection, kDoubt),
      list_grants_(connection, kListGrants) {}

void Grants::insert_code(const AuthorizationCodeRecord& code) {
  insert_code_.run(code.selector, code.code_hash, code.client_id, code.skill, code.user, code.scope,
                   code.redirect_uri, code.code_challenge, enum_text(kGrantOrigins, code.origin),
                   code.attempt_id, code.expires_at, code.spent_at, code.grant_id);
}

std::optional<AuthorizationCodeRecord> Grants::find_code(const CodeSelector& selector) {
  return read_code(find_code_.query(selector));
}

SpendOutcome Grants::spend_code(const CodeSelector& selector, const Grant& grant, Instant now) {
  if (mark_spent_.run(now, grant.grant_id, selector) == 0) {
    const auto code = find_code(selector);
    if (!code) return {SpendOutcome::Kind::unknown, std::nullopt};
    return {SpendOutcome::Kind::already_spent, code->grant_id};
  }
  insert_grant(grant);
  return {SpendOutcome::Kind::spent, grant.grant_id};
}

void Grants::insert_grant(const Grant& grant) {
  insert_grant_.run(grant.grant_id, grant.client_id, grant.skill, grant.user, grant.scope,
                    enum_text(kGrantOrigins, grant.origin), grant.refresh_selector, grant.refresh_token_hash,
                    grant.created_at, grant.attempt_id, grant.revoked_at, grant.rotation.generation,
                    grant.rotation.repeats, grant.rotation.rotated_at, grant.rotation.last_used_at,
                    grant.expires_at, std::uint32_t{grant.in_doubt});
}

std::optional<GrantId> Grants::withdraw_code(const CodeSelector& selector, Instant now) {
  if (withdraw_.run(now, selector) != 0) return std::nullopt;
  const auto code = find_code(selector);
  return code ? code->grant_id : std::nullopt;
}

std::optional<Grant> Grants::find_grant(const GrantId& grant_id) {
  return read_grant(find_grant_.query(grant_id));
}

std::optional<Grant> Grants::find_grant_by_refresh(const RefreshSelector& selector) {
  return read_grant(find_grant_by_refresh_.query(selector));
}

void Grants::revoke_grant(const GrantId& grant_id, Instant now) { revoke_.run(now, grant_id); }

std::vector<Grant> Grants::live_grants_of(const SkillName& skill, const UserId& user) {
  std::vector<Grant> live;
  auto rows = live_of_user_.query(skill, user);
  while (rows.next()) live.push_back(take_grant(rows));
  return live;
}

void Grants::doubt_grant(const GrantId& grant_id, bool in_doubt) {
  doubt_.run(grant_id, std::uint32_t{in_doubt});
}

bool Grants::rotate_refresh_token(const GrantId& grant_id, const RefreshRotation& from,
                                  const RefreshRotation& to) {
  return rotate_.run(to.generation, to.repeats, to.rotated_at, to.last_used_at, grant_id, from.generation,
                     from.repeats, from.rotated_at, from.last_used_at) != 0;
}

OldestGrants Grants::oldest_grants(const ClientId& client_id) {
  auto rows = oldest_.query(client_id);
  OldestGrants oldest;
  if (!rows.next()) return oldest;
  rows.take(oldest.created_at);
  rows.take(oldest.used_at);
  rows.take(oldest.expires_at);
  return oldest;
}

std::vector<Grant> Grants::list_grants(const std::optional<GrantId>& after, std::size_t limit) {
  std::vector<Grant> page;
  auto rows =
      list_grants_.query(after ? ByteView(after->bytes()) : ByteView(), static_cast<std::int64_t>(limit));
  while (rows.next()) page.push_back(take_grant(rows));
  return page;
}

std::size_t Grants::purge_codes(Instant before, std::size_t limit) {
  return static_cast<std::size_t>(
      purge_codes_.run(made_before<CodeSelector>(before), before, static_cast<std::int64_t>(limit)));
}

}  // namespace couplet::storage::sqlite
