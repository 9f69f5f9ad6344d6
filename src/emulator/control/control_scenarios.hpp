// SPDX-License-Identifier: Apache-2.0
// The part of /_emulator/api that plays a scenario.
#pragma once
#include "emulator/control/control_route.hpp"
#include "emulator/control/router_client.hpp"
#include "emulator/scenario/scenario_reader.hpp"

namespace couplet::emulator {

/// Thread: the emulator's.
class ControlScenarios {
 public:
  /// The emulator's own calls go to `browser_router`, the provider's over `provider`.
  ControlScenarios(const http::Router& browser_router, http::Client& provider, const Clock& clock);
  void add_routes(http::Router& router);

 private:
  /// Shape: {text, variables?:{NAME: value}}, or the text itself as text/plain
  Task<http::Response> play(const http::Request& request);

  RouterClient client_;
  const Clock& clock_;
};

}  // namespace couplet::emulator
