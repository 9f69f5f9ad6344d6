// SPDX-License-Identifier: Apache-2.0
#include "base/unstepped_clock.hpp"

#include "base/log.hpp"

namespace couplet {
namespace {

constexpr milliseconds kWorthTelling = seconds{10};

milliseconds between(std::chrono::nanoseconds from, std::chrono::nanoseconds to) {
  return std::chrono::floor<milliseconds>(to - from);
}

}  // namespace

UnsteppedClock::UnsteppedClock(const Clock& machine)
    : machine_(machine), last_read_(read()), answered_(last_read_.wall) {}

Instant UnsteppedClock::now() const {
  const std::scoped_lock lock(mutex_);
  const Reading reading = read();
  const milliseconds step =
      reading.wall - (last_read_.wall + between(last_read_.monotonic, reading.monotonic));
  last_read_ = reading;
  if (abs(step) >= kWorthTelling) log::warn("clock.stepped", {{"by_ms", step.count()}});
  if (!slowed_since_ && reading.wall < answered_) slowed_since_ = {answered_, reading.monotonic};
  if (slowed_since_) {
    const Instant slow = slowed_since_->wall + between(slowed_since_->monotonic, reading.monotonic) / 2;
    if (reading.wall < slow) return answered_ = slow;
    slowed_since_.reset();
  }
  return answered_ = reading.wall;
}

}  // namespace couplet
