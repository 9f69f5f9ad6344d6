// SPDX-License-Identifier: Apache-2.0
// POST /v1/skills/{skill}/users/{user}/link-attempts: hands out the two consent URLs. Writes nothing.
#pragma once
#include "base/random.hpp"
#include "server/common/caller.hpp"
#include "server/common/metrics.hpp"
#include "server/common/start_limiter.hpp"

namespace couplet::server {

/// Shape:   { "platform":"ios"|"android"|"web", "return_mode"?, "redirect_uri"?, "locale"?,
/// "acknowledged"?:[…], "account_hint"? }
///          → 201 { attempt_id, state, alexa_app_url, lwa_url, launch_url, confirmation_number, expires_at,
///          alexa_app:{android:{…}} }
/// Errors:  400 invalid_request, missing_acknowledgement; 401, 403, 404 of the caller; 429 too_many_starts
/// (LK-18)
class LinkStartEndpoint {
 public:
  LinkStartEndpoint(const Config& config, const CallerAuthentication& callers, const Clock& clock,
                    Random& random, Metrics& metrics);
  Task<http::Response> handle(const http::Request& request);

 private:
  const Config& config_;
  const CallerAuthentication& callers_;
  const Clock& clock_;
  Random& random_;
  Metrics& metrics_;
  StartLimiter limiter_;
};

}  // namespace couplet::server
