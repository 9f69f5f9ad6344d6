// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks/webhook_desk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <ostream>

#include "base/json.hpp"
#include "server/webhooks/webhook_message.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::server {
namespace {

constexpr std::size_t kPage = 500;

/// A verb of the store, from outside a coroutine.
template <class T>
storage::Result<T> wait_for(Task<storage::Result<T>> task) {
  boost::asio::io_context context{1};
  storage::Result<T> result = std::unexpected(storage::StoreError::unavailable);
  boost::asio::co_spawn(context, std::move(task),
                        [&result](std::exception_ptr failure, storage::Result<T> answer) {
                          if (!failure) result = std::move(answer);
                        });
  context.run();
  return result;
}

json::value time_or_null(const std::optional<Instant>& at) {
  return at ? json::value(to_iso8601(*at)) : json::value(nullptr);
}

json::object to_json(const WebhookDelivery& delivery) {
  const LinkNews& news = delivery.news;
  const bool tried = !delivery.last_problem.empty();
  return {
      {"target", delivery.target},
      {"webhook_id", webhook_id(news)},
      {"type", enum_text(kLinkNewsTypes, news.type)},
      {"skill", news.skill.text()},
      {"user", news.user.text()},
      {"state", delivery.given_up_at ? "given_up" : "waiting"},
      {"tries", delivery.tries},
      {"waiting_since", to_iso8601(delivery.waiting_since)},
      {"next_try_at", time_or_null(delivery.next_try_at)},
      {"given_up_at", time_or_null(delivery.given_up_at)},
      {"last_status", delivery.last_status > 0 ? json::value(delivery.last_status) : json::value(nullptr)},
      {"last_problem", tried ? json::value(delivery.last_problem) : json::value(nullptr)}};
}

}  // namespace

Result<std::unique_ptr<storage::Database>, std::string> open_outbox(const Config& config) {
  auto opened = storage::open_sqlite(
      {.path = config.settings.storage.path, .opening = storage::SqliteOpening::as_it_is});
  if (!opened) return std::unexpected(opened.error().message);
  return std::move(*opened);
}

Result<OutboxCounts, std::string> list_webhooks(storage::Database& database,
                                                const std::optional<std::string>& target, std::ostream& out) {
  const auto store = database.open_store();
  OutboxCounts counts;
  std::int64_t after = 0;
  for (;;) {
    const auto page = wait_for(store->list_deliveries(after, kPage));
    if (!page) return std::unexpected("the store could not be read");
    if (page->empty()) return counts;
    for (const WebhookDelivery& delivery : *page) {
      if (target && delivery.target != *target) continue;
      ++(delivery.given_up_at ? counts.given_up : counts.waiting);
      out << json::serialize(to_json(delivery)) << '\n';
    }
    after = page->back().news.sequence;
  }
}

Result<std::size_t, std::string> retry_webhooks(storage::Database& database,
                                                const std::optional<std::string>& target, Instant now) {
  const auto store = database.open_store();
  const auto count = wait_for(store->retry_given_up(target, now));
  if (!count) return std::unexpected("the store could not be written");
  return *count;
}

}  // namespace couplet::server
