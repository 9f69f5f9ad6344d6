// SPDX-License-Identifier: Apache-2.0
// What the emulator does as Amazon does it, on what that rests, and what it leaves out: the rows of the
// tables in docs/emulator.md. What can be chosen stands in switch_table.hpp.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "emulator/switches/switch_table.hpp"

namespace couplet::emulator {

struct FidelityRow {
  std::string_view behaviour;
  Standing standing;
  std::string_view source;
};
[[nodiscard]] std::span<const FidelityRow> fidelity_rows();

/// What Amazon has and the emulator has not.
struct LeftOutRow {
  std::string_view what;
  std::string_view why;
};
[[nodiscard]] std::span<const LeftOutRow> left_out_rows();

/// The three tables as Markdown: the fixed rows, the switches, what is left out.
[[nodiscard]] std::string fidelity_markdown();

}  // namespace couplet::emulator
