// SPDX-License-Identifier: Apache-2.0
// GET /oauth/jwks.json: the public keys that access tokens are checked with.
#pragma once
#include <string>

#include "base/task.hpp"
#include "http/message.hpp"

namespace couplet::server {

/// Serves a document that was made at start (oauth::jwks_json); nothing of the request gets into it (MD-04).
class JwksEndpoint {
 public:
  explicit JwksEndpoint(std::string json_text) : json_text_(std::move(json_text)) {}
  Task<http::Response> handle(const http::Request& request) const;

 private:
  std::string json_text_;
};

}  // namespace couplet::server
