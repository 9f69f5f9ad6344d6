// SPDX-License-Identifier: Apache-2.0
// Plays scenarios inside the emulator: its own calls go to its own router, the provider's over the network.
#pragma once
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "emulator/control/router_client.hpp"
#include "emulator/scenario/scenario_library.hpp"
#include "emulator/scenario/scenario_player.hpp"
#include "emulator/scenario/scenario_reader.hpp"

namespace couplet::emulator {

struct ScenarioReport {
  std::string title;
  std::vector<PlayedStep> steps;  // as far as it came

  [[nodiscard]] bool passed() const { return steps.empty() || steps.back().problem.empty(); }
};

/// Thread: the emulator's.
class ScenarioStage {
 public:
  ScenarioStage(ScenarioLibrary library, const http::Router& browser_router, http::Client& provider,
                const Clock& clock);
  [[nodiscard]] const ScenarioLibrary& library() const { return library_; }

  /// `variables` win over those of the library. Errors: the first line that cannot be read; nothing is played
  /// then
  Task<Result<ScenarioReport, ScenarioFault>> play(std::string text, ScenarioVariables variables);

 private:
  ScenarioLibrary library_;
  RouterClient client_;
  const Clock& clock_;
};

}  // namespace couplet::emulator
