// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/requested_skill.hpp"

#include <algorithm>

#include "oauth/scope.hpp"
#include "oauth/userinfo.hpp"

namespace couplet::server {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

// As it stands in the file, before the skills' redirect URIs and scopes were joined to it.
const ClientSettings* table_of(const Config& config, const ClientId& client_id) {
  const auto found = std::ranges::find(config.settings.clients, client_id.text(), &ClientSettings::client_id);
  return found == config.settings.clients.end() ? nullptr : &*found;
}

std::string scopes_of(const Config& config, const Skill& skill) {
  const ClientSettings* const table = table_of(config, skill.client_id);
  std::string all;
  for (const std::string& scope : config.find_client(skill.client_id)->scopes)
    if ((table && contains(table->scopes, scope)) || oauth::has_scope(skill.scope, scope))
      all += (all.empty() ? "" : " ") + scope;
  return all;
}

std::unexpected<oauth::OAuthError> refuse(oauth::OAuthErrorCode code, const char* cause,
                                          std::source_location where = std::source_location::current()) {
  return std::unexpected(oauth::OAuthError{code, cause, where});
}

}  // namespace

bool may_redirect_to(const Config& config, const Skill& skill, std::string_view redirect_uri) {
  const ClientSettings* const table = table_of(config, skill.client_id);
  return contains(skill.redirect_uris, redirect_uri) ||
         (table && contains(table->redirect_uris, redirect_uri));
}

oauth::Result<std::string> scope_at(const Config& config, const Skill& skill,
                                    const oauth::AuthorizationRequest& request) {
  std::string allowed = scopes_of(config, skill);
  if (!request.names_scope) return allowed;
  return oauth::narrow_scope(allowed, request.scope);
}

oauth::Result<const Skill*> find_requested_skill(const Config& config,
                                                 const oauth::AuthorizationRequest& request) {
  using enum oauth::OAuthErrorCode;
  bool has_login = false;
  const Skill* fitting = nullptr;
  for (const Skill& skill : config.skills) {
    if (skill.client_id != request.client_id || skill.login_url.empty()) continue;
    if (!may_redirect_to(config, skill, request.redirect_uri)) continue;
    has_login = true;
    if (!scope_at(config, skill, request)) continue;
    if (fitting) return refuse(invalid_request, "skill_ambiguous");
    fitting = &skill;
  }
  if (!has_login) return refuse(unauthorized_client, "no_login_url");
  if (!fitting) return refuse(invalid_scope, "scope_of_another_skill");
  return fitting;
}

}  // namespace couplet::server
