// SPDX-License-Identifier: Apache-2.0
#include "oauth/revocation.hpp"

namespace couplet::oauth {

Result<TokenToRevoke> parse_revocation_request(const FormParameters& form) {
  const auto token = form.get("token");
  if (!token) return fail(OAuthErrorCode::invalid_request, "token_missing");
  return TokenToRevoke(std::string(*token));
}

Result<bool> may_revoke(const PresentedRefreshToken& presented, const Grant* grant, const Client& client,
                        const KeyRing& keys) {
  if (!grant || grant->client_id != client.client_id) return false;
  const TokenMatch matched = match(presented, *grant, keys);
  if (matched == TokenMatch::key_is_gone) return fail(OAuthErrorCode::temporarily_unavailable, "key_is_gone");
  return matched == TokenMatch::genuine;
}

}  // namespace couplet::oauth
