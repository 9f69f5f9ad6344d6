// SPDX-License-Identifier: Apache-2.0
// Pages of other sites must not press the emulator's buttons.
#pragma once
#include "http/message.hpp"

namespace couplet::emulator {

/// True when a browser says that another site made this request. Programs such as curl say nothing and may.
[[nodiscard]] bool is_from_another_site(const http::Request& request);

}  // namespace couplet::emulator
