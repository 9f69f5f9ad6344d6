// SPDX-License-Identifier: Apache-2.0
#include "server/common/failure_limiter.hpp"

#include <algorithm>

namespace couplet::server {
namespace {

// No address contains a space, and the client id comes last: two different pairs never make one key.
std::string address_key(std::string_view address) { return std::string(address); }
std::string pair_key(std::string_view client_id, std::string_view address) {
  return std::string(address) + ' ' + std::string(client_id);
}

}  // namespace

std::optional<seconds> FailureLimiter::must_wait(std::string_view client_id, std::string_view address) const {
  if (counters_.empty()) return std::nullopt;
  const auto for_pair = must_wait(pair_key(client_id, address), limits_.per_client_and_address);
  const auto for_address = must_wait(address_key(address), limits_.per_address);
  return std::max(for_pair, for_address);  // an absent one is the smaller
}

void FailureLimiter::record_failure(std::string_view client_id, std::string_view address) {
  count(pair_key(client_id, address));
  count(address_key(address));
}

std::optional<seconds> FailureLimiter::must_wait(const std::string& key, std::uint32_t limit) const {
  const auto found = counters_.find(key);
  if (found == counters_.end() || found->second.failures < limit) return std::nullopt;
  const auto left = found->second.window_start + limits_.window - clock_.monotonic();
  if (left.count() <= 0) return std::nullopt;
  return std::chrono::ceil<seconds>(left);
}

void FailureLimiter::count(std::string key) {
  const auto now = clock_.monotonic();
  auto found = counters_.find(key);
  if (found == counters_.end()) {
    if (counters_.size() >= limits_.remembered && !oldest_first_.empty()) {
      counters_.erase(oldest_first_.front());
      oldest_first_.pop_front();
    }
    oldest_first_.push_back(key);
    found = counters_.emplace(std::move(key), Counter{now, 0, std::prev(oldest_first_.end())}).first;
  } else {
    oldest_first_.splice(oldest_first_.end(), oldest_first_, found->second.age);
  }
  Counter& counter = found->second;
  if (now - counter.window_start >= limits_.window) counter.window_start = now, counter.failures = 0;
  ++counter.failures;
}

}  // namespace couplet::server
