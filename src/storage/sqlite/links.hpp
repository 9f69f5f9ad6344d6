// SPDX-License-Identifier: Apache-2.0
// The attempts, hops and links tables: each verb of LinkStore as SQL, on one connection. Those that change
// something expect to run inside the writer's transaction.
#pragma once
#include <span>

#include "storage/sqlite/alexa_ids.hpp"
#include "storage/sqlite/disablements.hpp"
#include "storage/sqlite/grants.hpp"
#include "storage/sqlite/messaging.hpp"
#include "storage/sqlite/statement.hpp"
#include "storage/sqlite/webhooks.hpp"
#include "storage/store.hpp"

namespace couplet::storage::sqlite {

class Links {
 public:
  /// The others on the same connection.
  Links(Connection& connection, Grants& grants, AlexaIds& alexa_ids, Messaging& messaging, Webhooks& webhooks,
        Disablements& disablements);

  std::optional<LinkAttempt> begin_attempt(const LinkAttempt& attempt);
  std::optional<LinkAttempt> record_step(const LinkAttempt& attempt, std::span<const Hop> hops,
                                         Instant seen_at);
  void append_hops(const AttemptId& attempt_id, std::span<const Hop> hops);
  std::optional<LinkAttempt> find_attempt(const AttemptId& attempt_id);
  std::vector<Hop> find_hops(const AttemptId& attempt_id);
  std::vector<LinkAttempt> find_attempts_by_reference(const ReferenceCode& reference);
  std::vector<LinkAttempt> find_attempts_of_user(const UserId& user);
  std::vector<LinkAttempt> unfinished_attempts(const std::optional<BegunAttempt>& after, std::size_t limit);
  std::size_t purge_attempts(Instant before, std::size_t limit);

  std::optional<AccountLink> find_link(const SkillName& skill, const UserId& user);
  std::vector<AccountLink> find_links(const SkillName& skill, std::span<const UserId> users);
  std::vector<UserId> users_linked_under(const SkillName& skill, const AlexaUserId& alexa_user_id);
  bool complete_link(LinkAttempt attempt, AccountLink link, LinkProof proof, std::span<const Hop> hops,
                     Instant seen_at);
  /// As link_acts.hpp has it.
  bool put_link(const AccountLink& link, Instant now);
  std::optional<AccountLink> unlink(const SkillName& skill, const UserId& user, EvidenceSource evidence,
                                    UnlinkReason reason, Instant now);
  std::vector<AccountLink> links_to_check(Instant checked_before, const std::optional<CheckedLink>& after,
                                          std::size_t limit);
  void record_check(const SkillName& skill, const UserId& user, EvidenceSource evidence, Instant now);
  void replace_amazon_tokens(const SkillName& skill, const UserId& user, const Bytes& before,
                             const Bytes& sealed);

  // What link_acts.hpp asks for, beside the above.
  std::optional<Grant> find_grant(const GrantId& grant_id) { return grants_.find_grant(grant_id); }
  void revoke_grant(const GrantId& grant_id, Instant now) { grants_.revoke_grant(grant_id, now); }
  std::vector<Grant> live_grants_of(const SkillName& skill, const UserId& user) {
    return grants_.live_grants_of(skill, user);
  }
  void doubt_grant(const GrantId& grant_id, bool in_doubt) { grants_.doubt_grant(grant_id, in_doubt); }
  /// The row alone.
  void write_link(const AccountLink& link);
  void tell(const LinkNews& news) { webhooks_.tell(news); }
  OwedDisablement owe_disablement(OwedDisablement owed) { return disablements_.insert(std::move(owed)); }
  std::vector<AlexaIdRecord> alexa_ids_of(const SkillName& skill, const UserId& user) {
    return alexa_ids_.of_user(skill, user);
  }
  std::optional<AlexaIdRecord> find_alexa_id(const SkillName& skill, const AlexaUserId& alexa_user_id) {
    return alexa_ids_.find(skill, alexa_user_id);
  }
  std::optional<Instant> disabled_at(const SkillName& skill, const AlexaUserId& alexa_user_id) {
    return alexa_ids_.disabled_at(skill, alexa_user_id);
  }
  void put_alexa_id(const AlexaIdRecord& record) { alexa_ids_.put(record); }

 private:
  Grants& grants_;
  AlexaIds& alexa_ids_;
  Messaging& messaging_;
  Webhooks& webhooks_;
  Disablements& disablements_;
  Statement insert_attempt_;
  Statement replace_attempt_;
  Statement find_attempt_;
  Statement attempts_by_reference_;
  Statement attempts_of_user_;
  Statement unfinished_attempts_;
  Statement oldest_finished_;
  Statement delete_attempt_;
  Statement append_hop_;
  Statement find_hops_;
  Statement delete_hops_;
  Statement find_link_;
  Statement linked_under_;
  Statement put_link_;
  Statement unlink_;
  Statement record_check_;
  Statement replace_tokens_;
  Statement links_to_check_;
};

}  // namespace couplet::storage::sqlite
