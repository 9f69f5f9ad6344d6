// SPDX-License-Identifier: Apache-2.0
// grant_type=refresh_token under the `stable` policy: the token does not rotate and does not expire, so a
// refresh reads one grant and writes nothing. An answer that Alexa never saw costs nobody a link (RT-04,
// RT-13).
#pragma once
#include "domain/client.hpp"
#include "domain/grant.hpp"
#include "oauth/error.hpp"
#include "oauth/token_request.hpp"

namespace couplet::oauth {

/// The scope of the new access token: the grant's, or less when the request asks for less.
/// Spec:    RFC 6749 5.2, 6; requirements RT-01..03, RT-15, RT-17, CA-17
/// Errors:  invalid_grant (unknown, forged, revoked, other client); invalid_scope; unauthorized_client;
///          temporarily_unavailable (the key of the stored hash is missing)
/// `presented` and `grant` are null when the text is not a refresh token of ours, or the store has none.
[[nodiscard]] Result<std::string> check_refresh(const RefreshTokenRequest& request,
                                                const PresentedRefreshToken* presented, const Grant* grant,
                                                const Client& client, const KeyRing& keys);

}  // namespace couplet::oauth
