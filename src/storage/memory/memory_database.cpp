// SPDX-License-Identifier: Apache-2.0
#include "storage/memory/memory_database.hpp"

#include <functional>
#include <mutex>
#include <type_traits>

#include "storage/link_acts.hpp"
#include "storage/memory/memory_rows.hpp"
#include "storage/user_acts.hpp"

namespace couplet::storage {

namespace {

using memory::Rows;

/// The rows inside their lock. Thread: any.
class Shared {
 public:
  auto read(auto operation) -> Result<std::invoke_result_t<decltype(operation), Rows&>> {
    const std::lock_guard lock(mutex_);
    return operation(rows_);
  }

  /// `operation` answers nothing, a T or a Result<T>; the answer is a Result<T>.
  template <class T>
  Result<T> write(auto operation) {
    auto outcome = locked_write<T>(operation);
    if (rows_told()) news_listener_();
    return outcome;
  }

  void on_news(std::function<void()> listener) { news_listener_ = std::move(listener); }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  bool usable() {
    const std::lock_guard lock(mutex_);
    return !closed_;
  }
  Database::Figures figures() {
    const std::lock_guard lock(mutex_);
    return figures_;
  }

 private:
  bool rows_told() {
    const std::lock_guard lock(mutex_);
    return rows_.webhooks().take_told() && news_listener_;
  }

  template <class T>
  Result<T> locked_write(auto& operation) {
    const std::lock_guard lock(mutex_);
    if (closed_) return std::unexpected(StoreError::unavailable);
    Result<T> outcome = [&]() -> Result<T> {
      if constexpr (std::is_void_v<std::invoke_result_t<decltype(operation), Rows&>>) {
        operation(rows_);
        return {};
      } else {
        return operation(rows_);
      }
    }();
    ++figures_.committed_batches;
    ++(outcome ? figures_.committed_writes : figures_.failed_writes);
    return outcome;
  }

  std::mutex mutex_;
  Rows rows_;
  Database::Figures figures_;
  bool closed_ = false;
  std::function<void()> news_listener_;
};

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}

  Task<Result<void>> insert_code(AuthorizationCodeRecord code) override {
    co_return shared_->write<void>([&](Rows& rows) { return rows.insert_code(std::move(code)); });
  }
  Task<Result<std::optional<AuthorizationCodeRecord>>> find_code(CodeSelector selector) override {
    co_return shared_->read([&](Rows& rows) { return rows.find_code(selector); });
  }
  Task<Result<SpendOutcome>> spend_code(CodeSelector selector, Grant grant, Instant now) override {
    co_return shared_->write<SpendOutcome>(
        [&](Rows& rows) { return rows.spend_code(selector, std::move(grant), now); });
  }
  Task<Result<void>> withdraw_code(CodeSelector selector, Instant now) override {
    co_return shared_->write<void>([&](Rows& rows) { rows.withdraw_code(selector, now); });
  }
  Task<Result<void>> withdraw_unspent_code(CodeSelector selector, Instant now) override {
    co_return shared_->write<void>([&](Rows& rows) { rows.withdraw_unspent_code(selector, now); });
  }
  Task<Result<std::optional<Grant>>> find_grant(GrantId grant_id) override {
    co_return shared_->read([&](Rows& rows) { return rows.find_grant(grant_id); });
  }
  Task<Result<std::optional<Grant>>> find_grant_by_refresh(RefreshSelector selector) override {
    co_return shared_->read([&](Rows& rows) { return rows.find_grant_by_refresh(selector); });
  }
  Task<Result<void>> revoke_grant(GrantId grant_id, Instant now) override {
    co_return shared_->write<void>([&](Rows& rows) { end_grant(rows, grant_id, now); });
  }
  Task<Result<bool>> rotate_refresh_token(GrantId grant_id, RefreshRotation from,
                                          RefreshRotation to) override {
    co_return shared_->write<bool>([&](Rows& rows) { return rows.rotate_refresh_token(grant_id, from, to); });
  }
  Task<Result<void>> settle_doubt(GrantId used, Instant now) override {
    co_return shared_->write<void>([&](Rows& rows) { rows.settle_doubt(used, now); });
  }
  Task<Result<OldestGrants>> oldest_grants(ClientId client_id) override {
    co_return shared_->read([&](Rows& rows) { return rows.oldest_grants(client_id); });
  }
  Task<Result<std::vector<ImportOutcome>>> import_grants(std::vector<Grant> grants, Instant now) override {
    if (grants.size() > kMaxGrantsPerImport) co_return std::unexpected(StoreError::overloaded);
    co_return shared_->write<std::vector<ImportOutcome>>(
        [&](Rows& rows) { return rows.import_grants(grants, now); });
  }
  Task<Result<std::vector<Grant>>> list_grants(std::optional<GrantId> after, std::size_t limit) override {
    co_return shared_->read([&](Rows& rows) { return rows.list_grants(after, limit); });
  }
  Task<Result<std::size_t>> purge_codes(Instant before, std::size_t limit) override {
    co_return shared_->write<std::size_t>([&](Rows& rows) { return rows.purge_codes(before, limit); });
  }

