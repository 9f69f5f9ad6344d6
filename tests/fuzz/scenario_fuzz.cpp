// SPDX-License-Identifier: Apache-2.0
// A scenario that somebody pasted is read, or its first fault has a place in it.
#include "emulator/scenario/scenario_reader.hpp"

#include <algorithm>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using couplet::fuzz::must;
  const std::string_view text = couplet::fuzz::as_text(data, size);
  const auto scenario = couplet::emulator::read_scenario(text, {});
  if (scenario) return 0;
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
  must(scenario.error().line <= lines, "the line is there");
  must(!scenario.error().problem.empty(), "and what is wrong with it");
  return 0;
}
