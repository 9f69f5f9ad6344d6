// SPDX-License-Identifier: Apache-2.0
// The part of /_emulator/api that saves and loads the whole state.
#pragma once
#include "emulator/control/control_route.hpp"
#include "emulator/world/world.hpp"

namespace couplet::emulator {

/// Thread: the emulator's.
class ControlSnapshot {
 public:
  explicit ControlSnapshot(World& world) : world_(world) {}
  void add_routes(http::Router& router);

 private:
  http::Response load(const http::Request& request);

  World& world_;
};

}  // namespace couplet::emulator
