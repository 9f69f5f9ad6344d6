// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/client_admission.hpp"

#include "base/log.hpp"
#include "oauth/client_authentication.hpp"
#include "oauth/form_request.hpp"
#include "server/common/oauth_response.hpp"

namespace couplet::server {
namespace {

std::unexpected<AdmissionRefusal> refuse(const http::Request& request, std::string_view client_id,
                                         oauth::OAuthError error, std::optional<seconds> retry_after = {}) {
  log::warn("client.refused", {{"request_id", request.request_id},
                               {"path", request.path},
                               {"address", request.peer_address},
                               {"client_id", client_id},
                               {"error", oauth::error_row(error.code).wire_name},
                               {"cause", error.log_detail},
                               {"line", error.where.line()}});
  return std::unexpected(AdmissionRefusal{std::move(error), retry_after});
}

}  // namespace

http::Response AdmissionRefusal::response() const {
  return retry_after ? oauth_too_many_failures(*retry_after) : oauth_refusal(error.code);
}

Result<AdmittedRequest, AdmissionRefusal> admit_client(const http::Request& request,
                                                       const oauth::ClientRegistry& clients,
                                                       const KeyRing& keys, FailureLimiter& limiter) {
  auto form = oauth::read_form(request.headers.get("Content-Type"), request.body);
  if (!form) return refuse(request, "", form.error());
  const oauth::AuthorizationHeader header{request.headers.get("Authorization"),
                                          request.headers.count("Authorization")};
  const auto credentials = oauth::read_client_credentials(header, *form);
  if (!credentials) return refuse(request, "", credentials.error());

  // Only the name of a client we know is logged: what else stands there may be a secret in the wrong field
  // (LG-01).
  const std::string_view known_id =
      clients.find(credentials->client_id) ? credentials->client_id : std::string_view{};
  const auto client = oauth::authenticate_client(*credentials, clients, keys);
  if (client) return AdmittedRequest{std::move(*form), *client};
  if (const auto wait = limiter.must_wait(credentials->client_id, request.peer_address))
    return refuse(request, known_id,
                  {oauth::OAuthErrorCode::temporarily_unavailable, "too_many_failures",
                   std::source_location::current()},
                  wait);
  limiter.record_failure(credentials->client_id, request.peer_address);
  return refuse(request, known_id, client.error());
}

}  // namespace couplet::server
