// SPDX-License-Identifier: Apache-2.0
// GET /oauth/authorize: where a link that starts in the Alexa app begins. Login and consent are the
// provider's; this endpoint checks the request, seals it, and sends the browser on. Writes nothing.
#pragma once
#include "base/random.hpp"
#include "http/message.hpp"
#include "oauth/authorization_request.hpp"
#include "server/common/start_limiter.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

/// Shape:   RFC 6749 4.1.1 → 303 with login_challenge to the login_url of the skill that redirect URI and
///          scope belong to
/// Errors:  303 back to the client with error, state and iss; or a page (400) where no redirect may be given
///          (RU-04); a page (429) to an address that was refused too often, while good requests from there
///          still work
class AuthorizeEndpoint {
 public:
  AuthorizeEndpoint(const Config& config, const oauth::ClientRegistry& clients, const Clock& clock,
                    Random& random);
  Task<http::Response> handle(const http::Request& request);

 private:
  [[nodiscard]] http::Response refuse(const http::Request& request,
                                      const oauth::AuthorizationRefusal& refusal);

  const Config& config_;
  const oauth::ClientRegistry& clients_;
  const Clock& clock_;
  Random& random_;
  StartLimiter refusals_;
};

}  // namespace couplet::server
