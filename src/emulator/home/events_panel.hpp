// SPDX-License-Identifier: Apache-2.0
// The skill events on /_emulator: what waits, what became of the others, and the buttons that hold them back.
#pragma once
#include <string_view>

#include "emulator/events/event_queue.hpp"
#include "http/html.hpp"

namespace couplet::emulator {

/// `user_id` is whose phone the page shows; the form leads back to it.
[[nodiscard]] http::Html events_panel(const EventQueue& events, std::string_view user_id);

}  // namespace couplet::emulator
