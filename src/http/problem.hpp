// SPDX-License-Identifier: Apache-2.0
// The answers that the HTTP layer gives by itself: application/problem+json (RFC 9457) with fixed texts only.
#pragma once
#include "http/message.hpp"

namespace couplet::http {

/// "Not Found"; empty for a status nobody registered.
[[nodiscard]] std::string_view reason_phrase(int status);

/// {"type":"about:blank","title":reason phrase,"status":status,"detail":detail}; `detail` is a constant of
/// ours, never text from outside. Left out when it is empty.
[[nodiscard]] Response problem_response(int status, std::string_view detail = {});

}  // namespace couplet::http
