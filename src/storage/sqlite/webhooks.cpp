// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/webhooks.hpp"

namespace couplet::storage::sqlite {

namespace {

#define COUPLET_NEWS_COLUMNS                                                                        \
  "n.sequence, n.type, n.skill, n.user_id, n.at, n.origin, n.reason, n.attempt_id, n.failed_step, " \
  "n.failed_code"
#define COUPLET_DELIVERY_COLUMNS                                         \
  COUPLET_NEWS_COLUMNS                                                   \
  ", d.target, d.tries, d.waiting_since, d.next_try_at, d.given_up_at, " \
  "d.last_status, d.last_problem"
#define COUPLET_DELIVERIES "webhook_deliveries AS d JOIN link_news AS n ON n.sequence = d.sequence"

constexpr std::string_view kTell =
    "INSERT INTO link_news (type, skill, user_id, at, origin, reason, attempt_id, failed_step, failed_code)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kUnaddressed =
    "SELECT " COUPLET_NEWS_COLUMNS " FROM link_news AS n WHERE addressed = 0 ORDER BY sequence LIMIT ?";
constexpr std::string_view kMarkAddressed =
    "UPDATE link_news SET addressed = 1 WHERE sequence = ? AND addressed = 0";
constexpr std::string_view kDeleteIfTold =
    "DELETE FROM link_news WHERE sequence = ?1"
    " AND NOT EXISTS (SELECT 1 FROM webhook_deliveries WHERE sequence = ?1)";
// INDEXED BY: without statistics SQLite would rather read through all that waits for a target in the order of
// its primary key, and a target that was down for days would take hours to catch up.
constexpr std::string_view kIsGone =
    "SELECT 1 FROM webhook_deliveries INDEXED BY deliveries_given_up"
    " WHERE target = ? AND given_up_at IS NOT NULL AND last_status = ? LIMIT 1";
// Behind the user's earlier ones that wait, if any; given up where ?4 says so.
constexpr std::string_view kAddDelivery =
    "INSERT INTO webhook_deliveries (target, sequence, user_id, tries, waiting_since, next_try_at,"
    " given_up_at, last_status, last_problem)"
    " SELECT ?1, n.sequence, n.user_id, 0, ?3,"
    " iif(?4 IS NOT NULL OR EXISTS (SELECT 1 FROM webhook_deliveries AS d INDEXED BY waiting_deliveries "
    "WHERE d.target = ?1"
    " AND d.user_id = n.user_id AND d.given_up_at IS NULL AND d.sequence < n.sequence), NULL, ?3),"
    " ?4, ?5, ?6 FROM link_news AS n WHERE n.sequence = ?2 ON CONFLICT (target, sequence) DO NOTHING";
constexpr std::string_view kDue = "SELECT " COUPLET_DELIVERY_COLUMNS " FROM " COUPLET_DELIVERIES
                                  " WHERE d.target = ? AND d.next_try_at IS NOT NULL AND d.next_try_at <= ?"
                                  " ORDER BY d.next_try_at, d.sequence LIMIT ?";
constexpr std::string_view kReschedule =
    "UPDATE webhook_deliveries SET next_try_at = ?4 WHERE target = ?1 AND sequence = ?2 AND next_try_at = ?3";
constexpr std::string_view kDeleteDelivery =
    "DELETE FROM webhook_deliveries WHERE target = ? AND sequence = ?";
// The first that waits of the user whom news ?2 are about.
constexpr std::string_view kReleaseNext =
    "UPDATE webhook_deliveries SET next_try_at = ?3 WHERE target = ?1 AND next_try_at IS NULL AND sequence ="
    " (SELECT min(d.sequence) FROM webhook_deliveries AS d INDEXED BY waiting_deliveries"
    " WHERE d.target = ?1 AND d.given_up_at IS NULL"
    " AND d.user_id = (SELECT user_id FROM link_news WHERE sequence = ?2))";
constexpr std::string_view kFail =
    "UPDATE webhook_deliveries SET tries = tries + 1, next_try_at = ?3, given_up_at = ?4, last_status = ?5,"
    " last_problem = ?6 WHERE target = ?1 AND sequence = ?2 AND given_up_at IS NULL";
constexpr std::string_view kGiveUpAll =
    "UPDATE webhook_deliveries SET next_try_at = NULL, given_up_at = ?2, last_status = ?3, last_problem = ?4"
    " WHERE target = ?1 AND given_up_at IS NULL";
constexpr std::string_view kRetry =
    "UPDATE webhook_deliveries SET given_up_at = NULL, next_try_at = NULL, tries = 0, waiting_since = ?2"
    " WHERE given_up_at IS NOT NULL AND (?1 IS NULL OR target = ?1)";
#define COUPLET_FIRST_WAITING                                                          \
  "(SELECT min(e.sequence) FROM webhook_deliveries AS e INDEXED BY waiting_deliveries" \
  " WHERE e.target = webhook_deliveries.target"                                        \
  " AND e.user_id = webhook_deliveries.user_id AND e.given_up_at IS NULL)"
constexpr std::string_view kHoldBack =
    "UPDATE webhook_deliveries SET next_try_at = NULL WHERE next_try_at IS NOT NULL"
    " AND sequence > " COUPLET_FIRST_WAITING;
constexpr std::string_view kReleaseAll =
    "UPDATE webhook_deliveries SET next_try_at = ? WHERE next_try_at IS NULL AND given_up_at IS NULL"
    " AND sequence = " COUPLET_FIRST_WAITING;
constexpr std::string_view kList = "SELECT " COUPLET_DELIVERY_COLUMNS " FROM " COUPLET_DELIVERIES
                                   " WHERE d.sequence IN (SELECT DISTINCT sequence FROM webhook_deliveries"
                                   " WHERE sequence > ? ORDER BY sequence LIMIT ?)"
                                   " ORDER BY d.sequence, d.target";
constexpr std::string_view kBacklog =
    "SELECT target, sum(given_up_at IS NULL), sum(given_up_at IS NOT NULL),"
    " min(iif(given_up_at IS NULL, waiting_since, NULL)) FROM webhook_deliveries GROUP BY target"
    " ORDER BY target";
constexpr std::string_view kOldest =
    "SELECT sequence FROM link_news WHERE at < ? ORDER BY at, sequence LIMIT ?";
constexpr std::string_view kDeleteDeliveries = "DELETE FROM webhook_deliveries WHERE sequence = ?";
constexpr std::string_view kDeleteNews = "DELETE FROM link_news WHERE sequence = ?";

LinkNews take_news(Rows& rows) {
  LinkNews news;
  rows.take(news.sequence);
  rows.take(news.type, kLinkNewsTypes);
  rows.take(news.skill);
  rows.take(news.user);
  rows.take(news.at);
  rows.take(news.origin, kGrantOrigins);
  rows.take(news.reason, kUnlinkReasons);
  rows.take(news.attempt_id);
  rows.take(news.failed_step);
  rows.take(news.failed_code);
  return news;
}

std::vector<WebhookDelivery> take_deliveries(Rows&& rows) {
  std::vector<WebhookDelivery> deliveries;
  while (rows.next()) {
    WebhookDelivery& delivery = deliveries.emplace_back();
    delivery.news = take_news(rows);
    rows.take(delivery.target);
    rows.take(delivery.tries);
    rows.take(delivery.waiting_since);
    rows.take(delivery.next_try_at);
    rows.take(delivery.given_up_at);
    rows.take(delivery.last_status);
    rows.take(delivery.last_problem);
  }
  return deliveries;
}

template <class Enum, std::size_t N>
std::optional<std::string_view> optional_text(const EnumTable<Enum, N>& table, std::optional<Enum> value) {
  return value ? std::optional(enum_text(table, *value)) : std::nullopt;
}

}  // namespace

Webhooks::Webhooks(Connection& connection)
    : tell_(connection, kTell),
      unaddressed_(connection, kUnaddressed),
      mark_addressed_(connection, kMarkAddressed),
      delete_if_told_(connection, kDeleteIfTold),
      is_gone_(connection, kIsGone),
      add_delivery_(connection, kAddDelivery),
      due_(connection, kDue),
      reschedule_(connection, kReschedule),
      delete_delivery_(connection, kDeleteDelivery),
      release_next_(connection, kReleaseNext),
      fail_(connection, kFail),
      give_up_all_(connection, kGiveUpAll),
      retry_(connection, kRetry),
      hold_back_(connection, kHoldBack),
      release_all_(connection, kReleaseAll),
      list_(connection, kList),
      backlog_(connection, kBacklog),
      oldest_(connection, kOldest),
      delete_deliveries_(connection, kDeleteDeliveries),
      delete_news_(connection, kDeleteNews) {}

void Webhooks::tell(const LinkNews& news) {
  tell_.run(enum_text(kLinkNewsTypes, news.type), news.skill, news.user, news.at,
            optional_text(kGrantOrigins, news.origin), optional_text(kUnlinkReasons, news.reason),
            news.attempt_id, news.failed_step, news.failed_code);
  told_ = true;
}

std::vector<LinkNews> Webhooks::unaddressed_news(std::size_t limit) {
  std::vector<LinkNews> news;
  auto rows = unaddressed_.query(static_cast<std::int64_t>(limit));
  while (rows.next()) news.push_back(take_news(rows));
  return news;
}

void Webhooks::address_news(std::span<const NewsAddress> addresses, Instant now) {
  for (const NewsAddress& one : addresses) address(one, now);
}

void Webhooks::address(const NewsAddress& address, Instant now) {
  if (mark_addressed_.run(address.sequence) == 0) return;
  for (const std::string& target : address.targets) {
    const bool gone = is_gone(target);
    add_delivery_.run(target, address.sequence, now, gone ? std::optional(now) : std::nullopt,
                      gone ? kTargetGoneStatus : 0U, std::string_view(gone ? kTargetGoneProblem : ""));
  }
  delete_if_told_.run(address.sequence);
}

bool Webhooks::is_gone(const std::string& target) { return is_gone_.query(target, kTargetGoneStatus).next(); }

std::vector<WebhookDelivery> Webhooks::due_deliveries(const std::string& target, Instant now,
                                                      std::size_t limit) {
  return take_deliveries(due_.query(target, now, static_cast<std::int64_t>(limit)));
}

bool Webhooks::reschedule_delivery(std::int64_t sequence, const std::string& target, Instant seen,
                                   Instant to) {
  return reschedule_.run(target, sequence, seen, to) != 0;
}

void Webhooks::record_delivered(std::int64_t sequence, const std::string& target, Instant now) {
  if (delete_delivery_.run(target, sequence) == 0) return;
  release_next_.run(target, sequence, now);
  delete_if_told_.run(sequence);
}

void Webhooks::record_failed_try(std::int64_t sequence, const std::string& target, const FailedTry& failed,
                                 Instant now) {
  const std::optional<Instant> given_up_at = failed.next_try_at ? std::nullopt : std::optional(now);
  fail_.run(target, sequence, failed.next_try_at, given_up_at, failed.status, failed.problem);
  if (given_up_at) release_next_.run(target, sequence, now);
}

void Webhooks::record_target_gone(const std::string& target, Instant now) {
  give_up_all_.run(target, now, kTargetGoneStatus, kTargetGoneProblem);
}

std::size_t Webhooks::retry_given_up(const std::optional<std::string>& target, Instant now) {
  const std::int64_t count = retry_.run(target, now);
  settle_order(now);
  return static_cast<std::size_t>(count);
}

// After rows have come or gone anywhere in a user's line.
void Webhooks::settle_order(Instant now) {
  hold_back_.run();
  release_all_.run(now);
}

std::vector<WebhookDelivery> Webhooks::list_deliveries(std::int64_t after, std::size_t limit) {
  return take_deliveries(list_.query(after, static_cast<std::int64_t>(limit)));
}

std::vector<TargetBacklog> Webhooks::backlog() {
  std::vector<TargetBacklog> backlog;
  auto rows = backlog_.query();
  while (rows.next()) {
    TargetBacklog& of = backlog.emplace_back();
    std::int64_t waiting = 0;
    std::int64_t given_up = 0;
    rows.take(of.target);
    rows.take(waiting);
    rows.take(given_up);
    rows.take(of.oldest_waiting_since);
    of.waiting = static_cast<std::uint64_t>(waiting);
    of.given_up = static_cast<std::uint64_t>(given_up);
  }
  return backlog;
}

std::size_t Webhooks::purge_news(Instant before, std::size_t limit) {
  std::vector<std::int64_t> oldest;
  {
    auto rows = oldest_.query(before, static_cast<std::int64_t>(limit));
    while (rows.next()) rows.take(oldest.emplace_back());
  }
  for (const std::int64_t sequence : oldest) {
    delete_deliveries_.run(sequence);
    delete_news_.run(sequence);
  }
  if (!oldest.empty()) settle_order(before);  // long ago: due at once
  return oldest.size();
}

}  // namespace couplet::storage::sqlite
