// SPDX-License-Identifier: Apache-2.0
// The state of the emulated Amazon as one JSON value that loads back exactly: accounts, skills, links,
// tokens, clock, switches, refresh plan, faults. Not the journal, which is history, nor pages that are open.
#pragma once
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "emulator/world/world.hpp"

namespace couplet::emulator {

/// Holds secrets in clear: the provider's tokens, and the secrets of the skills.
[[nodiscard]] json::object snapshot_of(const World& world);
/// All of it, or nothing.
/// Errors: a sentence
Result<void, std::string> load_snapshot(World& world, const json::object& snapshot);

}  // namespace couplet::emulator
