// SPDX-License-Identifier: Apache-2.0
// POST /oauth/introspect, for resource servers (RFC 7662). Unlike a check of the signature alone it sees
// revocation.
#pragma once
#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "base/task.hpp"
#include "http/message.hpp"
#include "oauth/client_registry.hpp"
#include "server/common/failure_limiter.hpp"
#include "server/oauth/active_tokens.hpp"

namespace couplet::server {

/// Spec:    RFC 7662 2; requirements IN-01..06
/// Errors:  401 (no client), 403 (a client without the right), 503 with Retry-After (the store does not
/// answer; never
///          active:false, TK-19)
/// Thread:  one endpoint an I/O thread; what it is given outlives that thread's io_context
class IntrospectionEndpoint {
 public:
  IntrospectionEndpoint(const ActiveTokens& tokens, const oauth::ClientRegistry& clients, const KeyRing& keys,
                        const Clock& clock, FailureLimiter& limiter);

  Task<http::Response> handle(const http::Request& request);

 private:
  void count_inactive(const http::Request& request, const Client& caller);

  const ActiveTokens& tokens_;
  const oauth::ClientRegistry& clients_;
  const KeyRing& keys_;
  FailureLimiter& limiter_;
  FailureLimiter inactive_answers_;
};

}  // namespace couplet::server
