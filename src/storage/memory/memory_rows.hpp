// SPDX-License-Identifier: Apache-2.0
// The rows of the memory store and the verbs on them, each run whole under one lock.
#pragma once
#include <map>
#include <span>
#include <utility>

#include "storage/memory/webhook_rows.hpp"
#include "storage/store.hpp"

namespace couplet::storage::memory {

class Rows {
 public:
  Result<void> insert_code(AuthorizationCodeRecord code);
  [[nodiscard]] std::optional<AuthorizationCodeRecord> find_code(const CodeSelector& selector) const;
  Result<SpendOutcome> spend_code(const CodeSelector& selector, Grant grant, Instant now);
  void withdraw_code(const CodeSelector& selector, Instant now);
  void withdraw_unspent_code(const CodeSelector& selector, Instant now);
  [[nodiscard]] std::optional<Grant> find_grant(const GrantId& grant_id) const;
  [[nodiscard]] std::optional<Grant> find_grant_by_refresh(const RefreshSelector& selector) const;
  void revoke_grant(const GrantId& grant_id, Instant now);
  bool rotate_refresh_token(const GrantId& grant_id, const RefreshRotation& from, const RefreshRotation& to);
  void settle_doubt(const GrantId& used, Instant now);
  /// Those that are not revoked.
  [[nodiscard]] std::vector<Grant> live_grants_of(const SkillName& skill, const UserId& user) const;
  void doubt_grant(const GrantId& grant_id, bool in_doubt);
  void insert_grant(Grant grant);
  std::vector<ImportOutcome> import_grants(std::span<const Grant> grants, Instant now);
  [[nodiscard]] std::vector<Grant> list_grants(const std::optional<GrantId>& after, std::size_t limit) const;
  [[nodiscard]] OldestGrants oldest_grants(const ClientId& client_id) const;
  std::size_t purge_codes(Instant before, std::size_t limit);

  std::optional<LinkAttempt> begin_attempt(LinkAttempt attempt);
  bool withdraw_code_of(const AttemptId& attempt_id, const CodeSelector& selector, Instant seen_at,
                        Instant now);
  Result<std::optional<LinkAttempt>> record_step(LinkAttempt attempt, std::span<const Hop> hops,
                                                 Instant seen_at);
  void append_hops(const AttemptId& attempt_id, std::span<const Hop> hops);
  [[nodiscard]] std::optional<LinkAttempt> find_attempt(const AttemptId& attempt_id) const;
  [[nodiscard]] std::vector<Hop> find_hops(const AttemptId& attempt_id) const;
  [[nodiscard]] std::vector<LinkAttempt> find_attempts_by_reference(const ReferenceCode& reference) const;
  [[nodiscard]] std::vector<LinkAttempt> find_attempts_of_user(const UserId& user) const;
  [[nodiscard]] std::vector<LinkAttempt> unfinished_attempts(const std::optional<BegunAttempt>& after,
                                                             std::size_t limit) const;
  std::size_t purge_attempts(Instant before, std::size_t limit);

  [[nodiscard]] std::optional<AccountLink> find_link(const SkillName& skill, const UserId& user) const;
  [[nodiscard]] std::vector<AccountLink> find_links(const SkillName& skill,
                                                    std::span<const UserId> users) const;
  Result<bool> complete_link(LinkAttempt attempt, AccountLink link, LinkProof proof,
                             std::span<const Hop> hops, Instant seen_at);
  std::optional<AccountLink> unlink(const SkillName& skill, const UserId& user, EvidenceSource evidence,
                                    UnlinkReason reason, Instant now);
  void record_check(const SkillName& skill, const UserId& user, EvidenceSource evidence, Instant now);
  void replace_amazon_tokens(const SkillName& skill, const UserId& user, const Bytes& before, Bytes sealed);
  [[nodiscard]] std::vector<AccountLink> links_to_check(Instant checked_before,
                                                        const std::optional<CheckedLink>& after,
                                                        std::size_t limit) const;
  [[nodiscard]] std::optional<OwedDisablement> claim_disablement(Instant now, Instant claimed_until);
  void postpone_disablement(const OwedDisablement& owed);
  void settle_disablement(std::int64_t disablement_id);
  [[nodiscard]] std::size_t count_disablements() const { return disablements_.size(); }
  [[nodiscard]] bool take_lease(const std::string& name, const std::string& holder, Instant now,
                                Instant until);
  void release_lease(const std::string& name, const std::string& holder);
  [[nodiscard]] std::uint32_t record_confirmation(const AttemptId& attempt_id, bool is_right,
                                                  std::uint32_t count_to, Instant now, Instant forget_at);
  /// With its id.
  OwedDisablement owe_disablement(OwedDisablement owed);
  /// As link_acts.hpp has it.
  bool put_link(const AccountLink& link, Instant now);
  /// The row alone.
  void write_link(AccountLink link);

