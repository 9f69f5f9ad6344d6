// SPDX-License-Identifier: Apache-2.0
// What every call to a skill has in common.
#pragma once
#include <string>

#include "base/clock.hpp"
#include "http/client.hpp"

namespace couplet::emulator {

inline constexpr milliseconds kSkillDeadline{8000};  // an ordinary skill has about 8 s to answer

/// POST of a JSON body as Alexa sends it, not signed.
[[nodiscard]] http::OutgoingRequest skill_call(const std::string& url, std::string body);

/// "2025-03-01T10:05:00Z": times in requests have whole seconds.
[[nodiscard]] std::string request_time(Instant time);

}  // namespace couplet::emulator
