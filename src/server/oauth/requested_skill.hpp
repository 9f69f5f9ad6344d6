// SPDX-License-Identifier: Apache-2.0
// Which skill an authorization request is for. Several skills may name one client, and that client knows the
// redirect URIs and scopes of all of them; a code is for one skill, and carries nothing of another's.
#pragma once
#include <string>
#include <string_view>

#include "oauth/authorization_request.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

/// The skill's own redirect URIs, and those in its client's table: they are for all skills of the client.
[[nodiscard]] bool may_redirect_to(const Config& config, const Skill& skill, std::string_view redirect_uri);

/// What was asked for, or all that the skill may have where no scope was named.
/// Spec:    requirement AZ-08
/// Errors:  invalid_scope (another skill's)
[[nodiscard]] oauth::Result<std::string> scope_at(const Config& config, const Skill& skill,
                                                  const oauth::AuthorizationRequest& request);

/// The one skill of the client whose redirect URI and scope fit, among those with a login page.
/// Errors:  unauthorized_client (no login page), invalid_scope, invalid_request (several fit)
[[nodiscard]] oauth::Result<const Skill*> find_requested_skill(const Config& config,
                                                               const oauth::AuthorizationRequest& request);

}  // namespace couplet::server
