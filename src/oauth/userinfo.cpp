// SPDX-License-Identifier: Apache-2.0
#include "oauth/userinfo.hpp"

#include <boost/json/serialize.hpp>

namespace couplet::oauth {

std::string userinfo_json(const ActiveToken& active, const IssuerProfile& profile) {
  json::object answer{{"sub", profile.subjects.of(active.client, active.grant.skill, active.grant.user)}};
  if (!active.claims.scope.empty()) answer["scope"] = active.claims.scope;
  return json::serialize(answer);
}

bool has_scope(std::string_view scope, std::string_view wanted) {
  if (wanted.empty()) return true;
  while (!scope.empty()) {
    const std::size_t end = std::min(scope.find(' '), scope.size());
    if (scope.substr(0, end) == wanted) return true;
    scope.remove_prefix(std::min(end + 1, scope.size()));
  }
  return false;
}

}  // namespace couplet::oauth
