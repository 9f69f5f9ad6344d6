// SPDX-License-Identifier: Apache-2.0
// What belongs to one user of a skill, over all rows.
#include <algorithm>

#include "storage/memory/memory_rows.hpp"

namespace couplet::storage::memory {

namespace {

constexpr auto belongs_to(const SkillName& skill, const UserId& user) {
  return
      [&skill, &user](const auto& entry) { return entry.second.skill == skill && entry.second.user == user; };
}

}  // namespace

UserRecords Rows::find_user(const SkillName& skill, const UserId& user) const {
  const auto is_theirs = belongs_to(skill, user);
  UserRecords records;
  records.link = find_link(skill, user);
  for (const auto& entry : attempts_)
    if (is_theirs(entry)) records.attempts.push_back({entry.second, find_hops(entry.first)});
  for (const auto& entry : grants_)
    if (is_theirs(entry)) records.grants.push_back(entry.second);
  records.alexa_ids = alexa_ids_of(skill, user);
  for (const auto& [key, event] : events_)
    if (key.first == skill && event.user == user) records.events.push_back(event.stored);
  std::ranges::sort(records.events, {}, [](const StoredEvent& stored) {
    return std::pair(stored.event.received_at, stored.event.request_id);
  });
  return records;
}

bool Rows::owes_disablement(const SkillName& skill, const UserId& user) const {
  return std::ranges::any_of(disablements_, belongs_to(skill, user));
}

std::size_t Rows::forget_user(const SkillName& skill, const UserId& user) {
  const auto is_theirs = belongs_to(skill, user);
  std::size_t rows = forget_events(skill, user) + forget_attempts(skill, user);
  rows += std::erase_if(alexa_ids_, is_theirs);
  rows += std::erase_if(codes_, is_theirs);
  std::erase_if(grants_by_refresh_,
                [&](const auto& entry) { return is_theirs(*grants_.find(entry.second)); });
  rows += std::erase_if(grants_, is_theirs);
  rows += messaging_tokens_.erase({skill, user});
  rows += links_.erase({skill, user});
  return rows;
}

// An event stays, as one that came already; whom it was about goes.
std::size_t Rows::forget_events(const SkillName& skill, const UserId& user) {
  std::size_t forgotten = 0;
  for (auto& [key, event] : events_) {
    const auto alexa_id = find_alexa_id(skill, event.stored.event.alexa_user_id);
    const bool is_theirs = event.user == user || (alexa_id && alexa_id->user == user);
    if (key.first != skill || !is_theirs) continue;
    event.user.reset();
    event.stored.event.alexa_user_id = {};
    ++forgotten;
  }
  return forgotten;
}

std::size_t Rows::forget_attempts(const SkillName& skill, const UserId& user) {
  const auto is_theirs = belongs_to(skill, user);
  for (const auto& entry : attempts_)
    if (is_theirs(entry)) hops_.erase(entry.first);
  return std::erase_if(attempts_, is_theirs);
}

}  // namespace couplet::storage::memory