  Task<Result<std::optional<LinkAttempt>>> begin_attempt(LinkAttempt attempt) override {
    co_return shared_->write<std::optional<LinkAttempt>>(
        [&](Rows& rows) { return rows.begin_attempt(std::move(attempt)); });
  }
  Task<Result<std::optional<LinkAttempt>>> record_step(LinkAttempt attempt, std::vector<Hop> hops,
                                                       Instant seen_at) override {
    co_return shared_->write<std::optional<LinkAttempt>>(
        [&](Rows& rows) { return rows.record_step(std::move(attempt), hops, seen_at); });
  }
  Task<Result<bool>> withdraw_code_of(AttemptId attempt_id, CodeSelector selector, Instant seen_at,
                                      Instant now) override {
    co_return shared_->write<bool>(
        [&](Rows& rows) { return rows.withdraw_code_of(attempt_id, selector, seen_at, now); });
  }
  Task<Result<void>> append_hops(AttemptId attempt_id, std::vector<Hop> hops) override {
    co_return shared_->write<void>([&](Rows& rows) { rows.append_hops(attempt_id, hops); });
  }
  Task<Result<std::optional<LinkAttempt>>> find_attempt(AttemptId attempt_id) override {
    co_return shared_->read([&](Rows& rows) { return rows.find_attempt(attempt_id); });
  }
  Task<Result<std::vector<Hop>>> find_hops(AttemptId attempt_id) override {
    co_return shared_->read([&](Rows& rows) { return rows.find_hops(attempt_id); });
  }
  Task<Result<std::vector<LinkAttempt>>> find_attempts_by_reference(ReferenceCode reference) override {
    co_return shared_->read([&](Rows& rows) { return rows.find_attempts_by_reference(reference); });
  }
  Task<Result<std::vector<LinkAttempt>>> find_attempts_of_user(UserId user) override {
    co_return shared_->read([&](Rows& rows) { return rows.find_attempts_of_user(user); });
  }
  Task<Result<std::vector<LinkAttempt>>> unfinished_attempts(std::optional<BegunAttempt> after,
                                                             std::size_t limit) override {
    co_return shared_->read([&](Rows& rows) { return rows.unfinished_attempts(after, limit); });
  }
  Task<Result<std::size_t>> purge_attempts(Instant before, std::size_t limit) override {
    co_return shared_->write<std::size_t>([&](Rows& rows) { return rows.purge_attempts(before, limit); });
  }

  Task<Result<std::optional<AccountLink>>> find_link(SkillName skill, UserId user) override {
    co_return shared_->read([&](Rows& rows) { return rows.find_link(skill, user); });
  }
  Task<Result<std::vector<UserId>>> users_linked_under(SkillName skill, AlexaUserId alexa_user_id) override {
    co_return shared_->read([&](Rows& rows) { return rows.users_linked_under(skill, alexa_user_id); });
  }
  Task<Result<std::vector<AccountLink>>> find_links(SkillName skill, std::vector<UserId> users) override {
    if (users.size() > kMaxUsersPerLookup) co_return std::unexpected(StoreError::overloaded);
    co_return shared_->read([&](Rows& rows) { return rows.find_links(skill, users); });
  }
  Task<Result<bool>> complete_link(LinkAttempt attempt, AccountLink link, LinkProof proof,
                                   std::vector<Hop> hops, Instant seen_at) override {
    co_return shared_->write<bool>([&](Rows& rows) {
      return rows.complete_link(std::move(attempt), std::move(link), proof, hops, seen_at);
    });
  }
  Task<Result<std::optional<AccountLink>>> unlink(AccountLink seen, EvidenceSource evidence,
                                                  Instant now) override {
    co_return shared_->write<std::optional<AccountLink>>([&](Rows& rows) {
      return is_same_link(rows.find_link(seen.skill, seen.user), seen)
                 ? rows.unlink(seen.skill, seen.user, evidence, unlink_reason(evidence), now)
                 : std::nullopt;
    });
  }
  Task<Result<void>> record_check(SkillName skill, UserId user, EvidenceSource evidence,
                                  Instant now) override {
    co_return shared_->write<void>([&](Rows& rows) { rows.record_check(skill, user, evidence, now); });
  }
  Task<Result<void>> replace_amazon_tokens(SkillName skill, UserId user, Bytes before,
                                           Bytes sealed) override {
    co_return shared_->write<void>(
        [&](Rows& rows) { rows.replace_amazon_tokens(skill, user, before, std::move(sealed)); });
  }

