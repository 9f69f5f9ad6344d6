// SPDX-License-Identifier: Apache-2.0
// The emulator's time: the machine's, moved forward by hand so that tokens expire while one watches.
#pragma once
#include "base/clock.hpp"

namespace couplet::emulator {

class AdjustableClock final : public Clock {
 public:
  explicit AdjustableClock(const Clock& base) : base_(base) {}
  [[nodiscard]] Instant now() const override { return base_.now() + ahead_; }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override { return base_.monotonic(); }
  void advance(milliseconds by) { ahead_ += by; }
  void reset() { ahead_ = milliseconds{0}; }
  [[nodiscard]] milliseconds ahead() const { return ahead_; }

 private:
  const Clock& base_;
  milliseconds ahead_{0};
};

}  // namespace couplet::emulator
