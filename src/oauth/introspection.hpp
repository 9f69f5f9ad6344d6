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

/// An access token that works now, with what it works for.
struct ActiveToken {
  AccessTokenClaims claims;
  Grant grant;
  const Client& client;  // whose token it is; belongs to the registry
};

/// Errors:  unauthorized_client (no right to introspect, IN-01); invalid_request (no token, IN-04)
[[nodiscard]] Result<AccessToken> parse_introspection_request(const FormParameters& form,
                                                              const Client& caller);

/// `grant` and `client` are null when there are none. Active only while the client is served, and the grant
/// lives and is the one the token was issued from: same client, user and skill (AT-10).
[[nodiscard]] bool is_active(const AccessTokenClaims& claims, const Grant* grant, const Client* client,
                             const IssuerProfile& profile);

/// Whether this resource server may know about tokens for the skill (AT-10).
[[nodiscard]] bool may_introspect(const Client& caller, const SkillName& skill);

/// With `username`, the provider's own id of the user, where `sub` is pairwise: a resource server of the
/// provider has to act for somebody it knows (RFC 7662 2.2).
[[nodiscard]] std::string active_json(const ActiveToken& active, const IssuerProfile& profile);
/// {"active":false} and nothing else, whatever the reason (IN-03).
[[nodiscard]] std::string inactive_json();

}  // namespace couplet::oauth
