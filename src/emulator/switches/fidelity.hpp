// SPDX-License-Identifier: Apache-2.0
// What the emulator does as Amazon does it, and on what that rests: the rows of the table in
// docs/emulator.md. What can be chosen stands in switch_table.hpp.
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

/// Both tables as Markdown, the fixed rows first.
[[nodiscard]] std::string fidelity_markdown();

}  // namespace couplet::emulator
