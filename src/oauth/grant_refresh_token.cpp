// SPDX-License-Identifier: Apache-2.0
#include "oauth/grant_refresh_token.hpp"

#include "oauth/scope.hpp"

namespace couplet::oauth {
namespace {

struct Refresh {
  const Grant* grant;
  TokenMatch match;
  const Client& client;
};

struct Check {
  bool (*passes)(const Refresh&);
  OAuthErrorCode code;
  std::string_view cause;
};

bool client_has_grants(const Refresh& it) { return !it.client.redirect_uris.empty(); }
bool token_is_known(const Refresh& it) { return it.grant != nullptr; }
bool key_is_there(const Refresh& it) { return it.match != TokenMatch::key_is_gone; }
bool token_is_genuine(const Refresh& it) { return it.match == TokenMatch::genuine; }
bool client_is_the_grants(const Refresh& it) { return it.grant->client_id == it.client.client_id; }
bool grant_is_alive(const Refresh& it) { return !it.grant->revoked_at; }

using enum OAuthErrorCode;

constexpr Check kChecks[] = {
    {client_has_grants, unauthorized_client, "client_has_no_grants"},  // TK-10
    {token_is_known, invalid_grant, "refresh_token_unknown"},          // RT-03
    {key_is_there, temporarily_unavailable, "key_is_gone"},            // TK-19
    {token_is_genuine, invalid_grant, "refresh_token_forged"},         // RT-16
    {client_is_the_grants, invalid_grant, "client_differs"},           // CA-17
    {grant_is_alive, invalid_grant, "grant_revoked"},                  // RT-15
};

}  // namespace

Result<std::string> check_refresh(const RefreshTokenRequest& request, const PresentedRefreshToken* presented,
                                  const Grant* grant, const Client& client, const KeyRing& keys) {
  const TokenMatch matched =
      presented && grant ? match(*presented, grant->refresh_token_hash, keys) : TokenMatch::forged;
  const Refresh refresh{grant, matched, client};
  for (const Check& check : kChecks)
    if (!check.passes(refresh)) return fail(check.code, check.cause);
  if (!request.scope) return grant->scope;
  return narrow_scope(grant->scope, *request.scope);
}

}  // namespace couplet::oauth
