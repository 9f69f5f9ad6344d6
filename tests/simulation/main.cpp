// SPDX-License-Identifier: Apache-2.0
// couplet-simulation --seeds 1-20000    plays many lives; prints those that end badly, and how to see them
// couplet-simulation --seed 17          tells the story of one
#include <CLI/CLI.hpp>
#include <charconv>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "simulation/world.hpp"

namespace {

using couplet::simulation::World;

struct Range {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
};

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Range> to_range(const std::string& text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string::npos) return std::nullopt;
  const auto first = to_number(std::string_view(text).substr(0, dash));
  const auto last = to_number(std::string_view(text).substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return Range{*first, *last};
}

// The seeds of the file, one a line; what follows a number is for people.
std::vector<std::uint64_t> read_regressions(const std::string& file) {
  std::vector<std::uint64_t> seeds;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);)
    if (const auto seed = to_number(line.substr(0, line.find(' ')))) seeds.push_back(*seed);
  return seeds;
}

int tell(std::uint64_t seed) {
  World world(seed);
  const std::string broken = world.live();
  std::cout << world.story().text() << (broken.empty() ? "all is well" : "BROKEN: " + broken) << "\n";
  return broken.empty() ? 0 : 1;
}

// Every hundredth life is lived twice: the same seed must come to the same story (QA-01).
std::string play(std::uint64_t seed) {
  World world(seed);
  std::string broken = world.live();
  if (!broken.empty() || seed % 100 != 0) return broken;
  World again(seed);
  again.live();
  return again.story().hash() == world.story().hash() ? ""
                                                      : "QA-01: the seed told another story the second time";
}

int play_all(const std::vector<std::uint64_t>& seeds) {
  constexpr int kMostReports = 10;
  int failed = 0;
  for (const std::uint64_t seed : seeds) {
    const std::string broken = play(seed);
    if (broken.empty()) continue;
    if (++failed <= kMostReports)
      std::cout << "seed " << seed << ": " << broken << "\n  see: couplet-simulation --seed " << seed << "\n";
  }
  std::cout << seeds.size() - static_cast<std::size_t>(failed) << " passed, " << failed << " failed\n";
  return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Plays lives of Couplet against a model of Amazon"};
  std::uint64_t seed = 0;
  std::string range_text;
  std::string regressions;
  app.add_option("--seed", seed, "tell the story of this one");
  app.add_option("--seeds", range_text, "play these, FIRST-LAST");
  app.add_option("--regressions", regressions, "a file of seeds that once failed; played as well");
  CLI11_PARSE(app, argc, argv);
  if (seed != 0) return tell(seed);
  std::vector<std::uint64_t> seeds = read_regressions(regressions);
  const auto range = to_range(range_text);
  if (!range) {
    std::cerr << "couplet-simulation: name --seed N or --seeds FIRST-LAST\n";
    return 2;
  }
  for (std::uint64_t i = range->first; i <= range->last; ++i) seeds.push_back(i);
  return play_all(seeds);
}