  Task<Result<std::vector<AccountLink>>> links_to_check(Instant checked_before,
                                                        std::optional<CheckedLink> after,
                                                        std::size_t limit) override {
    co_return shared_->read([&](Rows& rows) { return rows.links_to_check(checked_before, after, limit); });
  }

  Task<Result<std::optional<OwedDisablement>>> unlink_owing(AccountLink seen, Instant now,
                                                            Instant claimed_until) override {
    co_return shared_->write<std::optional<OwedDisablement>>(
        [&](Rows& rows) { return storage::unlink_owing(rows, seen, now, claimed_until); });
  }
  Task<Result<std::optional<OwedDisablement>>> claim_disablement(Instant now,
                                                                 Instant claimed_until) override {
    co_return shared_->write<std::optional<OwedDisablement>>(
        [&](Rows& rows) { return rows.claim_disablement(now, claimed_until); });
  }
  Task<Result<void>> postpone_disablement(OwedDisablement owed) override {
    co_return shared_->write<void>([&](Rows& rows) { rows.postpone_disablement(owed); });
  }
  Task<Result<void>> settle_disablement(std::int64_t disablement_id) override {
    co_return shared_->write<void>([&](Rows& rows) { rows.settle_disablement(disablement_id); });
  }
  Task<Result<std::size_t>> count_disablements() override {
    co_return shared_->read([&](Rows& rows) { return rows.count_disablements(); });
  }

  Task<Result<bool>> take_lease(std::string name, std::string holder, Instant now, Instant until) override {
    co_return shared_->write<bool>([&](Rows& rows) { return rows.take_lease(name, holder, now, until); });
  }
  Task<Result<void>> release_lease(std::string name, std::string holder) override {
    co_return shared_->write<void>([&](Rows& rows) { rows.release_lease(name, holder); });
  }
  Task<Result<std::uint32_t>> record_confirmation(AttemptId attempt_id, bool is_right, std::uint32_t count_to,
                                                  Instant now, Instant forget_at) override {
    co_return shared_->write<std::uint32_t>(
        [&](Rows& rows) { return rows.record_confirmation(attempt_id, is_right, count_to, now, forget_at); });
  }

  Task<Result<EventReceipt>> record_account_linked(SkillEvent event,
                                                   std::optional<GrantId> grant_id) override {
    co_return shared_->write<EventReceipt>(
        [&](Rows& rows) { return storage::record_account_linked(rows, event, grant_id); });
  }
  Task<Result<EventReceipt>> record_skill_disabled(SkillEvent event,
                                                   std::optional<GrantId> grant_id) override {
    co_return shared_->write<EventReceipt>(
        [&](Rows& rows) { return storage::record_skill_disabled(rows, event, grant_id); });
  }
  Task<Result<EventReceipt>> record_event(SkillEvent event) override {
    co_return shared_->write<EventReceipt>([&](Rows& rows) { return storage::record_event(rows, event); });
  }
  Task<Result<std::vector<AlexaIdRecord>>> alexa_ids_of(SkillName skill, UserId user) override {
    co_return shared_->read([&](Rows& rows) { return rows.alexa_ids_of(skill, user); });
  }
  Task<Result<std::size_t>> purge_events(Instant before, std::size_t limit) override {
    co_return shared_->write<std::size_t>([&](Rows& rows) { return rows.purge_events(before, limit); });
  }

