// SPDX-License-Identifier: Apache-2.0
#include "oauth/introspection.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace couplet::oauth {

Result<AccessToken> parse_introspection_request(const FormParameters& form, const Client& caller) {
  if (!caller.may_introspect) return fail(OAuthErrorCode::unauthorized_client, "client_may_not_introspect");
  const auto token = form.get("token");
  if (!token) return fail(OAuthErrorCode::invalid_request, "token_missing");
  return AccessToken(std::string(*token));
}

bool is_active(const AccessTokenClaims& claims, const Grant* grant, const Client* client,
               const IssuerProfile& profile) {
  if (!client || !client->enabled || client->client_id != claims.client_id) return false;
  if (!grant || grant->revoked_at || grant->client_id != claims.client_id) return false;
  if (!profile.audiences.contains(grant->skill)) return false;
  if (claims.audience && *claims.audience != profile.audience_of(grant->skill)) return false;
  return !claims.sub || profile.subjects.is_name_of(*claims.sub, grant->skill, grant->user);
}

bool may_introspect(const Client& caller, const SkillName& skill) {
  return caller.introspect_skills.empty() ||
         std::ranges::find(caller.introspect_skills, skill) != caller.introspect_skills.end();
}

std::string active_json(const ActiveToken& active, const IssuerProfile& profile) {
  const auto& [claims, grant, client] = active;
  json::object answer{{"active", true},
                      {"token_type", "Bearer"},
                      {"iss", profile.issuer},
                      {"aud", profile.audience_of(grant.skill)},
                      {"sub", profile.subjects.of(client, grant.skill, grant.user)},
                      {"client_id", claims.client_id.text()},
                      {"iat", unix_seconds(claims.issued_at)},
                      {"exp", unix_seconds(claims.expires_at)}};
  if (client.subject_type == SubjectType::pairwise) answer["username"] = grant.user.text();
  if (!claims.scope.empty()) answer["scope"] = claims.scope;
  return json::serialize(answer);
}

std::string inactive_json() { return R"({"active":false})"; }

}  // namespace couplet::oauth
