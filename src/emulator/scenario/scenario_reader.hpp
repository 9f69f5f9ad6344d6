// SPDX-License-Identifier: Apache-2.0
// A scenario file, read: one step a line. No I/O.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "emulator/scenario/scenario.hpp"
#include "emulator/scenario/scenario_words.hpp"

namespace couplet::emulator {

struct ScenarioFault {
  std::size_t line = 0;
  std::size_t column = 0;
  std::string problem;  // what was found, and what is allowed
};
/// "linked.scenario:3:7: found …; expected …"
[[nodiscard]] std::string fault_text(std::string_view file, const ScenarioFault& fault);

/// Errors: the first line that cannot be read
Result<Scenario, ScenarioFault> read_scenario(std::string_view text, const ScenarioVariables& variables);

}  // namespace couplet::emulator
