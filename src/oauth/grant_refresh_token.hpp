// SPDX-License-Identifier: Apache-2.0
// grant_type=refresh_token: whether the token is good, and what the answer is. The order of the checks is the
// table in the source; what rotation does is refresh_policy.hpp's.
#pragma once
#include <optional>
#include <string>

#include "domain/client.hpp"
#include "domain/grant.hpp"
#include "oauth/error.hpp"
#include "oauth/token_request.hpp"

namespace couplet::oauth {

struct AllowedRefresh {
  std::string scope;           // of the new access token: the grant's, or less when less was asked for
  RefreshToken refresh_token;  // that the answer carries
  std::optional<RefreshRotation> store_first;  // in place of the grant's rotation, before the answer is sent
};

struct RefreshRefusal {
  OAuthError error;
  bool ends_grant = false;  // reuse under `strict`: the grant is revoked before the answer is sent (RT-05)
};

/// Spec:    RFC 6749 5.2, 6; requirements RT-01..09, RT-13, RT-15, RT-17, CA-17
/// Errors:  invalid_grant (unknown, forged, revoked, ended, retired, reused, other client); invalid_scope;
///          unauthorized_client; temporarily_unavailable (the key of the stored hash is missing)
/// `presented` and `grant` are null when the text is not a refresh token of ours, or the store has none.
[[nodiscard]] couplet::Result<AllowedRefresh, RefreshRefusal> check_refresh(
    const RefreshTokenRequest& request, const PresentedRefreshToken* presented, const Grant* grant,
    const Client& client, const KeyRing& keys, Instant now);

}  // namespace couplet::oauth
