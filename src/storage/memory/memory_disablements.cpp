// SPDX-License-Identifier: Apache-2.0
// What is owed to Amazon, who may work on it, and which links are looked at again.
#include <algorithm>

#include "storage/memory/memory_rows.hpp"

namespace couplet::storage::memory {

OwedDisablement Rows::owe_disablement(OwedDisablement owed) {
  owed.disablement_id = ++last_disablement_id_;
  disablements_.emplace(owed.disablement_id, owed);
  return owed;
}

std::optional<OwedDisablement> Rows::claim_disablement(Instant now, Instant claimed_until) {
  const auto longest_due = std::ranges::min_element(
      disablements_, {}, [](const auto& entry) { return std::pair(entry.second.due_at, entry.first); });
  if (longest_due == disablements_.end() || longest_due->second.due_at > now) return std::nullopt;
  ++longest_due->second.tries;
  longest_due->second.due_at = claimed_until;
  return longest_due->second;
}

void Rows::postpone_disablement(const OwedDisablement& owed) {
  const auto stored = disablements_.find(owed.disablement_id);
  if (stored == disablements_.end()) return;
  stored->second.sealed_amazon_tokens = owed.sealed_amazon_tokens;
  stored->second.last_cause = owed.last_cause;
  stored->second.due_at = owed.due_at;
}

void Rows::settle_disablement(std::int64_t disablement_id) { disablements_.erase(disablement_id); }

bool Rows::take_lease(const std::string& name, const std::string& holder, Instant now, Instant until) {
  std::erase_if(leases_, [&](const auto& lease) { return lease.second.second <= now; });
  const auto [lease, is_new] = leases_.try_emplace(name, holder, until);
  if (!is_new && lease->second.first != holder) return false;
  lease->second.second = until;
  return true;
}

void Rows::release_lease(const std::string& name, const std::string& holder) {
  const auto lease = leases_.find(name);
  if (lease != leases_.end() && lease->second.first == holder) leases_.erase(lease);
}

std::vector<AccountLink> Rows::links_to_check(Instant checked_before, const std::optional<CheckedLink>& after,
                                              std::size_t limit) const {
  const auto place = [](const AccountLink& link) {
    return std::tuple(link.checked_at, link.skill, link.user);
  };
  std::vector<AccountLink> found;
  for (const auto& [key, link] : links_) {
    const bool is_wanted = link.status == LinkStatus::LINKED && !link.sealed_amazon_tokens.empty() &&
                           link.checked_at < checked_before;
    if (is_wanted && (!after || place(link) > std::tuple(after->checked_at, after->skill, after->user)))
      found.push_back(link);
  }
  std::ranges::sort(found, {}, place);
  if (found.size() > limit) found.resize(limit);
  return found;
}

}  // namespace couplet::storage::memory
