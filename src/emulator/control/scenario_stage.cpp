// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/scenario_stage.hpp"

#include <utility>

namespace couplet::emulator {

namespace {

constexpr const char* kOwnUrl = "http://this.emulator";  // never leaves the process

}  // namespace

ScenarioStage::ScenarioStage(ScenarioLibrary library, const http::Router& browser_router,
                             http::Client& provider, const Clock& clock)
    : library_(std::move(library)), client_(kOwnUrl, browser_router, provider), clock_(clock) {}

Task<Result<ScenarioReport, ScenarioFault>> ScenarioStage::play(std::string text,
                                                                ScenarioVariables variables) {
  variables.insert(library_.variables.begin(), library_.variables.end());
  auto scenario = read_scenario(text, variables);
  if (!scenario) co_return std::unexpected(std::move(scenario.error()));
  ScenarioReport report{scenario->title, {}};
  ScenarioPlayer player(std::move(*scenario), kOwnUrl, client_, clock_);
  report.steps = co_await player.play();
  co_return report;
}

}  // namespace couplet::emulator
