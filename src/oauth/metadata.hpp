// SPDX-License-Identifier: Apache-2.0
// Authorization server metadata (RFC 8414) and the JWK set. Made once from the configured issuer, never from
// a request's Host header (MD-04).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/jws.hpp"

namespace couplet::oauth {

/// Absolute URLs. What is absent here is not claimed in the document (MD-03).
struct ServerMetadata {
  std::string issuer;
  std::string token_endpoint;
  std::string introspection_endpoint;
  std::string jwks_uri;
  std::optional<std::string>
      authorization_endpoint;  // brings code_challenge_methods and the iss parameter with it
  std::optional<std::string> revocation_endpoint;
  std::optional<std::string> userinfo_endpoint;
  std::vector<std::string> scopes_supported;
};

/// The endpoints of this release below the issuer's URL: {issuer}/oauth/token and so on.
[[nodiscard]] ServerMetadata server_metadata(std::string_view issuer);
[[nodiscard]] std::string metadata_json(const ServerMetadata& metadata);
/// Where the document lives: the well-known name comes before the issuer's path, if it has one (RFC
/// 8414 3.1).
[[nodiscard]] std::string metadata_path(std::string_view issuer);

/// {"keys":[…]}: the signing key first, then those that still verify.
[[nodiscard]] std::string jwks_json(const std::vector<const SigningKey*>& keys);

}  // namespace couplet::oauth
