// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/metadata_endpoint.hpp"

namespace couplet::server {

Task<http::Response> MetadataEndpoint::handle(const http::Request&) const {
  // The document changes with a release or the configuration only.
  co_return http::json_response(200, json_text_).header("Cache-Control", "public, max-age=3600");
}

}  // namespace couplet::server
