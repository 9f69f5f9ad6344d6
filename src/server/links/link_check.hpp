// SPDX-License-Identifier: Apache-2.0
// Asks Amazon what became of a link, and ends it here where Amazon says that it is gone.
#pragma once
#include "server/common/json_shapes.hpp"
#include "server/links/amazon_session.hpp"

namespace couplet::server {

/// Thread: one. References outlive it.
class LinkCheck {
 public:
  LinkCheck(storage::LinkStore& links, AmazonSession& session, const Clock& clock, Metrics& metrics)
      : links_(links), session_(session), clock_(clock), metrics_(metrics) {}

  /// With the tokens of the link, or those that AcceptGrant brought (alexa-protocol 1.8).
  Task<bool> can_ask(const AccountLink& link);
  /// Effects: a fresh answer is stored; one that says "not linked" ends the link here too (EN-12). When
  /// Amazon cannot be asked the status is UNKNOWN, not a guess (EN-11). Absent when the answer is about a
  /// link that is there no more: look again
  Task<storage::Result<std::optional<LinkView>>> ask(const Skill& skill, AccountLink link);

 private:
  Task<storage::Result<std::optional<LinkView>>> end(AccountLink link, Instant now);

  storage::LinkStore& links_;
  AmazonSession& session_;
  const Clock& clock_;
  Metrics& metrics_;
};

}  // namespace couplet::server
