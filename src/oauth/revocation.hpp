// SPDX-License-Identifier: Apache-2.0
// Token revocation (RFC 7009). Every token of a grant ends with the grant, so whichever of them is shown, the
// grant is what is revoked.
#pragma once
#include <string>

#include "base/form.hpp"
#include "domain/client.hpp"
#include "domain/grant.hpp"
#include "oauth/error.hpp"
#include "oauth/token_format.hpp"

namespace couplet::oauth {

using TokenToRevoke =
    Secret<struct TokenToRevokeTag>;  // of either kind; `token_type_hint` is not needed to tell (RV-07)

/// Errors:  invalid_request (no token, RV-08)
[[nodiscard]] Result<TokenToRevoke> parse_revocation_request(const FormParameters& form);

/// True when the refresh token is the grant's own and the grant is this client's (RV-05). A lost key is an
/// error, not a reason to say "done".
[[nodiscard]] Result<bool> may_revoke(const PresentedRefreshToken& presented, const Grant* grant,
                                      const Client& client, const KeyRing& keys);

}  // namespace couplet::oauth
