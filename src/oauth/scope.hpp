// SPDX-License-Identifier: Apache-2.0
// Scope values: space-separated tokens (RFC 6749 3.3).
#pragma once
#include <string>
#include <string_view>

#include "oauth/error.hpp"

namespace couplet::oauth {

/// Tokens of %x21 / %x23-5B / %x5D-7E with one space between them.
[[nodiscard]] bool is_scope(std::string_view text);

/// What a refresh may carry when it asks for `requested` out of `granted`; the grant itself does not shrink
/// (RT-02). Errors:  invalid_scope (malformed, or not granted)
[[nodiscard]] Result<std::string> narrow_scope(std::string_view granted, std::string_view requested);

}  // namespace couplet::oauth
