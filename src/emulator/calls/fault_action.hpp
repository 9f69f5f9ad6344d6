// SPDX-License-Identifier: Apache-2.0
// What a fault does to a call, and to the answer. No I/O.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

enum class ResetPoint {
  before,  // the connection is closed, nothing has happened
  after,   // it has happened, and the answer is lost
};

enum class Malformed {
  not_json,      // a page of HTML under the media type of the answer
  truncated,     // the first half
  wrong_types,   // strings become numbers, numbers strings, true and false strings
  deep,          // an object inside an object, ten thousand times
  invalid_utf8,  // JSON but for two bytes that are no UTF-8
};

/// Parts combine, but for status and redirect, which stand for the effect, with reset.
struct FaultAction {
  milliseconds delay{0};  // waited before the effect
  std::optional<ResetPoint> reset;
  std::optional<int> status;  // answered instead of the effect
  std::string body;
  std::optional<seconds> retry_after;  // a header beside status; 429 where none is given
  std::string redirect;                // Location, instead of the effect; 302 where no status is given
  std::optional<Malformed> malformed;  // of the answer's body, after the effect
  std::size_t huge_bytes = 0;          // the body is filled up to this size, after the effect
  std::size_t drip = 0;                // the answer comes at so many bytes a second
};

/// Shape: {delay_ms?, status?, body?, retry_after?, redirect?, reset?, malformed?, huge_bytes?, drip?}
/// Errors: a sentence for the person who wrote it
Result<FaultAction, std::string> action_from_json(const json::object& object);
[[nodiscard]] json::object to_json(const FaultAction& action);

/// Absent when the effect takes place.
[[nodiscard]] std::optional<http::Response> answer_instead(const FaultAction& action);
/// The body with `malformed` and `huge_bytes` done to it.
[[nodiscard]] std::string spoiled(std::string body, const FaultAction& action);
/// "malformed body: truncated; drip 10 bytes a second", for the journal; empty for an action without either.
[[nodiscard]] std::string spoiling_note(const FaultAction& action);

}  // namespace couplet::emulator
