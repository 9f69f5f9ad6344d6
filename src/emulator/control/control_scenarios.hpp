// SPDX-License-Identifier: Apache-2.0
// The part of /_emulator/api that plays a scenario.
#pragma once
#include "emulator/control/control_route.hpp"
#include "emulator/control/scenario_stage.hpp"

namespace couplet::emulator {

/// Thread: the emulator's.
class ControlScenarios {
 public:
  explicit ControlScenarios(ScenarioStage& stage) : stage_(stage) {}
  void add_routes(http::Router& router);

 private:
  struct Order {
    std::string text;
    ScenarioVariables variables;
  };
  /// Shape: {scenarios: [{name, title}]}
  [[nodiscard]] http::Response list() const;
  /// Shape: {text or name, variables?:{NAME: value}}, or the text itself as text/plain
  Task<http::Response> play(const http::Request& request);
  [[nodiscard]] Result<Order, std::string> read_order(const http::Request& request) const;

  ScenarioStage& stage_;
};

}  // namespace couplet::emulator
