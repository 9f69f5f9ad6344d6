// SPDX-License-Identifier: Apache-2.0
#include "emulator/scenario/scenario_reader.hpp"

#include <utility>

#include "emulator/scenario/scenario_lines.hpp"

namespace couplet::emulator {

namespace {

constexpr std::size_t kMostSteps = 10'000;

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = line.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlanks) - begin + 1);
}

/// "scenario A title that goes on to the end of the line"
std::string title_of(std::string_view line) { return std::string(trimmed(trimmed(line).substr(8))); }

void read_line(ScenarioWords& words, std::string_view line, std::size_t number, Scenario& scenario) {
  if (words.take("scenario")) {
    scenario.title = title_of(line);
    return;
  }
  if (words.take("provider")) return read_provider(words, scenario.provider);
  if (words.take("skill")) {
    scenario.skill = words.word("the skill of steps that name none");
    return words.end();
  }
  auto action = read_thing_step(words);
  if (!action) action = read_person_step(words);
  words.end();
  scenario.steps.push_back({number, std::string(trimmed(line)), std::move(*action)});
}

}  // namespace

Result<Scenario, ScenarioFault> read_scenario(std::string_view text, const ScenarioVariables& variables) {
  Scenario scenario;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);  // as forms and some editors send it
    ScenarioWords words(line, variables);
    if (!words.failed() && !words.empty()) read_line(words, line, number, scenario);
    if (words.failed()) return std::unexpected(ScenarioFault{number, words.column(), words.problem()});
    if (scenario.steps.size() > kMostSteps)
      return std::unexpected(ScenarioFault{number, 1, "a scenario has at most 10000 steps"});
  }
  if (scenario.steps.empty())
    return std::unexpected(
        ScenarioFault{number, 1, "the scenario has no steps; a first one: account anna in EU as tester"});
  return scenario;
}

std::string fault_text(std::string_view file, const ScenarioFault& fault) {
  return std::string(file) + ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column) + ": " +
         fault.problem;
}

}  // namespace couplet::emulator
