// SPDX-License-Identifier: Apache-2.0
// POST /v1/skills/{skill}/users/{user}/authorization-response: a link that starts in the Alexa app, where
// Alexa opened the provider's own app. The app passes on what it was opened with, and the user's decision.
#pragma once
#include "base/random.hpp"
#include "oauth/authorization_request.hpp"
#include "server/common/caller.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Shape:   { "authorization_request": the URL or query Alexa opened the app with, "decision":"accept"|"deny"
/// }
///          → 200 { redirect_to } with source=app, also where the request itself is refused
///          (alexa-protocol 3.3)
/// Errors:  400 invalid_request, and invalid_authorization_request where no redirect may be given (RU-04);
///          401, 403, 404 of the caller; 403 forbidden_client when client or redirect URI are not the skill's
class AuthorizationResponseEndpoint {
 public:
  AuthorizationResponseEndpoint(const Config& config, const CallerAuthentication& callers,
                                const oauth::ClientRegistry& clients, storage::GrantStore& grants,
                                const Clock& clock, Random& random);
  Task<http::Response> handle(const http::Request& request);

 private:
  Task<http::Response> accept(Target target, oauth::AuthorizationRequest asked);
  [[nodiscard]] http::Response refuse(const oauth::RedirectBack& to, oauth::OAuthErrorCode code) const;

  const Config& config_;
  const CallerAuthentication& callers_;
  const oauth::ClientRegistry& clients_;
  storage::GrantStore& grants_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace couplet::server
