// SPDX-License-Identifier: Apache-2.0
// The part of /_emulator where things are broken and set: faults, clock, skills, switches.
#pragma once
#include <span>

#include "emulator/world/world.hpp"
#include "http/html.hpp"

namespace couplet::emulator {

/// A fault that a button orders, as the control interface takes it.
struct FaultPreset {
  std::string_view label;
  std::string_view fault;  // JSON
};
[[nodiscard]] std::span<const FaultPreset> fault_presets();

/// `user_id` is whose phone the page shows; the forms lead back to it.
[[nodiscard]] http::Html workbench_panel(const World& world, std::string_view user_id);

}  // namespace couplet::emulator
