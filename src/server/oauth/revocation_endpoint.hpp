// SPDX-License-Identifier: Apache-2.0
// POST /oauth/revoke: a client gives up what it was granted.
#pragma once
#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "base/task.hpp"
#include "http/message.hpp"
#include "oauth/access_token.hpp"
#include "oauth/client_registry.hpp"
#include "oauth/revocation.hpp"
#include "server/common/failure_limiter.hpp"
#include "server/common/oauth_response.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Spec:    RFC 7009 2.1, 2.2; requirements RV-01..09
/// Errors:  401 invalid_client; 400 invalid_request; 503 when the store does not answer, never a 200 that did
/// nothing Effects: revokes the grant of the token, and with it every other token of that grant. A token that
/// is unknown, of another
///          client, or revoked already: 200 and nothing happens
/// Thread:  one endpoint an I/O thread
class RevocationEndpoint {
 public:
  RevocationEndpoint(storage::GrantStore& grants, const oauth::ClientRegistry& clients,
                     const oauth::AccessTokenVerifier& verifier, const KeyRing& keys, const Clock& clock,
                     FailureLimiter& limiter, milliseconds store_deadline = kStoreDeadline);
  Task<http::Response> handle(const http::Request& request);

 private:
  Task<oauth::Result<std::optional<GrantId>>> find_grant(const Client& client, oauth::TokenToRevoke token);
  Task<oauth::Result<std::optional<GrantId>>> revoke(const Client& client, oauth::TokenToRevoke token);

  storage::GrantStore& grants_;
  const oauth::ClientRegistry& clients_;
  const oauth::AccessTokenVerifier& verifier_;
  const KeyRing& keys_;
  const Clock& clock_;
  FailureLimiter& limiter_;
  milliseconds store_deadline_;
};

}  // namespace couplet::server