  Task<Result<UserRecords>> find_user(SkillName skill, UserId user) override {
    co_return shared_->read([&](Rows& rows) { return rows.find_user(skill, user); });
  }
  Task<Result<Erasure>> erase_user(SkillName skill, UserId user, std::vector<OwedDisablement> of_attempts,
                                   Instant now, Instant claimed_until) override {
    co_return shared_->write<Erasure>([&](Rows& rows) {
      return storage::erase_user(rows, skill, user, std::move(of_attempts), now, claimed_until);
    });
  }

  Task<Result<bool>> store_messaging_tokens(GrantId grant_id, Bytes sealed) override {
    co_return shared_->write<bool>(
        [&](Rows& rows) { return rows.store_messaging_tokens(grant_id, std::move(sealed)); });
  }
  Task<Result<void>> replace_messaging_tokens(SkillName skill, UserId user, Bytes sealed) override {
    co_return shared_->write<void>(
        [&](Rows& rows) { rows.replace_messaging_tokens(skill, user, std::move(sealed)); });
  }
  Task<Result<std::optional<Bytes>>> find_messaging_tokens(SkillName skill, UserId user) override {
    co_return shared_->read([&](Rows& rows) { return rows.find_messaging_tokens(skill, user); });
  }

  Task<Result<std::vector<LinkNews>>> unaddressed_news(std::size_t limit) override {
    co_return shared_->read([&](Rows& rows) { return rows.webhooks().unaddressed_news(limit); });
  }
  Task<Result<void>> address_news(std::vector<NewsAddress> addresses, Instant now) override {
    co_return shared_->write<void>([&](Rows& rows) { rows.webhooks().address_news(addresses, now); });
  }
  Task<Result<std::vector<WebhookDelivery>>> due_deliveries(std::string target, Instant now,
                                                            std::size_t limit) override {
    co_return shared_->read([&](Rows& rows) { return rows.webhooks().due_deliveries(target, now, limit); });
  }
  Task<Result<bool>> reschedule_delivery(std::int64_t sequence, std::string target, Instant seen,
                                         Instant to) override {
    co_return shared_->write<bool>(
        [&](Rows& rows) { return rows.webhooks().reschedule_delivery(sequence, target, seen, to); });
  }
  Task<Result<void>> record_delivered(std::int64_t sequence, std::string target, Instant now) override {
    co_return shared_->write<void>(
        [&](Rows& rows) { rows.webhooks().record_delivered(sequence, target, now); });
  }
  Task<Result<void>> record_failed_try(std::int64_t sequence, std::string target, FailedTry failed,
                                       Instant now) override {
    co_return shared_->write<void>(
        [&](Rows& rows) { rows.webhooks().record_failed_try(sequence, target, failed, now); });
  }
  Task<Result<void>> record_target_gone(std::string target, Instant now) override {
    co_return shared_->write<void>([&](Rows& rows) { rows.webhooks().record_target_gone(target, now); });
  }
  Task<Result<std::size_t>> retry_given_up(std::optional<std::string> target, Instant now) override {
    co_return shared_->write<std::size_t>(
        [&](Rows& rows) { return rows.webhooks().retry_given_up(target, now); });
  }
  Task<Result<std::vector<WebhookDelivery>>> list_deliveries(std::int64_t after, std::size_t limit) override {
    co_return shared_->read([&](Rows& rows) { return rows.webhooks().list_deliveries(after, limit); });
  }
  Task<Result<std::vector<TargetBacklog>>> webhook_backlog() override {
    co_return shared_->read([](Rows& rows) { return rows.webhooks().backlog(); });
  }
  Task<Result<std::size_t>> purge_news(Instant before, std::size_t limit) override {
    co_return shared_->write<std::size_t>(
        [&](Rows& rows) { return rows.webhooks().purge_news(before, limit); });
  }

 private:
  std::shared_ptr<Shared> shared_;
};

class MemoryDatabase final : public Database {
 public:
  std::unique_ptr<Store> open_store() override { return std::make_unique<MemoryStore>(shared_); }
  bool usable() const override { return shared_->usable(); }
  bool opened_alone() const override { return true; }  // no other process can
  Figures figures() const override { return shared_->figures(); }
  void on_news(std::function<void()> listener) override { shared_->on_news(std::move(listener)); }
  void close() override { shared_->close(); }

 private:
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace

std::unique_ptr<Database> make_memory_database() { return std::make_unique<MemoryDatabase>(); }

}  // namespace couplet::storage
