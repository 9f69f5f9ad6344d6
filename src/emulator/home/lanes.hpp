// SPDX-License-Identifier: Apache-2.0
// Who a call of the journal was between, for people: the journal has hosts and paths only.
#pragma once
#include <string>
#include <string_view>

#include "emulator/calls/journal.hpp"
#include "emulator/state/directory.hpp"

namespace couplet::emulator {

/// In the order in which they stand on the page.
enum class Lane {
  phone,     // a browser, or the Alexa app
  provider,  // the skill, and the provider's app behind it
  server,    // the linking backend and authorization server under test
  lwa,
  alexa,
};
[[nodiscard]] std::string_view lane_text(Lane lane);  // "Phone"
[[nodiscard]] std::string_view lane_id(Lane lane);    // "phone"

struct Hop {
  Lane from = Lane::phone;
  Lane to = Lane::alexa;
  std::string label;  // "POST enablement"
};
[[nodiscard]] Hop hop_of(const JournalEntry& entry, const Directory& directory);

}  // namespace couplet::emulator
