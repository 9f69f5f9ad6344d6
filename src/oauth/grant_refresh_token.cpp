// SPDX-License-Identifier: Apache-2.0
#include "oauth/grant_refresh_token.hpp"

#include "oauth/refresh_policy.hpp"
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

RefreshRefusal refusal(OAuthErrorCode code, std::string_view cause, bool ends_grant = false,
                       std::source_location where = std::source_location::current()) {
  return {OAuthError{code, std::string(cause), where}, ends_grant};
}

Result<std::string> scope_of_answer(const RefreshTokenRequest& request, const Grant& grant) {
  if (!request.scope) return grant.scope;
  return narrow_scope(grant.scope, *request.scope);
}

}  // namespace

couplet::Result<AllowedRefresh, RefreshRefusal> check_refresh(const RefreshTokenRequest& request,
                                                              const PresentedRefreshToken* presented,
                                                              const Grant* grant, const Client& client,
                                                              const KeyRing& keys, Instant now) {
  const TokenMatch matched = presented && grant ? match(*presented, *grant, keys) : TokenMatch::forged;
  const Refresh refresh{grant, matched, client};
  for (const Check& check : kChecks)
    if (!check.passes(refresh)) return std::unexpected(refusal(check.code, check.cause));

  const RefreshDecision decision = decide_refresh(client, *grant, presented->generation, now);
  if (decision.verdict != RefreshDecision::Verdict::answer)
    return std::unexpected(
        refusal(invalid_grant, decision.cause, decision.verdict == RefreshDecision::Verdict::revoke_grant));
  auto scope =
      scope_of_answer(request, *grant);  // before anything is stored: a bad scope rotates nothing (RT-17)
  if (!scope) return std::unexpected(RefreshRefusal{std::move(scope.error())});
  if (decision.generation == 0)
    return AllowedRefresh{*std::move(scope), request.refresh_token, decision.store_first};
  auto successor = successor_refresh_token(*grant, decision.generation, keys);
  if (!successor) return std::unexpected(refusal(temporarily_unavailable, "key_is_gone"));
  return AllowedRefresh{*std::move(scope), *std::move(successor), decision.store_first};
}

}  // namespace couplet::oauth
