// SPDX-License-Identifier: Apache-2.0
#include "emulator/events/event_source.hpp"

#include <algorithm>
#include <utility>

#include "emulator/state/api_hosts.hpp"
#include "emulator/state/random_text.hpp"

namespace couplet::emulator {

namespace {

std::optional<ProviderAccessToken> token_of(const Enablement* enablement, SkillEventKind kind) {
  const bool carries_token = kind == SkillEventKind::SKILL_ACCOUNT_LINKED;
  if (!carries_token || !enablement || !enablement->tokens) return std::nullopt;
  return enablement->tokens->access_token;
}

}  // namespace

void EventSource::enablement_changed(const EnablementChange& change) {
  switch (change.what) {
    case EnablementChange::What::enabled:
      linking_for_the_first_time_ = true;  // told together with the link, in the order of the switch
      return;
    case EnablementChange::What::linked: {
      std::vector<SkillEventKind> kinds{SkillEventKind::SKILL_ACCOUNT_LINKED};
      const bool first = std::exchange(linking_for_the_first_time_, false);
      if (first || switches_.has({"relink_events", "enabled_and_linked"}))
        kinds.insert(kinds.begin(), SkillEventKind::SKILL_ENABLED);
      if (switches_.has({"link_event_order", "linked_first"})) std::ranges::reverse(kinds);
      for (const SkillEventKind kind : kinds) queue_if_subscribed(kind, change);
      return;
    }
    case EnablementChange::What::disabled: {
      const bool by_provider = change.disabled_by == Enablements::DisabledBy::provider;
      if (by_provider && switches_.has({"delete_event", "absent"})) return;
      queue_if_subscribed(SkillEventKind::SKILL_DISABLED, change);
    }
  }
}

void EventSource::queue_if_subscribed(SkillEventKind kind, const EnablementChange& change) {
  const AmazonUser* user = directory_.find_user(change.enablement.user_id);
  const Skill* skill = directory_.find_skill(change.enablement.skill_id);
  if (!user || !skill || !skill->events.is_subscribed(kind)) return;
  SkillEvent event = new_event(kind, *skill, *user);
  event.alexa_user_id = change.enablement.alexa_user_id;
  event.access_token = token_of(&change.enablement, kind);
  if (event.user_information) event.user_information = change.user_information;
  put(event, *skill, *user, nullptr);
}

Result<std::uint64_t, std::string> EventSource::queue(const EventWish& wish) {
  const AmazonUser* user = directory_.find_user(wish.user_id);
  const Skill* skill = directory_.find_skill(wish.skill_id);
  if (!user) return std::unexpected("no Amazon account has the id " + wish.user_id);
  if (!skill) return std::unexpected("no skill has the id " + wish.skill_id);
  if (skill->events.endpoint.empty()) return std::unexpected("the skill has no endpoint for events");
  const Enablement* enablement = enablements_.find(user->id, skill->skill_id);
  if (!enablement && wish.alexa_user_id.empty())
    return std::unexpected("the user does not have the skill enabled: give alexa_user_id");
  SkillEvent event = new_event(wish.kind, *skill, *user);
  event.alexa_user_id = wish.alexa_user_id.empty() ? enablement->alexa_user_id : wish.alexa_user_id;
  event.access_token = token_of(enablement, wish.kind);
  if (wish.kind == SkillEventKind::SKILL_ACCOUNT_LINKED && !event.access_token)
    return std::unexpected("nobody is linked: SkillAccountLinked has no access token to carry");
  if (!wish.request_id.empty()) event.request_id = wish.request_id;
  if (wish.created_at) event.created_at = *wish.created_at;
  event.permissions = wish.permissions;
  event.person_id = wish.person_id;
  event.person_permissions = wish.person_permissions;
  event.subscriptions = wish.subscriptions;
  if (wish.user_information) event.user_information = *wish.user_information;
  return put(event, *skill, *user, wish.wrong);
}

SkillEvent EventSource::new_event(SkillEventKind kind, const Skill& skill, const AmazonUser& user) {
  using UserInformation = Enablements::UserInformation;
  SkillEvent event;
  event.kind = kind;
  event.skill_id = skill.skill_id;
  event.api_host = api_host(user.region, switches_);
  if (switches_.has({"event_api_access_token", "present"}))
    event.api_access_token = "eyJ" + random_letters_and_digits(random_, 40);
  if (switches_.has({"skill_disabled_body", "present"}))
    event.user_information = switches_.has({"user_information", "PERSISTED"})
                                 ? UserInformation::PERSISTED
                                 : UserInformation::NOT_PERSISTED;
  event.request_id = random_uuid(random_);
  event.created_at = wall_clock_.now();
  return event;
}

std::uint64_t EventSource::put(const SkillEvent& event, const Skill& skill, const AmazonUser& user,
                               const WrongWay* wrong) {
  PendingEvent pending;
  pending.kind = event.kind;
  pending.user_id = user.id;
  pending.skill_id = skill.skill_id;
  pending.request_id = event.request_id;
  pending.url = skill.events.endpoint_of(region_text(user.region));
  pending.message = envelope(event);
  pending.wrong = wrong;
  const std::uint64_t id = queue_.add(std::move(pending));
  queued_();
  return id;
}

}  // namespace couplet::emulator