  // What event_acts.hpp works on, beside the above.
  [[nodiscard]] std::vector<UserId> users_linked_under(const SkillName& skill,
                                                       const AlexaUserId& alexa_user_id) const;
  [[nodiscard]] std::optional<AlexaIdRecord> find_alexa_id(const SkillName& skill,
                                                           const AlexaUserId& alexa_user_id) const;
  void put_alexa_id(const AlexaIdRecord& record);
  [[nodiscard]] std::vector<AlexaIdRecord> alexa_ids_of(const SkillName& skill, const UserId& user) const;
  /// By the newest SkillDisabled that is stored and names the id.
  [[nodiscard]] std::optional<Instant> disabled_at(const SkillName& skill,
                                                   const AlexaUserId& alexa_user_id) const;
  [[nodiscard]] bool has_event(const SkillName& skill, const std::string& request_id) const;
  void put_event(const SkillEvent& event, const EventReceipt& receipt);
  std::size_t purge_events(Instant before, std::size_t limit);

  void tell(LinkNews news) { webhooks_.tell(std::move(news)); }
  [[nodiscard]] WebhookRows& webhooks() { return webhooks_; }

  [[nodiscard]] UserRecords find_user(const SkillName& skill, const UserId& user) const;
  [[nodiscard]] bool owes_disablement(const SkillName& skill, const UserId& user) const;
  /// Answers how many rows went.
  std::size_t forget_user(const SkillName& skill, const UserId& user);

  bool store_messaging_tokens(const GrantId& grant_id, Bytes sealed);
  void replace_messaging_tokens(const SkillName& skill, const UserId& user, Bytes sealed);
  [[nodiscard]] std::optional<Bytes> find_messaging_tokens(const SkillName& skill, const UserId& user) const;

 private:
  template <class Is>
  [[nodiscard]] std::vector<LinkAttempt> newest_attempts(Is is) const;
  std::size_t forget_events(const SkillName& skill, const UserId& user);
  std::size_t forget_attempts(const SkillName& skill, const UserId& user);
  std::map<CodeSelector, AuthorizationCodeRecord> codes_;
  std::map<GrantId, Grant> grants_;
  std::map<RefreshSelector, GrantId> grants_by_refresh_;
  std::map<AttemptId, LinkAttempt> attempts_;
  std::map<AttemptId, std::vector<Hop>> hops_;  // in the order of storing
  std::map<std::pair<SkillName, UserId>, AccountLink> links_;
  std::map<std::pair<SkillName, AlexaUserId>, AlexaIdRecord> alexa_ids_;
  struct Event {
    StoredEvent stored;
    std::optional<UserId> user;
  };
  std::map<std::pair<SkillName, std::string>, Event> events_;
  std::map<std::pair<SkillName, UserId>, Bytes> messaging_tokens_;
  WebhookRows webhooks_;
  std::map<std::int64_t, OwedDisablement> disablements_;
  std::int64_t last_disablement_id_ = 0;
  std::map<std::string, std::pair<std::string, Instant>> leases_;  // name → holder, until
  struct Confirmation {
    std::uint32_t wrong = 0;
    Instant forget_at{};
  };
  std::map<AttemptId, Confirmation> confirmations_;
};

}  // namespace couplet::storage::memory
