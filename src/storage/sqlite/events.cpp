// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/events.hpp"

#include "storage/event_acts.hpp"

namespace couplet::storage::sqlite {

namespace {

constexpr std::string_view kFindEvent = "SELECT request_id FROM events WHERE skill = ? AND request_id = ?";
constexpr std::string_view kPutEvent =
    "INSERT INTO events (skill, request_id, type, alexa_user_id, user_id, outcome, detail, created_at, "
    "received_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kPurgeEvents =
    "DELETE FROM events WHERE rowid IN"
    " (SELECT rowid FROM events WHERE received_at < ? ORDER BY received_at LIMIT ?)";

}  // namespace

Events::Events(Connection& connection, Grants& grants, Links& links, AlexaIds& alexa_ids, Webhooks& webhooks)
    : grants_(grants),
      links_(links),
      alexa_ids_(alexa_ids),
      webhooks_(webhooks),
      find_event_(connection, kFindEvent),
      put_event_(connection, kPutEvent),
      purge_events_(connection, kPurgeEvents) {}

EventReceipt Events::record_account_linked(const SkillEvent& event, const std::optional<GrantId>& grant_id) {
  return storage::record_account_linked(*this, event, grant_id);
}

EventReceipt Events::record_skill_disabled(const SkillEvent& event, const std::optional<GrantId>& grant_id) {
  return storage::record_skill_disabled(*this, event, grant_id);
}

EventReceipt Events::record_event(const SkillEvent& event) { return storage::record_event(*this, event); }

std::size_t Events::purge_events(Instant before, std::size_t limit) {
  return static_cast<std::size_t>(purge_events_.run(before, static_cast<std::int64_t>(limit)));
}

bool Events::has_event(const SkillName& skill, const std::string& request_id) {
  return find_event_.query(skill, request_id).next();
}

void Events::put_event(const SkillEvent& event, const EventReceipt& receipt) {
  put_event_.run(event.skill, event.request_id, enum_text(kSkillEventTypes, event.type), event.alexa_user_id,
                 receipt.user, enum_text(kEventOutcomes, receipt.outcome), event.detail, event.created_at,
                 event.received_at);
}

}  // namespace couplet::storage::sqlite
