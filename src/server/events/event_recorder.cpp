// SPDX-License-Identifier: Apache-2.0
#include "server/events/event_recorder.hpp"

namespace couplet::server {

Task<storage::Result<EventReceipt>> EventRecorder::record(alexa::ReceivedEvent received) {
  const std::optional<GrantId> grant_id = grant_named_by(received);
  SkillEvent event = std::move(received.event);
  if (event.type == SkillEventType::SkillAccountLinked)
    co_return co_await events_.record_account_linked(std::move(event), grant_id);
  if (event.type == SkillEventType::SkillDisabled)
    co_return co_await events_.record_skill_disabled(std::move(event), grant_id);
  co_return co_await events_.record_event(std::move(event));
}

// An event may come an hour late: the token was good when it was put in, and it is asked for nothing but a
// name.
std::optional<GrantId> EventRecorder::grant_named_by(const alexa::ReceivedEvent& received) const {
  if (!received.access_token) return std::nullopt;
  const oauth::AccessToken token{std::string(received.access_token->reveal())};
  const auto claims = verifier_.verify(token, received.event.created_at);
  return claims ? std::optional(claims->grant_id) : std::nullopt;
}

}  // namespace couplet::server
