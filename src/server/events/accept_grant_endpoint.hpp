// SPDX-License-Identifier: Apache-2.0
// POST /v1/skills/{skill}/accept-grant: the backend of a smart-home skill hands over what an AcceptGrant
// directive brought, and gets back what to answer Alexa.
#pragma once
#include "amazon/amazon_api.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "oauth/access_token.hpp"
#include "server/common/caller.hpp"
#include "server/common/metrics.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Shape:   { grant_code, grantee_token, correlation_token? } → 200 { user, reply }; `reply` is the event for
/// Alexa Errors:  400 invalid_grantee (not a live token of ours for this skill) or invalid_request; 403 for
/// user tokens;
///          502 grant_not_exchanged; 503. Each has `reply` too once the body was understood: Alexa's linking
///          fails without an answer
/// Effects: Amazon's tokens are stored, sealed, for the user of the token, unless the grant was revoked
/// meanwhile
class AcceptGrantEndpoint {
 public:
  AcceptGrantEndpoint(const Config& config, const CallerAuthentication& callers, storage::GrantStore& grants,
                      storage::MessagingStore& messaging, amazon::MessagingApi& amazon,
                      const oauth::AccessTokenVerifier& verifier, const Clock& clock, Random& random,
                      Metrics& metrics);
  Task<http::Response> handle(const http::Request& request);

 private:
  struct Asked;
  Task<http::Response> exchange(const Skill& skill, Asked asked);
  Task<storage::Result<std::optional<Grant>>> grantee(const Skill& skill, const Asked& asked);
  http::Response failed(const struct RequestProblem& problem, const Asked& asked, std::string_view message);
  std::string message_id();

  const Config& config_;
  const CallerAuthentication& callers_;
  storage::GrantStore& grants_;
  storage::MessagingStore& messaging_;
  amazon::MessagingApi& amazon_;
  const oauth::AccessTokenVerifier& verifier_;
  const Clock& clock_;
  Random& random_;
  Metrics& metrics_;
};

}  // namespace couplet::server
