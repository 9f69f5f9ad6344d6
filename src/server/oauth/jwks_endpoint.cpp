// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/jwks_endpoint.hpp"

namespace couplet::server {

Task<http::Response> JwksEndpoint::handle(const http::Request&) const {
  // Short, so that a new key is known before it signs for long.
  co_return http::json_response(200, json_text_).header("Cache-Control", "public, max-age=300");
}

}  // namespace couplet::server
