// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/introspection_endpoint.hpp"

#include "base/log.hpp"
#include "oauth/introspection.hpp"
#include "server/oauth/client_admission.hpp"

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

IntrospectionEndpoint::IntrospectionEndpoint(const ActiveTokens& tokens, const oauth::ClientRegistry& clients,
                                             const KeyRing& keys, const Clock& clock, FailureLimiter& limiter)
    : tokens_(tokens),
      clients_(clients),
      keys_(keys),
      limiter_(limiter),
      inactive_answers_(clock, kInactiveAlert) {}

Task<http::Response> IntrospectionEndpoint::handle(const http::Request& request) {
  const auto admitted = admit_client(request, clients_, keys_, limiter_);
  if (!admitted) co_return admitted.error().response();
  const Client& caller = *admitted->client;
  auto access_token = oauth::parse_introspection_request(admitted->form, caller);
  if (!access_token) co_return refuse(request, caller, access_token.error());

  const auto lookup = co_await tokens_.find(std::move(*access_token), request.owner);
  if (!lookup.found) co_return refuse(request, caller, lookup.found.error());
  const auto& active = *lookup.found;
  if (active && oauth::may_introspect(caller, active->grant.skill))
    co_return oauth_answer(oauth::active_json(*active, tokens_.profile()), "active");
  count_inactive(request, caller);
  co_return oauth_answer(oauth::inactive_json(), "inactive");
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
