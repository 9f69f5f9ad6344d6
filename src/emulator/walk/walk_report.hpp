// SPDX-License-Identifier: Apache-2.0
// How a walk is printed: one block a step, aligned, secrets masked.
#pragma once
#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/calls/masking.hpp"

namespace couplet::emulator {

/// One call as it is shown.
struct WalkLine {
  std::string who;  // "phone → couplet"
  std::string method;
  std::string url;
  std::optional<int> status;  // absent: no answer
  std::chrono::milliseconds elapsed{0};
  ShownFields sent;
  ShownFields received;
};

struct StepReport {
  int number = 0;
  std::string title;
  std::vector<WalkLine> lines;
  ShownFields facts;
  std::string problem;    // empty: the step succeeded
  std::string next_step;  // what to do about the problem
  bool skipped = false;   // an earlier step failed

  [[nodiscard]] bool good() const { return problem.empty() && !skipped; }
};

void print(std::ostream& out, const StepReport& step);

/// Pads with spaces to `width` characters as a terminal shows them, not bytes.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);

}  // namespace couplet::emulator
