// SPDX-License-Identifier: Apache-2.0
// GET /v1/skills/{skill}/users/{user}/link: the truth on the button.
#pragma once
#include "server/common/caller.hpp"
#include "server/links/link_check.hpp"

namespace couplet::server {

/// When our own side of the link has ended, if it has.
Task<storage::Result<std::optional<Instant>>> grant_revoked_at(storage::GrantStore& grants,
                                                               const AccountLink& link);

/// Shape:   → 200 { status, origin, checked_at, evidence, action, manage_urls }; ?fresh=true asks Amazon
/// Effects: those of LinkCheck::ask(), where fresh
class LinkStatusEndpoint {
 public:
  LinkStatusEndpoint(const Config& config, const CallerAuthentication& callers, storage::GrantStore& grants,
                     storage::LinkStore& links, storage::EventStore& events, LinkCheck& check);
  Task<http::Response> handle(const http::Request& request);

 private:
  Task<storage::Result<LinkView>> look(const Skill& skill, const UserId& user, bool fresh);
  Task<storage::Result<LinkView>> with_events(const Skill& skill, const UserId& user, LinkView view);

  const Config& config_;
  const CallerAuthentication& callers_;
  storage::GrantStore& grants_;
  storage::LinkStore& links_;
  storage::EventStore& events_;
  LinkCheck& check_;
};

/// GET /v1/link-attempts/{attempt_id}; a reference code is taken as well
/// Shape:   → 200 { attempt_id, reference, …, hops:[…] }
/// Errors:  404 unknown_attempt, also for attempts of a skill or user the caller may not see; 409
/// ambiguous_reference when several attempts that the caller may see have this reference code
class LinkTraceEndpoint {
 public:
  LinkTraceEndpoint(const CallerAuthentication& callers, storage::LinkStore& links);
  Task<http::Response> handle(const http::Request& request);

 private:
  Task<storage::Result<std::vector<LinkAttempt>>> find(std::string asked);
  static http::Response ambiguous(const std::vector<LinkAttempt>& attempts);

  const CallerAuthentication& callers_;
  storage::LinkStore& links_;
};

}  // namespace couplet::server
