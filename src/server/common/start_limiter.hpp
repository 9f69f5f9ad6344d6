// SPDX-License-Identifier: Apache-2.0
// How many links one user may start in a minute (LK-18), or how often one address may be refused. Bounded:
// the whole table is dropped each minute. Thread: one.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"

namespace couplet::server {

class StartLimiter {
 public:
  StartLimiter(const Clock& clock, std::int64_t starts_per_minute)
      : clock_(clock), starts_per_minute_(starts_per_minute) {}

  /// True when this start is still allowed, and counts it.
  bool allow(const std::string& who) {
    if (clock_.monotonic() - window_start_ >= minutes{1} || starts_.size() >= kRemembered) {
      starts_.clear();
      window_start_ = clock_.monotonic();
    }
    return ++starts_[who] <= starts_per_minute_;
  }

 private:
  static constexpr std::size_t kRemembered = 100'000;
  const Clock& clock_;
  std::int64_t starts_per_minute_;
  std::chrono::nanoseconds window_start_{0};
  std::unordered_map<std::string, std::int64_t> starts_;
};

}  // namespace couplet::server
