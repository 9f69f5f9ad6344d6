// SPDX-License-Identifier: Apache-2.0
// The opaque form of an access token: "ca_" and what only the key ring can open, so that it needs no row and
// says nothing to an outsider, not even to the skill it is for. Use access_token.hpp, which knows both forms.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "base/random.hpp"
#include "domain/ids.hpp"
#include "oauth/token_format.hpp"

namespace couplet::oauth {

inline constexpr std::string_view kOpaqueAccessTokenPrefix = "ca_";

/// Whom it is about is in the grant. Units: whole seconds
struct OpaqueAccessToken {
  GrantId grant_id;
  ClientId client_id;
  std::string scope;
  Instant issued_at{};
  Instant expires_at{};
};

/// base64url of key id ‖ AES-256-GCM box, bound to the issuer.
[[nodiscard]] AccessToken seal_access_token(const OpaqueAccessToken& content, std::string_view issuer,
                                            const KeyRing& keys, Random& random);
/// Absent when it is altered, of another issuer or purpose, or its key has left the ring.
[[nodiscard]] std::optional<OpaqueAccessToken> open_access_token(const AccessToken& access_token,
                                                                 std::string_view issuer,
                                                                 const KeyRing& keys);

}  // namespace couplet::oauth
