// SPDX-License-Identifier: Apache-2.0
// The events table, and the rows that storage/event_acts.hpp works on, on one connection. Those that change
// something expect to run inside the writer's transaction.
#pragma once
#include "storage/sqlite/links.hpp"

namespace couplet::storage::sqlite {

class Events {
 public:
  /// The others on the same connection.
  Events(Connection& connection, Grants& grants, Links& links, AlexaIds& alexa_ids, Webhooks& webhooks);

  EventReceipt record_account_linked(const SkillEvent& event, const std::optional<GrantId>& grant_id);
  EventReceipt record_skill_disabled(const SkillEvent& event, const std::optional<GrantId>& grant_id);
  EventReceipt record_event(const SkillEvent& event);
  std::size_t purge_events(Instant before, std::size_t limit);

  // What event_acts.hpp asks for.
  std::optional<Grant> find_grant(const GrantId& grant_id) { return grants_.find_grant(grant_id); }
  std::optional<AccountLink> find_link(const SkillName& skill, const UserId& user) {
    return links_.find_link(skill, user);
  }
  bool put_link(const AccountLink& link, Instant now) { return links_.put_link(link, now); }
  void unlink(const SkillName& skill, const UserId& user, EvidenceSource evidence, UnlinkReason reason,
              Instant now) {
    links_.unlink(skill, user, evidence, reason, now);
  }
  void tell(const LinkNews& news) { webhooks_.tell(news); }
  void record_check(const SkillName& skill, const UserId& user, EvidenceSource evidence, Instant now) {
    links_.record_check(skill, user, evidence, now);
  }
  std::vector<UserId> users_linked_under(const SkillName& skill, const AlexaUserId& alexa_user_id) {
    return links_.users_linked_under(skill, alexa_user_id);
  }
  std::optional<AlexaIdRecord> find_alexa_id(const SkillName& skill, const AlexaUserId& alexa_user_id) {
    return alexa_ids_.find(skill, alexa_user_id);
  }
  std::optional<Instant> disabled_at(const SkillName& skill, const AlexaUserId& alexa_user_id) {
    return alexa_ids_.disabled_at(skill, alexa_user_id);
  }
  void put_alexa_id(const AlexaIdRecord& record) { alexa_ids_.put(record); }
  bool has_event(const SkillName& skill, const std::string& request_id);
  void put_event(const SkillEvent& event, const EventReceipt& receipt);

 private:
  Grants& grants_;
  Links& links_;
  AlexaIds& alexa_ids_;
  Webhooks& webhooks_;
  Statement find_event_;
  Statement put_event_;
  Statement purge_events_;
};

}  // namespace couplet::storage::sqlite
