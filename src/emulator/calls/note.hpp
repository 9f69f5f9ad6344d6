// SPDX-License-Identifier: Apache-2.0
// Why the emulator answered as it did, for the developer: Amazon's bodies say little. It rides beside the
// faithful body in a header of its own and stands in the journal.
#pragma once
#include <string_view>

#include "http/message.hpp"

namespace couplet::emulator {

inline constexpr std::string_view kNoteHeader = "X-Emulator-Note";

/// Characters that no header may carry become '?'.
[[nodiscard]] http::Response with_note(http::Response response, std::string_view note);
[[nodiscard]] std::string_view note_of(const http::Response& response);

}  // namespace couplet::emulator
