// SPDX-License-Identifier: Apache-2.0
// What Alexa tells about a skill's users, and what that does to a link. The stores run these rules inside
// their transactions; they are pure, so that every engine decides alike.
#pragma once
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "domain/enum_text.hpp"
#include "domain/link.hpp"

namespace couplet {

/// The five events that Alexa repeats until they are acknowledged, spelled as on the wire.
enum class SkillEventType {
  SkillEnabled,
  SkillDisabled,
  SkillAccountLinked,
  SkillPermissionAccepted,
  SkillPermissionChanged,
};
inline constexpr EnumTable<SkillEventType, 5> kSkillEventTypes{
    {{SkillEventType::SkillEnabled, "AlexaSkillEvent.SkillEnabled"},
     {SkillEventType::SkillDisabled, "AlexaSkillEvent.SkillDisabled"},
     {SkillEventType::SkillAccountLinked, "AlexaSkillEvent.SkillAccountLinked"},
     {SkillEventType::SkillPermissionAccepted, "AlexaSkillEvent.SkillPermissionAccepted"},
     {SkillEventType::SkillPermissionChanged, "AlexaSkillEvent.SkillPermissionChanged"}}};

struct SkillEvent {
  SkillName skill;
  std::string request_id;  // the same each time the event is sent
  SkillEventType type = SkillEventType::SkillEnabled;
  AlexaUserId alexa_user_id;
  std::string detail;     // the permissions granted, or what becomes of the Alexa user id; may be empty
  Instant created_at{};   // when it happened at Amazon, often in whole seconds; orders events (WH-04)
  Instant received_at{};  // here
};

enum class EventOutcome {
  applied,       // it is stored, with what it does to the link
  duplicate,     // an event with this request id was stored before; nothing was done
  out_of_date,   // something newer is known; stored, and the link stays as it is
  unknown_user,  // stored; it is about nobody we know
};
inline constexpr EnumTable<EventOutcome, 4> kEventOutcomes{{{EventOutcome::applied, "applied"},
                                                            {EventOutcome::duplicate, "duplicate"},
                                                            {EventOutcome::out_of_date, "out_of_date"},
                                                            {EventOutcome::unknown_user, "unknown_user"}}};

struct EventReceipt {
  EventOutcome outcome = EventOutcome::applied;
  std::optional<UserId> user;  // whom it is about, where that is known
};

/// Alexa's id of one of its users for one skill; a user gets a new one with each enablement. At most one of
/// our users is linked under an id at a time.
struct AlexaIdRecord {
  SkillName skill;
  AlexaUserId alexa_user_id;
  std::optional<UserId> user;          // absent where only a SkillDisabled has named the id
  std::optional<GrantId> grant_id;     // that the link was made with
  std::optional<Instant> linked_at;    // of the newest link under this id
  std::optional<Instant> told_at;      // of the newest SkillAccountLinked
  std::optional<Instant> disabled_at;  // of the newest SkillDisabled
};

/// A link event that something newer has overtaken (WH-04).
[[nodiscard]] inline bool is_overtaken(const std::optional<AlexaIdRecord>& known, const SkillEvent& linked) {
  if (!known) return false;
  return (known->disabled_at && linked.created_at < *known->disabled_at) ||
         (known->linked_at && linked.created_at < std::chrono::floor<seconds>(*known->linked_at));
}

/// The link row after SkillAccountLinked has named `grant`, which is live; absent when the row stays. A link
/// that was started in the provider's app is the link engine's to complete.
[[nodiscard]] inline std::optional<AccountLink> link_told_by_event(const std::optional<AccountLink>& before,
                                                                   const Grant& grant,
                                                                   const SkillEvent& event) {
  const bool is_this_link =
      before && before->status == LinkStatus::LINKED && before->grant_id == grant.grant_id;
  const bool is_newer = !before || !before->grant_id || *before->grant_id < grant.grant_id;
  if (!is_this_link && (grant.origin != GrantOrigin::alexa || !is_newer)) return std::nullopt;
  AccountLink link = is_this_link ? *before : link_made_in_alexa(grant, event.received_at);
  link.alexa_user_id = event.alexa_user_id;
  link.evidence = EvidenceSource::event;
  link.checked_at = event.received_at;
  return link;
}

/// Whether SkillDisabled is about this link, and not about one that it has replaced. In the second of the
/// link it counts: Amazon's times are often whole seconds (WH-04).
[[nodiscard]] inline bool ends_link(const SkillEvent& disabled, const AccountLink& link,
                                    const std::optional<AlexaIdRecord>& known) {
  if (link.alexa_user_id && *link.alexa_user_id != disabled.alexa_user_id) return false;
  const bool same_link = known && known->linked_at && known->grant_id == link.grant_id;
  const Instant made_at = same_link ? *known->linked_at : link.changed_at;
  return disabled.created_at >= std::chrono::floor<seconds>(made_at);
}

}  // namespace couplet
