// SPDX-License-Identifier: Apache-2.0
#include "emulator/scenario/scenario_library.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

namespace couplet::emulator {

namespace {

constexpr std::string_view kTitleWord = "scenario ";

std::string title_of(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(kTitleWord))
      return std::string(line.substr(kTitleWord.size(), line.find('\r') - kTitleWord.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return std::string(name);
}

}  // namespace

const KnownScenario* ScenarioLibrary::find(std::string_view name) const {
  const auto found = std::ranges::find(scenarios, name, &KnownScenario::name);
  return found == scenarios.end() ? nullptr : &*found;
}

Result<std::vector<KnownScenario>, std::string> read_scenario_folder(const std::filesystem::path& folder) {
  std::vector<KnownScenario> scenarios;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".scenario") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return std::unexpected("cannot read " + entry.path().string());
    const std::string name = entry.path().stem().string();
    scenarios.push_back({name, title_of(text.view(), name), text.str()});
  }
  if (error) return std::unexpected(folder.string() + ": " + error.message());
  std::ranges::sort(scenarios, {}, &KnownScenario::name);
  return scenarios;
}

}  // namespace couplet::emulator
