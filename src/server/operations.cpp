// SPDX-License-Identifier: Apache-2.0
#include "server/operations.hpp"

#include "base/log.hpp"

namespace couplet::server {
namespace {

http::Response metrics_response(storage::Database& database, Metrics& metrics, std::size_t open_connections) {
  const storage::Database::Figures figures = database.figures();
  http::Response response;
  response.header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
      .header("Cache-Control", "no-store");
  response.body = metrics.exposition({.open_connections = open_connections,
                                      .store_committed_batches = figures.committed_batches,
                                      .store_committed_writes = figures.committed_writes,
                                      .store_queued_writes = figures.queued_writes,
                                      .store_failed_writes = figures.failed_writes,
                                      .dropped_log_lines = log::dropped_lines()});
  return response;
}

}  // namespace

// The lambdas live in the router, and so outlive every call of theirs.
http::Router operations_routes(storage::Database& database, Metrics& metrics,
                               std::function<std::size_t()> open_connections) {
  http::Router router;
  router.add("GET", "/healthz", [](const http::Request&) -> Task<http::Response> {
    co_return http::text_response(200, "ok\n");
  });
  router.add("GET", "/readyz", [&database](const http::Request&) -> Task<http::Response> {
    if (!database.usable())
      co_return http::text_response(503, "the store cannot be written\n").header("Retry-After", "5");
    co_return http::text_response(200, "ready\n");
  });
  router.add("GET", "/metrics",
             [&database, &metrics, open_connections](const http::Request&) -> Task<http::Response> {
               co_return metrics_response(database, metrics, open_connections());
             });
  return router;
}

}  // namespace couplet::server
