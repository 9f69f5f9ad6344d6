// SPDX-License-Identifier: Apache-2.0
// Token introspection (RFC 7662) for resource servers. Access tokens only: a refresh token is no business of
// theirs and is answered as inactive (IN-05).
#pragma once
#include <string>

#include "base/form.hpp"
#include "domain/client.hpp"
#include "domain/grant.hpp"
#include "oauth/access_token.hpp"
#include "oauth/error.hpp"

namespace couplet::oauth {

/// Errors:  unauthorized_client (no right to introspect, IN-01); invalid_request (no token, IN-04)
[[nodiscard]] Result<AccessToken> parse_introspection_request(const FormParameters& form,
                                                              const Client& caller);

/// `grant` is null when the store has none. Active only while the grant lives and is the one the token was
/// issued from.
[[nodiscard]] bool is_active(const AccessTokenClaims& claims, const Grant* grant);

[[nodiscard]] std::string active_json(const AccessTokenClaims& claims, const AccessTokenVerifier& verifier);
/// {"active":false} and nothing else, whatever the reason (IN-03).
[[nodiscard]] std::string inactive_json();

}  // namespace couplet::oauth
