// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/active_tokens.hpp"

#include "server/common/within.hpp"

namespace couplet::server {

Task<ActiveTokens::Lookup> ActiveTokens::find(oauth::AccessToken access_token,
                                              std::shared_ptr<const void> owner) const {
  auto claims = verifier_.verify(access_token, clock_.now());
  if (!claims) co_return Lookup{std::nullopt, claims.error() != oauth::AccessTokenFault::bad_signature};
  auto looking_up = look_up(std::move(*claims));
  auto found = co_await within(store_deadline_, std::move(looking_up), std::move(owner));
  if (!found) co_return Lookup{std::unexpected(store_too_late())};
  co_return Lookup{std::move(*found)};
}

Task<ActiveTokens::Found> ActiveTokens::look_up(oauth::AccessTokenClaims claims) const {
  auto grant = co_await grants_.find_grant(claims.grant_id);
  if (!grant) co_return std::unexpected(to_oauth(grant.error()));
  const Client* const client = clients_.find(claims.client_id.text());
  if (!oauth::is_active(claims, *grant ? &**grant : nullptr, client, profile())) co_return std::nullopt;
  co_return oauth::ActiveToken{std::move(claims), std::move(**grant), *client};
}

}  // namespace couplet::server
