// SPDX-License-Identifier: Apache-2.0
// The part of /_emulator/api about refreshes: the plan by which Alexa makes them, and "now".
#pragma once
#include "emulator/alexa/refresher.hpp"
#include "emulator/control/control_route.hpp"
#include "emulator/world/world.hpp"

namespace couplet::emulator {

/// Thread: the emulator's.
class ControlRefresh {
 public:
  ControlRefresh(World& world, Refresher& refresher) : world_(world), refresher_(refresher) {}
  void add_routes(http::Router& router);

 private:
  [[nodiscard]] http::Response show() const;
  http::Response set_plan(const http::Request& request);
  /// Shape: {user | users:[…up to 1000], skill_id, mode?, count?}
  Task<http::Response> refresh(const http::Request& request);

  World& world_;
  Refresher& refresher_;
};

}  // namespace couplet::emulator
