// SPDX-License-Identifier: Apache-2.0
// The operations listener: /healthz, /readyz, /metrics (LG-06).
#pragma once
#include <functional>

#include "http/router.hpp"
#include "server/common/metrics.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// healthz: the process answers. readyz: 503 while the store cannot be written. metrics: Prometheus text.
[[nodiscard]] http::Router operations_routes(storage::Database& database, Metrics& metrics,
                                             std::function<std::size_t()> open_connections);

}  // namespace couplet::server
