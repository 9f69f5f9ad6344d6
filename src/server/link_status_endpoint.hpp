// SPDX-License-Identifier: Apache-2.0
// GET and DELETE /v1/skills/{skill}/users/{user}/link: the truth on the button, and its other side.
#pragma once
#include "server/amazon_session.hpp"
#include "server/caller.hpp"
#include "server/json_shapes.hpp"

namespace couplet::server {

/// Shape:   → 200 { status, origin, checked_at, evidence, action, manage_urls }; ?fresh=true asks Amazon
/// Effects: a fresh answer is stored; one that says "not linked" ends the link here too (EN-12). When Amazon
/// cannot be asked
///          the status is UNKNOWN, not a guess (EN-11)
class LinkStatusEndpoint {
 public:
  LinkStatusEndpoint(const Config& config, const CallerAuthentication& callers, storage::GrantStore& grants,
                     storage::LinkStore& links, storage::EventStore& events, AmazonSession& session,
                     const Clock& clock, Metrics& metrics);
  Task<http::Response> handle(const http::Request& request);

 private:
  Task<storage::Result<LinkView>> look(const Skill& skill, const UserId& user, bool fresh);
  Task<storage::Result<LinkView>> with_events(const Skill& skill, const UserId& user, LinkView view);
  Task<bool> can_ask_amazon(const AccountLink& link);
  Task<storage::Result<std::optional<Instant>>> revoked_at(const AccountLink& link);
  Task<storage::Result<LinkView>> ask_amazon(const Skill& skill, AccountLink link);
  Task<storage::Result<LinkView>> end_link(const Skill& skill, AccountLink link, Instant now);

  const Config& config_;
  const CallerAuthentication& callers_;
  storage::GrantStore& grants_;
  storage::LinkStore& links_;
  storage::EventStore& events_;
  AmazonSession& session_;
  const Clock& clock_;
  Metrics& metrics_;
};

/// Shape:   → 200 { status:"NOT_LINKED" }, also when it was not linked
/// Errors:  409 manage_in_alexa with manage_urls for links made in the Alexa app (UL-04); the enablement rows
/// when Amazon
///          does not take it, and then nothing has changed
class UnlinkEndpoint {
 public:
  UnlinkEndpoint(const Config& config, const CallerAuthentication& callers, storage::LinkStore& links,
                 AmazonSession& session, const Clock& clock, Metrics& metrics);
  Task<http::Response> handle(const http::Request& request);

 private:
  const Config& config_;
  const CallerAuthentication& callers_;
  storage::LinkStore& links_;
  AmazonSession& session_;
  const Clock& clock_;
  Metrics& metrics_;
};

/// GET /v1/link-attempts/{attempt_id}
/// Shape:   → 200 { attempt_id, …, hops:[…] }
/// Errors:  404 unknown_attempt, also for attempts of a skill or user the caller may not see
class LinkTraceEndpoint {
 public:
  LinkTraceEndpoint(const CallerAuthentication& callers, storage::LinkStore& links);
  Task<http::Response> handle(const http::Request& request);

 private:
  const CallerAuthentication& callers_;
  storage::LinkStore& links_;
};

}  // namespace couplet::server
