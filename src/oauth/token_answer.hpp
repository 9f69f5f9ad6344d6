// SPDX-License-Identifier: Apache-2.0
// The body of a successful answer of the token endpoint (RFC 6749 5.1).
#pragma once
#include <optional>
#include <string>

#include "oauth/access_token.hpp"
#include "oauth/token_format.hpp"

namespace couplet::oauth {

/// {"access_token":…,"token_type":"Bearer","expires_in":3600,"refresh_token":…,"scope":…}; `scope` only when
/// it differs from what was asked for (TK-16).
[[nodiscard]] std::string token_answer_json(const IssuedAccessToken& issued,
                                            const RefreshToken& refresh_token,
                                            std::optional<std::string_view> scope);

}  // namespace couplet::oauth
