// SPDX-License-Identifier: Apache-2.0
// Scenarios on the page: choose or paste one, and what came of the last one.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "emulator/control/scenario_stage.hpp"
#include "http/html.hpp"

namespace couplet::emulator {

/// What the page remembers of its scenarios.
struct ScenarioBench {
  bool playing = false;
  std::string chosen;  // the last one's name; empty: it was pasted
  std::string pasted;  // the text that was pasted last
  std::optional<Result<ScenarioReport, ScenarioFault>> came_of_it;
};

/// `user_id` is whose phone stays in view.
[[nodiscard]] http::Html scenario_panel(const ScenarioLibrary& library, const ScenarioBench& bench,
                                        std::string_view user_id);

}  // namespace couplet::emulator
