// SPDX-License-Identifier: Apache-2.0
// GET /api/rides: a resource that Alexa's token opens. What a resource server answers to a token is here.
#pragma once
#include "http/router.hpp"
#include "ride_hailer/rides.hpp"
#include "ride_hailer/token_check.hpp"
#include "ride_hailer/users.hpp"

namespace couplet::ride_hailer {

/// Thread: one.
class ApiRoutes {
 public:
  ApiRoutes(const Users& users, const Rides& rides, TokenCheck& tokens)
      : users_(users), rides_(rides), tokens_(tokens) {}
  void add_to(http::Router& router);

 private:
  /// Spec:    RFC 6750 2.1, 3, 3.1
  /// Shape:   200 {"rides":[{"destination","via","ordered_at"}]}, newest first
  /// Errors:  401 without `error` (no token) or invalid_token; 400 invalid_request; 403 insufficient_scope;
  ///          503 with Retry-After while nobody can tell
  Task<http::Response> rides(const http::Request& request);

  const Users& users_;
  const Rides& rides_;
  TokenCheck& tokens_;
};

}  // namespace couplet::ride_hailer
