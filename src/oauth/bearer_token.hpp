// SPDX-License-Identifier: Apache-2.0
// How an access token comes to a resource endpoint of ours: in the Authorization header, and nowhere else.
#pragma once
#include <optional>
#include <string_view>

#include "oauth/client_authentication.hpp"
#include "oauth/error.hpp"
#include "oauth/token_format.hpp"

namespace couplet::oauth {

/// Absent when none was sent, or another scheme was used.
/// Spec:    RFC 6750 2.1, 2.2, 2.3; requirements AT-01, AT-02, AT-04
/// Errors:  invalid_request (malformed, twice, in the query, or with a body that could hold another)
[[nodiscard]] Result<std::optional<AccessToken>> read_bearer_token(const AuthorizationHeader& header,
                                                                   std::string_view query,
                                                                   std::string_view body);

}  // namespace couplet::oauth
