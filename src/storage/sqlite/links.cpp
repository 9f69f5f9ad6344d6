// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/links.hpp"

#include "base/json.hpp"
#include "storage/link_acts.hpp"
#include "storage/sqlite/time_bound.hpp"

namespace couplet::storage::sqlite {

namespace {

#define COUPLET_ATTEMPT_COLUMNS                                                                              \
  "attempt_id, skill, user_id, platform, return_mode, redirect_uri, amazon_code_fingerprint, acknowledged, " \
  "status, failed_step, failed_code, api_host, sealed_amazon_tokens, code_selector, alexa_user_id, "         \
  "enablement_tries, created_at, updated_at"
#define COUPLET_LINK_COLUMNS                                                                              \
  "skill, user_id, status, origin, attempt_id, grant_id, alexa_user_id, api_host, sealed_amazon_tokens, " \
  "evidence, checked_at, changed_at"

constexpr std::string_view kInsertAttempt = "INSERT INTO attempts (" COUPLET_ATTEMPT_COLUMNS
                                            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                            " ON CONFLICT (attempt_id) DO NOTHING";
constexpr std::string_view kReplaceAttempt = "UPDATE attempts SET (" COUPLET_ATTEMPT_COLUMNS
                                             ") = (?1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                             " WHERE attempt_id = ?1 AND status NOT IN ('linked', 'failed')"
                                             " AND updated_at = ?";
constexpr std::string_view kFindAttempt =
    "SELECT " COUPLET_ATTEMPT_COLUMNS " FROM attempts WHERE attempt_id = ?";
// The expression is the index's own, word for word.
constexpr std::string_view kAttemptsByReference = "SELECT " COUPLET_ATTEMPT_COLUMNS
                                                  " FROM attempts WHERE substr(attempt_id, 12) = ?"
                                                  " ORDER BY attempt_id DESC LIMIT ?";
constexpr std::string_view kAttemptsOfUser = "SELECT " COUPLET_ATTEMPT_COLUMNS
                                             " FROM attempts WHERE user_id = ?"
                                             " ORDER BY attempt_id DESC LIMIT ?";
// The condition is the partial index's own, word for word.
constexpr std::string_view kUnfinishedAttempts = "SELECT " COUPLET_ATTEMPT_COLUMNS
                                                 " FROM attempts WHERE status NOT IN ('linked', 'failed')"
                                                 " AND (created_at, attempt_id) > (?, ?)"
                                                 " ORDER BY created_at, attempt_id LIMIT ?";
constexpr std::string_view kOldestFinished =
    "SELECT attempt_id FROM attempts WHERE attempt_id < ? AND updated_at < ? AND status IN ('linked', "
    "'failed')"
    " ORDER BY attempt_id LIMIT ?";
constexpr std::string_view kDeleteAttempt = "DELETE FROM attempts WHERE attempt_id = ?";
constexpr std::string_view kAppendHop =
    "INSERT INTO hops (attempt_id, sequence, at, name, status, elapsed, cause)"
    " SELECT ?1, held.count, ?3, ?4, ?5, ?6, ?7 FROM"
    " (SELECT coalesce(max(sequence) + 1, 0) AS count FROM hops WHERE attempt_id = ?1) AS held"
    " WHERE held.count < ?2 AND EXISTS (SELECT 1 FROM attempts WHERE attempt_id = ?1)";
constexpr std::string_view kFindHops =
    "SELECT at, name, status, elapsed, cause FROM hops WHERE attempt_id = ? ORDER BY at, sequence LIMIT ?";
constexpr std::string_view kDeleteHops = "DELETE FROM hops WHERE attempt_id = ?";
constexpr std::string_view kFindLink =
    "SELECT " COUPLET_LINK_COLUMNS " FROM links WHERE skill = ? AND user_id = ?";
constexpr std::string_view kPutLink = "INSERT INTO links (" COUPLET_LINK_COLUMNS
                                      ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                      " ON CONFLICT (skill, user_id) DO UPDATE SET (" COUPLET_LINK_COLUMNS
                                      ") ="
                                      " (excluded.skill, excluded.user_id, excluded.status, excluded.origin, "
                                      "excluded.attempt_id, excluded.grant_id,"
                                      " excluded.alexa_user_id, excluded.api_host, "
                                      "excluded.sealed_amazon_tokens, excluded.evidence, excluded.checked_at,"
                                      " excluded.changed_at)";
constexpr std::string_view kUnlink =
    "UPDATE links SET changed_at = iif(status = 'NOT_LINKED', changed_at, ?4), status = 'NOT_LINKED',"
    " sealed_amazon_tokens = x'', evidence = ?3, checked_at = ?4 WHERE skill = ?1 AND user_id = ?2";
constexpr std::string_view kLinkedUnder =
    "SELECT user_id FROM links WHERE skill = ? AND alexa_user_id = ? AND status = 'LINKED' ORDER BY user_id";
constexpr std::string_view kRecordCheck =
    "UPDATE links SET evidence = ?3, checked_at = ?4 WHERE skill = ?1 AND user_id = ?2 AND checked_at <= ?4";
constexpr std::string_view kReplaceTokens =
    "UPDATE links SET sealed_amazon_tokens = ?4 WHERE skill = ?1 AND user_id = ?2 AND sealed_amazon_tokens = "
    "?3";
// The condition is the partial index's own, word for word.
constexpr std::string_view kLinksToCheck =
    "SELECT " COUPLET_LINK_COLUMNS
    " FROM links WHERE status = 'LINKED' AND length(sealed_amazon_tokens) > 0 AND checked_at < ?1"
    " AND (checked_at, skill, user_id) > (?2, ?3, ?4) ORDER BY checked_at, skill, user_id LIMIT ?5";

std::string to_json_array(const std::vector<std::string>& texts) {
  return json::serialize(json::array(texts.begin(), texts.end()));
}

std::vector<std::string> from_json_array(std::string_view text) {
  const auto value = parse_json(text);
  if (!value || !value->is_array()) Rows::damaged("acknowledged is not a JSON array");
  std::vector<std::string> texts;
  for (const auto& element : value->get_array()) {
    if (!element.is_string()) Rows::damaged("acknowledged holds something that is not text");
    texts.emplace_back(element.get_string());
  }
  return texts;
}

template <class... Further>
std::int64_t write_attempt(Statement& statement, const LinkAttempt& attempt, Further... further) {
  const std::string acknowledged = to_json_array(attempt.acknowledged);
  return statement.run(
      attempt.attempt_id, attempt.skill, attempt.user, enum_text(kPlatforms, attempt.platform),
      enum_text(kReturnModes, attempt.return_mode), attempt.redirect_uri, attempt.amazon_code_fingerprint,
      acknowledged, enum_text(kAttemptStatuses, attempt.status), attempt.failed_step, attempt.failed_code,
      attempt.api_host, attempt.sealed_amazon_tokens, attempt.code_selector, attempt.alexa_user_id,
      attempt.enablement_tries, attempt.created_at, attempt.updated_at, further...);
}

LinkAttempt take_attempt(Rows& rows) {
  LinkAttempt attempt;
  std::string acknowledged;
  rows.take(attempt.attempt_id);
  rows.take(attempt.skill);
  rows.take(attempt.user);
  rows.take(attempt.platform, kPlatforms);
  rows.take(attempt.return_mode, kReturnModes);
  rows.take(attempt.redirect_uri);
  rows.take(attempt.amazon_code_fingerprint);
  rows.take(acknowledged);
  rows.take(attempt.status, kAttemptStatuses);
  rows.take(attempt.failed_step);
  rows.take(attempt.failed_code);
  rows.take(attempt.api_host);
  rows.take(attempt.sealed_amazon_tokens);
  rows.take(attempt.code_selector);
  rows.take(attempt.alexa_user_id);
  rows.take(attempt.enablement_tries);
  rows.take(attempt.created_at);
  rows.take(attempt.updated_at);
  attempt.acknowledged = from_json_array(acknowledged);
  return attempt;
}

std::vector<LinkAttempt> take_attempts(Rows rows) {
  std::vector<LinkAttempt> attempts;
  while (rows.next()) attempts.push_back(take_attempt(rows));
  return attempts;
}

AccountLink take_link(Rows& rows) {
  AccountLink link;
  rows.take(link.skill);
  rows.take(link.user);
  rows.take(link.status, kLinkStatuses);
  rows.take(link.origin, kGrantOrigins);
  rows.take(link.attempt_id);
  rows.take(link.grant_id);
  rows.take(link.alexa_user_id);
  rows.take(link.api_host);
  rows.take(link.sealed_amazon_tokens);
  rows.take(link.evidence, kEvidenceSources);
  rows.take(link.checked_at);
  rows.take(link.changed_at);
  return link;
}

Hop take_hop(Rows& rows) {
  Hop hop;
  std::int64_t status = 0;
  std::int64_t elapsed = 0;
  rows.take(hop.at);
  rows.take(hop.name);
  rows.take(status);
  rows.take(elapsed);
  rows.take(hop.cause);
  hop.status = static_cast<int>(status);
  hop.elapsed = milliseconds{elapsed};
  return hop;
}

/// Thrown for what the caller may not do, so that the writer rolls it back alone.
[[noreturn]] void never_begun() { throw SqliteFault(SQLITE_MISMATCH, "no attempt with this id"); }

}  // namespace

Links::Links(Connection& connection, Grants& grants, AlexaIds& alexa_ids, Messaging& messaging,
             Webhooks& webhooks, Disablements& disablements)
    : grants_(grants),
      alexa_ids_(alexa_ids),
      messaging_(messaging),
      webhooks_(webhooks),
      disablements_(disablements),
      insert_attempt_(connection, kInsertAttempt),
      replace_attempt_(connection, kReplaceAttempt),
      find_attempt_(connection, kFindAttempt),
      attempts_by_reference_(connection, kAttemptsByReference),
      attempts_of_user_(connection, kAttemptsOfUser),
      unfinished_attempts_(connection, kUnfinishedAttempts),
      oldest_finished_(connection, kOldestFinished),
      delete_attempt_(connection, kDeleteAttempt),
      append_hop_(connection, kAppendHop),
      find_hops_(connection, kFindHops),
      delete_hops_(connection, kDeleteHops),
      find_link_(connection, kFindLink),
      linked_under_(connection, kLinkedUnder),
      put_link_(connection, kPutLink),
      unlink_(connection, kUnlink),
      record_check_(connection, kRecordCheck),
      replace_tokens_(connection, kReplaceTokens),
      links_to_check_(connection, kLinksToCheck) {}

std::optional<LinkAttempt> Links::begin_attempt(const LinkAttempt& attempt) {
  if (write_attempt(insert_attempt_, attempt) == 0) return find_attempt(attempt.attempt_id);
  if (attempt.status == AttemptStatus::failed) webhooks_.tell(news_of_failure(attempt));
  return std::nullopt;
}

std::optional<LinkAttempt> Links::record_step(const LinkAttempt& attempt, std::span<const Hop> hops,
                                              Instant seen_at) {
  if (write_attempt(replace_attempt_, attempt, seen_at) == 0) {
    auto stored = find_attempt(attempt.attempt_id);
    if (!stored) never_begun();
    return stored;
  }
  append_hops(attempt.attempt_id, hops);
  if (attempt.status == AttemptStatus::failed) webhooks_.tell(news_of_failure(attempt));
  return std::nullopt;
}

void Links::append_hops(const AttemptId& attempt_id, std::span<const Hop> hops) {
  for (const Hop& hop : hops) {
    append_hop_.run(attempt_id, std::int64_t{kMaxHopsPerAttempt}, hop.at, hop.name, std::int64_t{hop.status},
                    std::int64_t{hop.elapsed.count()}, hop.cause);
  }
}

std::optional<LinkAttempt> Links::find_attempt(const AttemptId& attempt_id) {
  auto rows = find_attempt_.query(attempt_id);
  if (!rows.next()) return std::nullopt;
  return take_attempt(rows);
}

std::vector<Hop> Links::find_hops(const AttemptId& attempt_id) {
  std::vector<Hop> hops;
  auto rows = find_hops_.query(attempt_id, std::int64_t{kMaxHopsPerAttempt});
  while (rows.next()) hops.push_back(take_hop(rows));
  return hops;
}

std::vector<LinkAttempt> Links::find_attempts_by_reference(const ReferenceCode& reference) {
  return take_attempts(
      attempts_by_reference_.query(reference.bytes(), static_cast<std::int64_t>(kMaxAttemptsPerLookup)));
}

std::vector<LinkAttempt> Links::find_attempts_of_user(const UserId& user) {
  return take_attempts(attempts_of_user_.query(user, static_cast<std::int64_t>(kMaxAttemptsPerLookup)));
}

std::vector<LinkAttempt> Links::unfinished_attempts(const std::optional<BegunAttempt>& after,
                                                    std::size_t limit) {
  const BegunAttempt from = after.value_or(BegunAttempt{});
  return take_attempts(
      unfinished_attempts_.query(from.created_at, from.attempt_id, static_cast<std::int64_t>(limit)));
}

std::size_t Links::purge_attempts(Instant before, std::size_t limit) {
  std::vector<AttemptId> oldest;
  {
    auto rows =
        oldest_finished_.query(made_before<AttemptId>(before), before, static_cast<std::int64_t>(limit));
    while (rows.next()) rows.take(oldest.emplace_back());
  }
  for (const AttemptId& attempt_id : oldest) {
    delete_hops_.run(attempt_id);
    delete_attempt_.run(attempt_id);
  }
  return oldest.size();
}

std::optional<AccountLink> Links::find_link(const SkillName& skill, const UserId& user) {
  auto rows = find_link_.query(skill, user);
  if (!rows.next()) return std::nullopt;
  return take_link(rows);
}

std::vector<AccountLink> Links::find_links(const SkillName& skill, std::span<const UserId> users) {
  std::vector<AccountLink> links;
  for (const UserId& user : users) {
    if (auto found = find_link(skill, user)) links.push_back(*std::move(found));
  }
  return links;
}

std::vector<UserId> Links::users_linked_under(const SkillName& skill, const AlexaUserId& alexa_user_id) {
  std::vector<UserId> users;
  auto rows = linked_under_.query(skill, alexa_user_id);
  while (rows.next()) rows.take(users.emplace_back());
  return users;
}

bool Links::complete_link(LinkAttempt attempt, AccountLink link, LinkProof proof, std::span<const Hop> hops,
                          Instant seen_at) {
  attempt.status = AttemptStatus::linked;
  if (write_attempt(replace_attempt_, attempt, seen_at) == 0) {
    if (!find_attempt(attempt.attempt_id)) never_begun();
    return false;
  }
  settle_link(*this, std::move(link), proof, attempt.created_at, attempt.updated_at);
  append_hops(attempt.attempt_id, hops);
  return true;
}

bool Links::put_link(const AccountLink& link, Instant now) { return storage::put_link(*this, link, now); }

void Links::write_link(const AccountLink& link) {
  put_link_.run(link.skill, link.user, enum_text(kLinkStatuses, link.status),
                link.origin ? std::optional(enum_text(kGrantOrigins, *link.origin)) : std::nullopt,
                link.attempt_id, link.grant_id, link.alexa_user_id, link.api_host, link.sealed_amazon_tokens,
                enum_text(kEvidenceSources, link.evidence), link.checked_at, link.changed_at);
}

std::optional<AccountLink> Links::unlink(const SkillName& skill, const UserId& user, EvidenceSource evidence,
                                         UnlinkReason reason, Instant now) {
  auto before = find_link(skill, user);
  if (!before) return std::nullopt;
  revoke_grants_of(*this, *before, now);
  unlink_.run(skill, user, enum_text(kEvidenceSources, evidence), now);
  messaging_.erase(skill, user);
  if (before->status == LinkStatus::LINKED) webhooks_.tell(news_of_end(*before, reason, now));
  return before;
}

std::vector<AccountLink> Links::links_to_check(Instant checked_before,
                                               const std::optional<CheckedLink>& after, std::size_t limit) {
  const CheckedLink from = after.value_or(CheckedLink{});
  std::vector<AccountLink> links;
  auto rows = links_to_check_.query(checked_before, from.checked_at, from.skill, from.user,
                                    static_cast<std::int64_t>(limit));
  while (rows.next()) links.push_back(take_link(rows));
  return links;
}

void Links::record_check(const SkillName& skill, const UserId& user, EvidenceSource evidence, Instant now) {
  record_check_.run(skill, user, enum_text(kEvidenceSources, evidence), now);
}

void Links::replace_amazon_tokens(const SkillName& skill, const UserId& user, const Bytes& before,
                                  const Bytes& sealed) {
  replace_tokens_.run(skill, user, before, sealed);
}

}  // namespace couplet::storage::sqlite
