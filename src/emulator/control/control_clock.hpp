// SPDX-License-Identifier: Apache-2.0
// The part of /_emulator/api about time.
#pragma once
#include "emulator/alexa/refresher.hpp"
#include "emulator/control/control_route.hpp"
#include "emulator/state/adjustable_clock.hpp"

namespace couplet::emulator {

/// Thread: the emulator's.
class ControlClock {
 public:
  ControlClock(AdjustableClock& clock, Refresher& refresher) : clock_(clock), refresher_(refresher) {}
  void add_routes(http::Router& router);

 private:
  [[nodiscard]] http::Response show() const;
  /// Shape: {now?:"2026-03-01T10:00:00Z", ahead_seconds?, rate?:0.01..100000, frozen?:bool}
  http::Response set(const http::Request& request);
  /// Shape: {seconds}. Effects: does the refreshes that fall due meanwhile, where they are scheduled
  Task<http::Response> advance(const http::Request& request);

  AdjustableClock& clock_;
  Refresher& refresher_;
};

}  // namespace couplet::emulator
