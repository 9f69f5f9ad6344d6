// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/revocation_endpoint.hpp"

#include "base/log.hpp"
#include "server/common/within.hpp"
#include "server/oauth/client_admission.hpp"

namespace couplet::server {

using oauth::TokenToRevoke;
using FoundGrant = oauth::Result<std::optional<GrantId>>;

RevocationEndpoint::RevocationEndpoint(storage::GrantStore& grants, const oauth::ClientRegistry& clients,
                                       const oauth::AccessTokenVerifier& verifier, const KeyRing& keys,
                                       const Clock& clock, FailureLimiter& limiter,
                                       milliseconds store_deadline)
    : grants_(grants),
      clients_(clients),
      verifier_(verifier),
      keys_(keys),
      clock_(clock),
      limiter_(limiter),
      store_deadline_(store_deadline) {}

Task<http::Response> RevocationEndpoint::handle(const http::Request& request) {
  const auto admitted = admit_client(request, clients_, keys_, limiter_);
  if (!admitted) co_return admitted.error().response();
  auto token = oauth::parse_revocation_request(admitted->form);
  if (!token) co_return oauth_refusal(token.error().code);

  auto revoking = revoke(*admitted->client, std::move(*token));
  auto revoked = co_await within(store_deadline_, std::move(revoking), request.owner);
  if (!revoked) revoked = FoundGrant(std::unexpected(store_too_late()));
  const bool done = revoked->has_value();
  log::write(done ? log::Level::info : log::Level::warn, done ? "token.revoked" : "token.not_revoked",
             {{"request_id", request.request_id},
              {"address", request.peer_address},
              {"client_id", admitted->client->client_id.text()},
              {"grant_id", done && **revoked ? (*revoked)->value().text() : std::string()},
              {"cause", done ? std::string_view() : std::string_view(revoked->error().log_detail)}});
  if (!done) co_return oauth_refusal(revoked->error().code);
  co_return http::Response{}.header("Cache-Control", "no-store");
}

// The grant that was revoked; absent when there was nothing of this client's to revoke.
Task<FoundGrant> RevocationEndpoint::revoke(const Client& client, TokenToRevoke token) {
  auto grant_id = co_await find_grant(client, std::move(token));
  if (!grant_id || !*grant_id) co_return grant_id;
  auto revoked = co_await grants_.revoke_grant(**grant_id, clock_.now());
  if (!revoked) co_return std::unexpected(to_oauth(revoked.error()));
  co_return grant_id;
}

Task<FoundGrant> RevocationEndpoint::find_grant(const Client& client, TokenToRevoke token) {
  const auto claims = verifier_.verify(oauth::AccessToken(std::string(token.reveal())), clock_.now());
  if (claims && claims->client_id == client.client_id) co_return claims->grant_id;
  const auto presented = oauth::present_refresh_token(oauth::RefreshToken(std::string(token.reveal())));
  if (!presented) co_return std::optional<GrantId>();
  auto grant = co_await grants_.find_grant_by_refresh(presented->selector);
  if (!grant) co_return std::unexpected(to_oauth(grant.error()));
  const auto allowed = oauth::may_revoke(*presented, *grant ? &**grant : nullptr, client, keys_);
  if (!allowed) co_return std::unexpected(allowed.error());
  co_return *allowed ? std::optional((*grant)->grant_id) : std::nullopt;
}

}  // namespace couplet::server
