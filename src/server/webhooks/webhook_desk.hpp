// SPDX-License-Identifier: Apache-2.0
// What an operator sees of the outbox and does to it, on a database that a server may be using:
// `couplet webhooks`.
#pragma once
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include "server/config/config.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Errors:  no database yet, or one of an older program: the text is for people
[[nodiscard]] Result<std::unique_ptr<storage::Database>, std::string> open_outbox(const Config& config);

struct OutboxCounts {
  std::uint64_t waiting = 0;
  std::uint64_t given_up = 0;
};
/// One JSON object a line, the earliest news first; of one target where it is named.
/// Shape:   {target, webhook_id, type, skill, user, state:"waiting"|"given_up", tries, waiting_since,
///          next_try_at|null, given_up_at|null, last_status|null, last_problem|null}
[[nodiscard]] Result<OutboxCounts, std::string> list_webhooks(storage::Database& database,
                                                              const std::optional<std::string>& target,
                                                              std::ostream& out);
/// Lets what was given up wait again; a running server sends it within seconds. Answers how many.
[[nodiscard]] Result<std::size_t, std::string> retry_webhooks(storage::Database& database,
                                                              const std::optional<std::string>& target,
                                                              Instant now);

}  // namespace couplet::server
