// SPDX-License-Identifier: Apache-2.0
// Login with Amazon's refusals at the token endpoint, as captured: one row each.
#pragma once
#include <string_view>

#include "emulator/switches/switches.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

enum class LwaError {
  invalid_request,        // a parameter is missing; its name ends the text
  invalid_code,           // invalid_grant
  invalid_refresh_token,  // invalid_grant
  invalid_client,
  unauthorized_client,
  unsupported_grant_type,
};

/// What an error's answer takes from its call.
struct LwaErrorContext {
  const Switches& switches;
  std::string_view request_id;
};

/// `parameter` completes the text of invalid_request. `note` is for the developer.
[[nodiscard]] http::Response lwa_error(const LwaErrorContext& context, LwaError error, std::string_view note,
                                       std::string_view parameter = "");

}  // namespace couplet::emulator
