// SPDX-License-Identifier: Apache-2.0
// Writes JSON members straight into a string, for the few answers that are made thousands of times a second.
// Anything else uses boost::json.
#pragma once
#include <string>
#include <string_view>

namespace couplet::oauth {

/// Appends a quoted and escaped JSON string.
void append_json_string(std::string& out, std::string_view text);

}  // namespace couplet::oauth
