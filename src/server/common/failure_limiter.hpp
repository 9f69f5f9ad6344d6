// SPDX-License-Identifier: Apache-2.0
// Counts failures per caller and says who has to wait. Bounded: an attacker with many addresses costs memory
// for `remembered` of them, no more.
#pragma once
#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace couplet::server {

struct FailureLimits {
  std::uint32_t per_client_and_address = 20;  // failures in one window
  std::uint32_t per_address = 60;             // whatever client they name
  seconds window{60};
  std::size_t remembered = 8192;  // counters kept; the one that changed longest ago goes first
};

/// Failed authentications (CA-13), counted at the address that failed. Ask it about credentials that were
/// found wrong, and only about them: behind a proxy that is not among `trusted_proxies` everybody has one
/// address, and somebody's guesses must not stop those whose credentials are right. Thread: one.
class FailureLimiter {
 public:
  explicit FailureLimiter(const Clock& clock, FailureLimits limits = {}) : clock_(clock), limits_(limits) {}

  /// Time until the next try is looked at; absent when it may be made now.
  [[nodiscard]] std::optional<seconds> must_wait(std::string_view client_id, std::string_view address) const;
  void record_failure(std::string_view client_id, std::string_view address);
  [[nodiscard]] std::size_t counters() const { return counters_.size(); }

 private:
  struct Counter {
    std::chrono::nanoseconds window_start{0};
    std::uint32_t failures = 0;
    std::list<std::string>::iterator age;
  };

  [[nodiscard]] std::optional<seconds> must_wait(const std::string& key, std::uint32_t limit) const;
  void count(std::string key);

  const Clock& clock_;
  FailureLimits limits_;
  std::map<std::string, Counter, std::less<>> counters_;
  std::list<std::string> oldest_first_;
};

}  // namespace couplet::server
