// SPDX-License-Identifier: Apache-2.0
// The scenarios that an emulator knows by name, and what their ${NAME}s stand for.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "emulator/scenario/scenario_words.hpp"

namespace couplet::emulator {

struct KnownScenario {
  std::string name;   // of its file, without ".scenario"
  std::string title;  // of its first line; the name where it has none
  std::string text;
};

struct ScenarioLibrary {
  std::vector<KnownScenario> scenarios;
  ScenarioVariables variables;  // may hold secrets, such as an API key

  /// nullptr when there is none of this name.
  [[nodiscard]] const KnownScenario* find(std::string_view name) const;
};

/// The `*.scenario` files of a folder, in the order of their names. They are not checked: what is wrong with
/// one is told when it is played. Errors: a sentence
Result<std::vector<KnownScenario>, std::string> read_scenario_folder(const std::filesystem::path& folder);

}  // namespace couplet::emulator
