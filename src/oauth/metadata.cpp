// SPDX-License-Identifier: Apache-2.0
#include "oauth/metadata.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace couplet::oauth {
namespace {

json::array client_authentication_methods() { return {"client_secret_basic", "client_secret_post"}; }

// What comes with an endpoint that not every installation has.
void add_optional_endpoints(json::object& document, const ServerMetadata& metadata) {
  if (metadata.authorization_endpoint) {
    document["authorization_endpoint"] = *metadata.authorization_endpoint;
    document["code_challenge_methods_supported"] = json::array{"S256"};
    document["authorization_response_iss_parameter_supported"] = true;
  }
  if (metadata.revocation_endpoint) {
    document["revocation_endpoint"] = *metadata.revocation_endpoint;
    document["revocation_endpoint_auth_methods_supported"] = client_authentication_methods();
  }
  if (metadata.userinfo_endpoint) document["userinfo_endpoint"] = *metadata.userinfo_endpoint;
  if (!metadata.scopes_supported.empty())
    document["scopes_supported"] =
        json::array(metadata.scopes_supported.begin(), metadata.scopes_supported.end());
}

}  // namespace

ServerMetadata server_metadata(std::string_view issuer) {
  std::string base(issuer);
  while (base.ends_with('/')) base.pop_back();
  ServerMetadata metadata;
  metadata.issuer = issuer;
  metadata.token_endpoint = base + "/oauth/token";
  metadata.introspection_endpoint = base + "/oauth/introspect";
  metadata.jwks_uri = base + "/oauth/jwks.json";
  return metadata;
}

std::string metadata_json(const ServerMetadata& metadata) {
  json::object document{
      {"issuer", metadata.issuer},
      {"token_endpoint", metadata.token_endpoint},
      {"jwks_uri", metadata.jwks_uri},
      {"response_types_supported", json::array{"code"}},  // required, and the only kind this server has
      {"grant_types_supported", json::array{"authorization_code", "refresh_token"}},
      {"token_endpoint_auth_methods_supported", client_authentication_methods()},
      {"introspection_endpoint", metadata.introspection_endpoint},
      {"introspection_endpoint_auth_methods_supported", client_authentication_methods()}};
  add_optional_endpoints(document, metadata);
  return json::serialize(document);
}

std::string metadata_path(std::string_view issuer) {
  std::string path = "/.well-known/oauth-authorization-server";
  const std::size_t authority = issuer.find("://");
  if (authority == std::string_view::npos) return path;
  const std::size_t slash = issuer.find('/', authority + 3);
  if (slash != std::string_view::npos && slash + 1 < issuer.size()) path += issuer.substr(slash);
  return path;
}

std::string jwks_json(const std::vector<const SigningKey*>& keys) {
  json::array public_keys;
  for (const SigningKey* const key : keys) public_keys.emplace_back(key->public_jwk());
  return json::serialize(json::object{{"keys", std::move(public_keys)}});
}

}  // namespace couplet::oauth
