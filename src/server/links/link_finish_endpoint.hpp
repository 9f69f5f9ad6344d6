// SPDX-License-Identifier: Apache-2.0
// POST /v1/skills/{skill}/users/{user}/link: takes what came back from Amazon, for the user who started.
#pragma once
#include "server/common/caller.hpp"
#include "server/common/metrics.hpp"
#include "server/links/link_engine.hpp"

namespace couplet::server {

/// Shape:   { "code", "state" }, or the { "error", "error_description"?, "state" } that came back
///          → 200 { status:"LINKED", skill, user, linked_at, trace_id }, or a problem
/// Errors:  every row of the error table; user_mismatch when oauth_state is another user's (LK-06)
/// Effects: the same code and oauth_state again get the same answer (SG-03)
class LinkFinishEndpoint {
 public:
  LinkFinishEndpoint(const Config& config, const CallerAuthentication& callers, LinkEngine& engine,
                     const Clock& clock, Metrics& metrics);
  Task<http::Response> handle(const http::Request& request);

 private:
  const Config& config_;
  const CallerAuthentication& callers_;
  LinkEngine& engine_;
  const Clock& clock_;
  Metrics& metrics_;
};

}  // namespace couplet::server
