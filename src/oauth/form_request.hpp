// SPDX-License-Identifier: Apache-2.0
// The body of a POST to /oauth/*: a form and nothing else; the query string is never looked at (TK-02).
#pragma once
#include <optional>
#include <string_view>

#include "base/form.hpp"
#include "oauth/error.hpp"

namespace couplet::oauth {

/// Spec:    RFC 6749 3.2, app. B; requirements TK-03..TK-08
/// Errors:  invalid_request (other media type, broken escape, repeated parameter, too many)
[[nodiscard]] Result<FormParameters> read_form(std::optional<std::string_view> content_type,
                                               std::string_view body);

}  // namespace couplet::oauth
