// SPDX-License-Identifier: Apache-2.0
// The emulator's time: the machine's, until somebody moves it, stops it or makes it run faster, so that
// tokens expire while one watches.
#pragma once
#include <cmath>

#include "base/clock.hpp"

namespace couplet::emulator {

class AdjustableClock final : public Clock {
 public:
  explicit AdjustableClock(const Clock& base) : base_(base) { reset(); }
  [[nodiscard]] Instant now() const override {
    if (frozen_) return set_to_;
    const auto passed = static_cast<double>((base_.now() - set_at_).count());
    return set_to_ + milliseconds(std::llround(passed * rate_));
  }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override { return base_.monotonic(); }

  void set(Instant instant) {
    set_at_ = base_.now();
    set_to_ = instant;
  }
  void advance(milliseconds by) { set(now() + by); }
  /// A frozen clock stands still until it is moved; thawed, it goes on from there.
  void freeze(bool frozen) {
    set(now());
    frozen_ = frozen;
  }
  /// How many of its seconds pass in one of the machine's.
  void set_rate(double rate) {
    set(now());
    rate_ = rate;
  }
  void reset() {
    frozen_ = false;
    rate_ = 1;
    set(base_.now());
  }

  [[nodiscard]] bool frozen() const { return frozen_; }
  [[nodiscard]] double rate() const { return rate_; }
  /// Negative when it was set back.
  [[nodiscard]] milliseconds ahead() const { return now() - base_.now(); }

 private:
  const Clock& base_;
  Instant set_at_{};  // by the machine
  Instant set_to_{};
  double rate_ = 1;
  bool frozen_ = false;
};

}  // namespace couplet::emulator
