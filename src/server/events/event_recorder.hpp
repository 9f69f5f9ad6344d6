// SPDX-License-Identifier: Apache-2.0
// What an event of Alexa's does to the links, once it is known to be Alexa's.
#pragma once
#include "alexa/skill_request.hpp"
#include "oauth/access_token.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Thread: one. References outlive it.
class EventRecorder {
 public:
  EventRecorder(storage::EventStore& events, const oauth::AccessTokenVerifier& verifier)
      : events_(events), verifier_(verifier) {}

  /// One store verb; each event once (WH-03), in Amazon's order (WH-04). Owns what it touches: it may go on
  /// after the request's deadline.
  Task<storage::Result<EventReceipt>> record(alexa::ReceivedEvent received);

 private:
  [[nodiscard]] std::optional<GrantId> grant_named_by(const alexa::ReceivedEvent& received) const;

  storage::EventStore& events_;
  const oauth::AccessTokenVerifier& verifier_;
};

}  // namespace couplet::server
