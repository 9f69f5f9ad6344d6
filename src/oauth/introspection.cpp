// SPDX-License-Identifier: Apache-2.0
#include "oauth/introspection.hpp"

#include <boost/json/serialize.hpp>

namespace couplet::oauth {

Result<AccessToken> parse_introspection_request(const FormParameters& form, const Client& caller) {
  if (!caller.may_introspect) return fail(OAuthErrorCode::unauthorized_client, "client_may_not_introspect");
  const auto token = form.get("token");
  if (!token) return fail(OAuthErrorCode::invalid_request, "token_missing");
  return AccessToken(std::string(*token));
}

bool is_active(const AccessTokenClaims& claims, const Grant* grant) {
  return grant && !grant->revoked_at && grant->user == claims.user && grant->client_id == claims.client_id;
}

std::string active_json(const AccessTokenClaims& claims, const AccessTokenVerifier& verifier) {
  json::object answer{{"active", true},
                      {"token_type", "Bearer"},
                      {"iss", verifier.issuer()},
                      {"aud", verifier.audience()},
                      {"sub", claims.user.text()},
                      {"client_id", claims.client_id.text()},
                      {"iat", unix_seconds(claims.issued_at)},
                      {"exp", unix_seconds(claims.expires_at)}};
  if (!claims.scope.empty()) answer["scope"] = claims.scope;
  return json::serialize(answer);
}

std::string inactive_json() { return R"({"active":false})"; }

}  // namespace couplet::oauth
