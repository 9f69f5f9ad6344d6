// SPDX-License-Identifier: Apache-2.0
// GET and POST /oauth/userinfo: about whom the caller's access token is.
#pragma once
#include <string>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "http/message.hpp"
#include "oauth/error.hpp"
#include "server/common/failure_limiter.hpp"
#include "server/oauth/active_tokens.hpp"

namespace couplet::server {

/// Spec:    RFC 6750 2, 3; OpenID Connect Core 5.3; requirements AT-01..04, AT-09
/// Errors:  401 (none, or invalid_token), 403 insufficient_scope, 400 invalid_request, 503 with Retry-After
/// (the
///          store does not answer; never invalid_token); 429 to an address that keeps sending tokens that
///          were never ours (CA-13), while a good token from there still works
/// Thread:  one endpoint an I/O thread; what it is given outlives that thread's io_context
class UserinfoEndpoint {
 public:
  /// `required_scope` may be empty.
  UserinfoEndpoint(const ActiveTokens& tokens, const Clock& clock, std::string required_scope,
                   FailureLimits limits);
  Task<http::Response> handle(const http::Request& request);

 private:
  http::Response refuse_token(const http::Request& request, const ActiveTokens::Lookup& lookup);

  const ActiveTokens& tokens_;
  std::string required_scope_;
  FailureLimiter guesses_;
};

}  // namespace couplet::server
