// SPDX-License-Identifier: Apache-2.0
// What an event does to the rows, for engines to run inside one transaction. `Rows` has find_grant,
// find_link, put_link, unlink, tell, users_linked_under, find_alexa_id, put_alexa_id, disabled_at, has_event
// and put_event, as memory_rows.hpp.
#pragma once
#include <algorithm>
#include <optional>
#include <vector>

#include "domain/link_news.hpp"
#include "domain/skill_event.hpp"

namespace couplet::storage {

namespace event_acts {

template <class T>
std::optional<T> newer_of(std::optional<T> a, T b) {
  return a ? std::max(*a, b) : b;
}

inline AlexaIdRecord record_of(const std::optional<AlexaIdRecord>& known, const SkillEvent& event) {
  if (known) return *known;
  AlexaIdRecord record;
  record.skill = event.skill;
  record.alexa_user_id = event.alexa_user_id;
  return record;
}

/// Also of an id that only a stored SkillDisabled has named: the link event may come after that one.
template <class Rows>
std::optional<AlexaIdRecord> known_id(Rows& rows, const SkillName& skill, const AlexaUserId& alexa_user_id) {
  if (auto known = rows.find_alexa_id(skill, alexa_user_id)) return known;
  const std::optional<Instant> disabled_at = rows.disabled_at(skill, alexa_user_id);
  if (!disabled_at) return std::nullopt;
  AlexaIdRecord record;
  record.skill = skill;
  record.alexa_user_id = alexa_user_id;
  record.disabled_at = disabled_at;
  return record;
}

/// The user who is linked under the id now, or was the last one to be.
template <class Rows>
std::optional<UserId> user_of(Rows& rows, const SkillEvent& event,
                              const std::optional<AlexaIdRecord>& known) {
  if (known && known->user) return known->user;
  const std::vector<UserId> linked = rows.users_linked_under(event.skill, event.alexa_user_id);
  return linked.empty() ? std::nullopt : std::optional(linked.front());
}

/// The grant that our token in the event named, if it is one of this skill.
template <class Rows>
std::optional<Grant> grant_of(Rows& rows, const SkillEvent& event, const std::optional<GrantId>& grant_id) {
  auto grant = grant_id ? rows.find_grant(*grant_id) : std::optional<Grant>();
  return grant && grant->skill == event.skill ? grant : std::nullopt;
}

/// An Alexa user is linked to one of our users at a time (EN-11).
template <class Rows>
void unlink_others(Rows& rows, const SkillName& skill, const AlexaUserId& alexa_user_id, const UserId& user,
                   EvidenceSource evidence, Instant now) {
  for (const UserId& other : rows.users_linked_under(skill, alexa_user_id))
    if (other != user) rows.unlink(skill, other, evidence, UnlinkReason::linked_as_other, now);
}

/// Without a token of ours: a later look at the link that the id is known for.
template <class Rows>
EventReceipt confirm(Rows& rows, const SkillEvent& event) {
  const auto linked = rows.users_linked_under(event.skill, event.alexa_user_id);
  if (linked.empty()) return {EventOutcome::unknown_user, std::nullopt};
  rows.record_check(event.skill, linked.front(), EvidenceSource::event, event.received_at);
  return {EventOutcome::applied, linked.front()};
}

template <class Rows>
EventReceipt link(Rows& rows, const SkillEvent& event, const std::optional<GrantId>& grant_id) {
  const auto known = known_id(rows, event.skill, event.alexa_user_id);
  const auto grant = grant_of(rows, event, grant_id);
  if (is_overtaken(known, event)) return {EventOutcome::out_of_date, user_of(rows, event, known)};
  if (!grant) return confirm(rows, event);
  if (grant->revoked_at) return {EventOutcome::out_of_date, grant->user};

  AlexaIdRecord record = record_of(known, event);
  record.user = grant->user;
  record.grant_id = grant->grant_id;
  record.linked_at = newer_of(record.linked_at, event.created_at);
  record.told_at = newer_of(record.told_at, event.created_at);
  rows.put_alexa_id(record);
  unlink_others(rows, event.skill, event.alexa_user_id, grant->user, EvidenceSource::event,
                event.received_at);
  const auto before = rows.find_link(event.skill, grant->user);
  if (const auto link = link_told_by_event(before, *grant, event)) {
    const bool is_new = !is_same_link(before, *link) || before->status != LinkStatus::LINKED;
    if (rows.put_link(*link, event.received_at) && is_new) rows.tell(news_of_link(*link, event.received_at));
  }
  return {EventOutcome::applied, grant->user};
}

template <class Rows>
EventReceipt disable(Rows& rows, const SkillEvent& event, const std::optional<GrantId>& grant_id) {
  const auto known = known_id(rows, event.skill, event.alexa_user_id);
  auto user = user_of(rows, event, known);
  if (!user)
    if (const auto grant = grant_of(rows, event, grant_id)) user = grant->user;
  // The event itself is what stays of an id of nobody: an erased user's comes back with Alexa's echo (UL-05).
  if (!user) return {EventOutcome::unknown_user, std::nullopt};

  AlexaIdRecord record = record_of(known, event);
  if (!record.user) record.user = user;
  record.disabled_at = newer_of(record.disabled_at, event.created_at);
  rows.put_alexa_id(record);
  const auto link = rows.find_link(event.skill, *user);
  if (!link || !ends_link(event, *link, known)) return {EventOutcome::out_of_date, user};
  if (was_revoked_here(*link)) return {EventOutcome::applied, user};  // ended already, and why is known
  rows.unlink(event.skill, *user, EvidenceSource::event, UnlinkReason::skill_disabled, event.received_at);
  return {EventOutcome::applied, user};
}

/// `act` unless the event was stored before; the event is stored with what came of it.
template <class Rows, class Act>
EventReceipt once(Rows& rows, const SkillEvent& event, Act act) {
  if (rows.has_event(event.skill, event.request_id)) return {EventOutcome::duplicate, std::nullopt};
  const EventReceipt receipt = act();
  rows.put_event(event, receipt);
  return receipt;
}

}  // namespace event_acts

template <class Rows>
EventReceipt record_account_linked(Rows& rows, const SkillEvent& event,
                                   const std::optional<GrantId>& grant_id) {
  return event_acts::once(rows, event, [&] { return event_acts::link(rows, event, grant_id); });
}

template <class Rows>
EventReceipt record_skill_disabled(Rows& rows, const SkillEvent& event,
                                   const std::optional<GrantId>& grant_id) {
  return event_acts::once(rows, event, [&] { return event_acts::disable(rows, event, grant_id); });
}

template <class Rows>
EventReceipt record_event(Rows& rows, const SkillEvent& event) {
  return event_acts::once(rows, event, [&] {
    return EventReceipt{
        EventOutcome::applied,
        event_acts::user_of(rows, event, rows.find_alexa_id(event.skill, event.alexa_user_id))};
  });
}

/// What completing a link from the app says about the user's Alexa id: an event may have named it before
/// Amazon's answer did, or the answer may be all there is.
template <class Rows>
void join_alexa_id(Rows& rows, AccountLink& link, Instant linked_at) {
  if (!link.alexa_user_id) {
    for (const AlexaIdRecord& record : rows.alexa_ids_of(link.skill, link.user))
      if (record.grant_id == link.grant_id) link.alexa_user_id = record.alexa_user_id;
    return;
  }
  AlexaIdRecord record;
  record.skill = link.skill;
  record.alexa_user_id = *link.alexa_user_id;
  if (auto known = event_acts::known_id(rows, link.skill, *link.alexa_user_id)) record = *std::move(known);
  record.user = link.user;
  record.grant_id = link.grant_id;
  record.linked_at = event_acts::newer_of(record.linked_at, linked_at);
  rows.put_alexa_id(record);
}

}  // namespace couplet::storage
