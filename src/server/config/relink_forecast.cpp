// SPDX-License-Identifier: Apache-2.0
#include "server/config/relink_forecast.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "oauth/refresh_policy.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::server {
namespace {

storage::Result<storage::OldestGrants> oldest_grants(storage::Database& database, const ClientId& client_id) {
  boost::asio::io_context context{1};
  const auto store = database.open_store();
  storage::Result<storage::OldestGrants> oldest = std::unexpected(storage::StoreError::unavailable);
  boost::asio::co_spawn(context, store->oldest_grants(client_id),
                        [&oldest](std::exception_ptr failure, storage::Result<storage::OldestGrants> read) {
                          if (!failure) oldest = std::move(read);
                        });
  context.run();
  return oldest;
}

std::string limits_of(const Client& client) {
  const auto days = [](seconds lifetime) {
    return fmt::format("{:.1f} days", static_cast<double>(lifetime.count()) / 86400);
  };
  std::string limits;
  if (client.refresh_token_absolute_lifetime)
    limits = days(*client.refresh_token_absolute_lifetime) + " after linking";
  if (client.refresh_token_idle_lifetime)
    limits +=
        (limits.empty() ? "" : ", or ") + days(*client.refresh_token_idle_lifetime) + " after the last use";
  return limits;
}

std::string forecast(const Client& client, const storage::OldestGrants& oldest) {
  const std::string limits = limits_of(client);
  if (const auto end = oauth::earliest_end(client, oldest.created_at, oldest.used_at, oldest.expires_at))
    return to_iso8601(*end) + (limits.empty() ? "; imported grants bring their own end" : "; " + limits);
  if (!limits.empty()) return limits + "; nobody is linked yet";
  return "never; refresh tokens do not expire";
}

}  // namespace

std::string relink_forecast(const Config& config) {
  const auto database = storage::open_sqlite(
      {.path = config.settings.storage.path, .opening = storage::SqliteOpening::as_it_is});
  std::string lines;
  for (const Client& client : config.clients) {
    if (client.redirect_uris.empty()) continue;  // a resource server: it holds no grants
    storage::OldestGrants oldest;
    std::string doubt;
    if (database) {
      if (const auto read = oldest_grants(**database, client.client_id))
        oldest = *read;
      else
        doubt = " (the grants could not be read)";
    } else {
      doubt = " (" + database.error().message + ")";
    }
    lines += "earliest forced relink, client " + client.client_id.text() + ": " + forecast(client, oldest) +
             doubt + "\n";
  }
  if (database) (*database)->close();
  return lines;
}

}  // namespace couplet::server
