// SPDX-License-Identifier: Apache-2.0
#include "server/introspection_endpoint.hpp"

#include "base/log.hpp"
#include "oauth/introspection.hpp"
#include "server/client_admission.hpp"
#include "server/within.hpp"

namespace couplet::server {
namespace {

// So many inactive answers to one caller in a minute look like guessing. An alert and not a limit: a resource
// server that is being sprayed with bad tokens must still hear about the good ones (IN-06).
constexpr FailureLimits kInactiveAlert{.per_client_and_address = 1000, .per_address = 1000};

http::Response refuse(const http::Request& request, const Client& caller, const oauth::OAuthError& error) {
  log::warn("introspection.refused", {{"request_id", request.request_id},
                                      {"address", request.peer_address},
                                      {"client_id", caller.client_id.text()},
                                      {"error", oauth::error_row(error.code).wire_name},
                                      {"cause", error.log_detail},
                                      {"line", error.where.line()}});
  http::Response response = oauth_refusal(error.code);
  // The caller is known and lacks the right: forbidden rather than malformed (RFC 7662 2.3, IN-01).
  if (error.code == oauth::OAuthErrorCode::unauthorized_client) response.status = 403;
  return response;
}

}  // namespace

IntrospectionEndpoint::IntrospectionEndpoint(storage::GrantStore& grants,
                                             const oauth::ClientRegistry& clients,
                                             const oauth::AccessTokenVerifier& verifier, const KeyRing& keys,
                                             const Clock& clock, FailureLimiter& limiter,
                                             milliseconds store_deadline)
    : grants_(grants),
      clients_(clients),
      verifier_(verifier),
      keys_(keys),
      clock_(clock),
      limiter_(limiter),
      inactive_answers_(clock, kInactiveAlert),
      store_deadline_(store_deadline) {}

Task<http::Response> IntrospectionEndpoint::handle(const http::Request& request) {
  const auto admitted = admit_client(request, clients_, keys_, limiter_);
  if (!admitted) co_return admitted.error().response();
  const Client& caller = *admitted->client;
  const auto access_token = oauth::parse_introspection_request(admitted->form, caller);
  if (!access_token) co_return refuse(request, caller, access_token.error());

  auto answer = oauth::inactive_json();
  if (auto claims = verifier_.verify(*access_token, clock_.now())) {
    auto described = co_await within(store_deadline_, describe(std::move(*claims)));
    if (!described) co_return refuse(request, caller, store_too_late());
    if (!*described) co_return refuse(request, caller, described->error());
    answer = std::move(**described);
  }
  if (answer == oauth::inactive_json()) count_inactive(request, caller);
  co_return oauth_answer(std::move(answer));
}

Task<oauth::Result<std::string>> IntrospectionEndpoint::describe(oauth::AccessTokenClaims claims) {
  const auto grant = co_await grants_.find_grant(claims.grant_id);
  if (!grant) co_return std::unexpected(to_oauth(grant.error()));
  if (!oauth::is_active(claims, *grant ? &**grant : nullptr)) co_return oauth::inactive_json();
  co_return oauth::active_json(claims, verifier_);
}

void IntrospectionEndpoint::count_inactive(const http::Request& request, const Client& caller) {
  const std::string& client_id = caller.client_id.text();
  if (inactive_answers_.must_wait(client_id, request.peer_address)) return;  // said already, this minute
  inactive_answers_.record_failure(client_id, request.peer_address);
  if (inactive_answers_.must_wait(client_id, request.peer_address))
    log::warn(
        "introspection.many_inactive",
        {{"request_id", request.request_id}, {"address", request.peer_address}, {"client_id", client_id}});
}

}  // namespace couplet::server
