// SPDX-License-Identifier: Apache-2.0
// The machine's clock as a server may use it: an operator, or NTP after a long outage, may set the machine's
// back.
#pragma once
#include <mutex>

#include "base/clock.hpp"

namespace couplet {

/// Never goes back. When the machine's clock is set back, time goes on at half its pace until the machine's
/// has caught up: nothing that has ended comes to life again, and nothing new lives more than twice as long.
/// A leap forward is followed. Either, when it is ten seconds or more, is told in the log (`clock.stepped`).
/// Spec:    requirement TM-01
/// Thread:  any
class UnsteppedClock final : public Clock {
 public:
  explicit UnsteppedClock(const Clock& machine);
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override { return machine_.monotonic(); }

 private:
  struct Reading {
    Instant wall;
    std::chrono::nanoseconds monotonic;
  };
  [[nodiscard]] Reading read() const { return {machine_.now(), machine_.monotonic()}; }

  const Clock& machine_;
  mutable std::mutex mutex_;
  mutable Reading last_read_;
  mutable Instant answered_;
  mutable std::optional<Reading> slowed_since_;  // while the machine's clock is behind what we answered
};

}  // namespace couplet
