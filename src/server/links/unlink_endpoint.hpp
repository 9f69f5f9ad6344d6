// SPDX-License-Identifier: Apache-2.0
// DELETE /v1/skills/{skill}/users/{user}/link
#pragma once
#include "server/common/caller.hpp"
#include "server/links/disabler.hpp"

namespace couplet::server {

/// Shape:   → 200 { status:"NOT_LINKED" }, also when it was not linked; with amazon:"pending" and manage_urls
///          when Amazon has not taken it yet: it is told again, by itself (UL-02)
/// Errors:  409 manage_in_alexa with manage_urls for links made in the Alexa app (UL-04)
/// Effects: our tokens are revoked before Amazon is told, whatever it answers
class UnlinkEndpoint {
 public:
  UnlinkEndpoint(const Config& config, const CallerAuthentication& callers, storage::Store& store,
                 Disabler& disabler, const Clock& clock, Metrics& metrics);
  Task<http::Response> handle(const http::Request& request);

 private:
  const Config& config_;
  const CallerAuthentication& callers_;
  storage::Store& store_;
  Disabler& disabler_;
  const Clock& clock_;
  Metrics& metrics_;
};

}  // namespace couplet::server
