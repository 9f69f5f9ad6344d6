// SPDX-License-Identifier: Apache-2.0
// Values of the domain as the linking API writes them.
#pragma once
#include <span>

#include "alexa/linking_urls.hpp"
#include "base/json.hpp"
#include "domain/link.hpp"
#include "domain/skill_event.hpp"

namespace couplet::server {

/// {ios, android, web}
[[nodiscard]] json::object to_json(const alexa::ManageUrls& urls);
/// {attempt_id, reference, skill, user, status, …, hops:[{at, name, from, to, status, latency_ms, cause,
/// meaning, advice}]}
[[nodiscard]] json::object to_json(const LinkAttempt& attempt, std::span<const Hop> hops);

/// What a status answer is made of.
struct LinkView {
  enum class Status { LINKED, NOT_LINKED, UNKNOWN };
  Status status = Status::NOT_LINKED;
  std::optional<AccountLink> link;          // as stored; absent when there never was one
  std::optional<Instant> grant_revoked_at;  // our own side of it, where that has ended
  std::optional<AlexaIdRecord> alexa_id{};  // what events have said about the user's newest Alexa id
};
/// {status, origin, checked_at, evidence, action, manage_urls}
[[nodiscard]] json::object to_json(const LinkView& view, const Skill& skill, const alexa::AmazonPages& pages);
/// {user, status, origin, checked_at, action}: one of many
[[nodiscard]] json::object to_json_line(const UserId& user, const LinkView& view);

}  // namespace couplet::server
