// SPDX-License-Identifier: Apache-2.0
#include "oauth/refresh_policy.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace couplet::oauth {
namespace {

using Verdict = RefreshDecision::Verdict;

constexpr int kUsesKeptPerIdleLifetime = 16;

RefreshDecision refuse(std::string_view cause) { return {Verdict::refuse, 0, std::nullopt, cause}; }

RefreshDecision answer(std::uint32_t generation, std::optional<RefreshRotation> store_first = std::nullopt) {
  return {Verdict::answer, generation, store_first, ""};
}

std::uint32_t successor_of(std::uint32_t generation) {
  return generation == std::numeric_limits<std::uint32_t>::max() ? generation : generation + 1;
}

bool is_retired(const Client& client, const Grant& grant, std::uint32_t presented) {
  return std::uint64_t{presented} + client.refresh_generations <= grant.rotation.generation;
}

RefreshDecision decide_stable(const Client& client, const Grant& grant, std::uint32_t presented) {
  // Only after a change of the policy are there other generations than the first.
  if (is_retired(client, grant, presented)) return refuse("refresh_token_retired");
  return answer(presented);
}

RefreshDecision decide_overlap(const Client& client, const Grant& grant, std::uint32_t presented,
                               Instant now) {
  if (is_retired(client, grant, presented)) return refuse("refresh_token_retired");
  const std::uint32_t next = successor_of(presented);
  if (presented <= grant.rotation.generation) return answer(next);
  return answer(next, RefreshRotation{presented, 0, now, grant.rotation.last_used_at});
}

bool in_grace(const Client& client, const RefreshRotation& rotation, Instant now) {
  // Either way: a clock that is set back must not open the window again (TM-01).
  return rotation.rotated_at && std::chrono::abs(now - *rotation.rotated_at) < client.refresh_grace;
}

RefreshDecision decide_strict(const Client& client, const Grant& grant, std::uint32_t presented,
                              Instant now) {
  const RefreshRotation& is = grant.rotation;
  if (presented >= is.generation) {
    const std::uint32_t next = successor_of(presented);
    return answer(next, RefreshRotation{next, 0, now, is.last_used_at});
  }
  const bool direct_predecessor = presented + 1 == is.generation;
  if (!direct_predecessor || !in_grace(client, is, now) || is.repeats >= kMostRepeats)
    return {Verdict::revoke_grant, 0, std::nullopt, "refresh_token_reused"};
  return answer(is.generation,
                RefreshRotation{is.generation, is.repeats + 1, is.rotated_at, is.last_used_at});
}

RefreshDecision decide_by_policy(const Client& client, const Grant& grant, std::uint32_t presented,
                                 Instant now) {
  switch (client.refresh_policy) {
    case RefreshPolicy::stable: return decide_stable(client, grant, presented);
    case RefreshPolicy::overlap: return decide_overlap(client, grant, presented, now);
    case RefreshPolicy::strict: return decide_strict(client, grant, presented, now);
  }
  return refuse("policy_unknown");
}

Instant last_use(const Grant& grant) { return grant.rotation.last_used_at.value_or(grant.created_at); }

std::string_view why_ended(const Client& client, const Grant& grant, Instant now) {
  if (grant.expires_at && now >= *grant.expires_at) return "grant_expired";
  if (client.refresh_token_absolute_lifetime &&
      now >= grant.created_at + *client.refresh_token_absolute_lifetime)
    return "grant_too_old";
  if (client.refresh_token_idle_lifetime && now >= last_use(grant) + *client.refresh_token_idle_lifetime)
    return "grant_unused_too_long";
  return "";
}

// Use is kept coarsely, so that a busy token does not cost a write each time.
void keep_use(const Client& client, const Grant& grant, Instant now, RefreshDecision& decision) {
  if (!client.refresh_token_idle_lifetime || decision.verdict != Verdict::answer) return;
  const bool is_due = now >= last_use(grant) + *client.refresh_token_idle_lifetime / kUsesKeptPerIdleLifetime;
  if (!is_due && !decision.store_first) return;
  if (!decision.store_first) decision.store_first = grant.rotation;
  decision.store_first->last_used_at = now;
}

}  // namespace

RefreshDecision decide_refresh(const Client& client, const Grant& grant, std::uint32_t presented,
                               Instant now) {
  if (const std::string_view cause = why_ended(client, grant, now); !cause.empty()) return refuse(cause);
  RefreshDecision decision = decide_by_policy(client, grant, presented, now);
  keep_use(client, grant, now, decision);
  return decision;
}

std::optional<Instant> earliest_end(const Client& client, std::optional<Instant> oldest_created_at,
                                    std::optional<Instant> oldest_used_at,
                                    std::optional<Instant> first_expires_at) {
  std::optional<Instant> earliest = first_expires_at;
  const auto consider = [&](std::optional<Instant> from, std::optional<seconds> lifetime) {
    if (from && lifetime) earliest = std::min(*from + *lifetime, earliest.value_or(*from + *lifetime));
  };
  consider(oldest_created_at, client.refresh_token_absolute_lifetime);
  consider(oldest_used_at, client.refresh_token_idle_lifetime);
  return earliest;
}

}  // namespace couplet::oauth
