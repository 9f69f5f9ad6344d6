// SPDX-License-Identifier: Apache-2.0
// The table that scripts/bench prints.
#pragma once
#include <string>
#include <vector>

#include "disk.hpp"
#include "load.hpp"

namespace couplet::bench {

/// One round of one measure.
struct Round {
  Measured load;
  double cpu_us_per_request = 0;  // of the server
};

struct Line {
  std::string name;
  std::string floor;  // name of the line to compare with; empty: is a floor itself
  std::vector<Round> rounds;
};

/// Medians over the rounds, each figure beside its floor's.
[[nodiscard]] std::string to_text(const std::vector<Line>& lines, const DiskSpeed& disk);

}  // namespace couplet::bench
