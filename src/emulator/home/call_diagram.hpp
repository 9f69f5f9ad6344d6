// SPDX-License-Identifier: Apache-2.0
// The journal as a sequence diagram: a row a call, drawn as inline SVG, with what was said underneath.
#pragma once
#include "emulator/calls/journal.hpp"
#include "emulator/state/directory.hpp"
#include "http/html.hpp"

namespace couplet::emulator {

/// The newest calls, oldest first.
[[nodiscard]] http::Html call_diagram(const Journal& journal, const Directory& directory);

}  // namespace couplet::emulator
