// SPDX-License-Identifier: Apache-2.0
// The kinds of lines of a scenario, one function each. Problems stay in the words.
#pragma once
#include <optional>

#include "emulator/scenario/scenario.hpp"
#include "emulator/scenario/scenario_words.hpp"

namespace couplet::emulator {

/// "provider url http://127.0.0.1:8080" and its like; `provider` has been taken.
void read_provider(ScenarioWords& words, ScenarioProvider& provider);

/// Steps whose first word names a thing: account, alexa, wait, clock, fault, clear, switch, refresh, reset,
/// mark, expect. Absent when the line begins with none of them.
std::optional<ScenarioAction> read_thing_step(ScenarioWords& words);
/// Steps whose first word names a person: "anna links ride-hailer via alexa app".
ScenarioAction read_person_step(ScenarioWords& words);

// Parts of the above that have a file of their own.
json::object read_fault(ScenarioWords& words);
ScenarioAction read_expectation(ScenarioWords& words);

}  // namespace couplet::emulator
