// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/sqlite_store.hpp"

#include <type_traits>
#include <utility>

#include "base/log.hpp"
#include "storage/import_acts.hpp"
#include "storage/link_acts.hpp"
#include "storage/sqlite/schema.hpp"
#include "storage/user_acts.hpp"

namespace couplet::storage::sqlite {

namespace {

/// A reader waits for nobody but a process that recovers the log after a crash; an I/O thread cannot wait
/// long.
constexpr milliseconds kReadPatience{100};

template <class T, class Operation>
class TypedWrite final : public Write {
 public:
  explicit TypedWrite(Operation operation) : operation_(std::move(operation)) {}
  void run(Tables& tables) override {
    if constexpr (std::is_void_v<T>) {
      operation_(tables);
      outcome_ = Result<T>();
    } else {
      outcome_ = operation_(tables);
    }
  }
  void fail(StoreError error) override { outcome_ = std::unexpected(error); }
  [[nodiscard]] Result<T> outcome() && { return std::move(outcome_); }

 private:
  const Operation operation_;
  Result<T> outcome_ = std::unexpected(StoreError::unavailable);
};

// What import_acts.hpp works on.
struct ImportRows {
  Tables& tables;
  auto find_grant(const GrantId& grant_id) { return tables.grants.find_grant(grant_id); }
  auto find_grant_by_refresh(const RefreshSelector& selector) {
    return tables.grants.find_grant_by_refresh(selector);
  }
  void insert_grant(const Grant& grant) { tables.grants.insert_grant(grant); }
  auto find_link(const SkillName& skill, const UserId& user) { return tables.links.find_link(skill, user); }
  void put_link(const AccountLink& link, Instant now) { tables.links.put_link(link, now); }
};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::shared_ptr<Engine> engine)
      : engine_(std::move(engine)),
        connection_(engine_->options().path, Connection::Access::read_only, engine_->options().busy_patience,
                    engine_->options().vfs),
        tables_(connection_),
        begin_(connection_, "BEGIN"),
        end_(connection_, "ROLLBACK") {
    connection_.set_busy_timeout(kReadPatience);
  }

  Task<Result<void>> insert_code(AuthorizationCodeRecord code) override {
    return write<void>([code = std::move(code)](Tables& tables) { tables.grants.insert_code(code); });
  }
  Task<Result<std::optional<AuthorizationCodeRecord>>> find_code(CodeSelector selector) override {
    co_return read([&] { return tables_.grants.find_code(selector); });
  }
  Task<Result<SpendOutcome>> spend_code(CodeSelector selector, Grant grant, Instant now) override {
    return write<SpendOutcome>([selector, grant = std::move(grant), now](Tables& tables) {
      const SpendOutcome outcome = tables.grants.spend_code(selector, grant, now);
      if (outcome.kind == SpendOutcome::Kind::spent && grant.origin == GrantOrigin::alexa)
        settle_link_of_alexa(tables.links, grant, now);
      return outcome;
    });
  }
  Task<Result<void>> withdraw_code(CodeSelector selector, Instant now) override {
    return write<void>([selector, now](Tables& tables) { withdraw_code_in(tables, selector, now); });
  }
  Task<Result<void>> withdraw_unspent_code(CodeSelector selector, Instant now) override {
    return write<void>(
        [selector, now](Tables& tables) { tables.grants.withdraw_unspent_code(selector, now); });
  }
  Task<Result<std::optional<Grant>>> find_grant(GrantId grant_id) override {
    co_return read([&] { return tables_.grants.find_grant(grant_id); });
  }
  Task<Result<std::optional<Grant>>> find_grant_by_refresh(RefreshSelector selector) override {
    co_return read([&] { return tables_.grants.find_grant_by_refresh(selector); });
  }
  Task<Result<void>> revoke_grant(GrantId grant_id, Instant now) override {
    return write<void>([grant_id, now](Tables& tables) { end_grant(tables.links, grant_id, now); });
  }
  Task<Result<bool>> rotate_refresh_token(GrantId grant_id, RefreshRotation from,
                                          RefreshRotation to) override {
    return write<bool>([grant_id, from, to](Tables& tables) {
      return tables.grants.rotate_refresh_token(grant_id, from, to);
    });
  }
  Task<Result<void>> settle_doubt(GrantId used, Instant now) override {
    return write<void>([used, now](Tables& tables) { storage::settle_doubt(tables.links, used, now); });
  }
  Task<Result<OldestGrants>> oldest_grants(ClientId client_id) override {
    co_return read([&] { return tables_.grants.oldest_grants(client_id); });
  }
  Task<Result<std::vector<ImportOutcome>>> import_grants(std::vector<Grant> grants, Instant now) override {
    if (grants.size() > kMaxGrantsPerImport) return too_many<std::vector<ImportOutcome>>();
    return write<std::vector<ImportOutcome>>([grants = std::move(grants), now](Tables& tables) {
      ImportRows rows{tables};
      std::vector<ImportOutcome> outcomes;
      for (const Grant& grant : grants) outcomes.push_back(import_grant(rows, grant, now));
      return outcomes;
    });
  }
  Task<Result<std::vector<Grant>>> list_grants(std::optional<GrantId> after, std::size_t limit) override {
    co_return read([&] { return tables_.grants.list_grants(after, limit); });
  }
  Task<Result<std::size_t>> purge_codes(Instant before, std::size_t limit) override {
    return write<std::size_t>(
        [before, limit](Tables& tables) { return tables.grants.purge_codes(before, limit); });
  }

  Task<Result<std::optional<LinkAttempt>>> begin_attempt(LinkAttempt attempt) override {
    return write<std::optional<LinkAttempt>>(
        [attempt = std::move(attempt)](Tables& tables) { return tables.links.begin_attempt(attempt); });
  }
  Task<Result<std::optional<LinkAttempt>>> record_step(LinkAttempt attempt, std::vector<Hop> hops,
                                                       Instant seen_at) override {
    return write<std::optional<LinkAttempt>>(
        [attempt = std::move(attempt), hops = std::move(hops), seen_at](Tables& tables) {
          return tables.links.record_step(attempt, hops, seen_at);
        });
  }
  Task<Result<bool>> withdraw_code_of(AttemptId attempt_id, CodeSelector selector, Instant seen_at,
                                      Instant now) override {
    return write<bool>([attempt_id, selector, seen_at, now](Tables& tables) {
      if (!is_open_since(tables.links.find_attempt(attempt_id), seen_at)) return false;
      withdraw_code_in(tables, selector, now);
      return true;
    });
  }
  Task<Result<void>> append_hops(AttemptId attempt_id, std::vector<Hop> hops) override {
    return write<void>(
        [attempt_id, hops = std::move(hops)](Tables& tables) { tables.links.append_hops(attempt_id, hops); });
  }
  Task<Result<std::optional<LinkAttempt>>> find_attempt(AttemptId attempt_id) override {
    co_return read([&] { return tables_.links.find_attempt(attempt_id); });
  }
  Task<Result<std::vector<Hop>>> find_hops(AttemptId attempt_id) override {
    co_return read([&] { return tables_.links.find_hops(attempt_id); });
  }
  Task<Result<std::vector<LinkAttempt>>> find_attempts_by_reference(ReferenceCode reference) override {
    co_return read([&] { return tables_.links.find_attempts_by_reference(reference); });
  }
  Task<Result<std::vector<LinkAttempt>>> find_attempts_of_user(UserId user) override {
    co_return read([&] { return tables_.links.find_attempts_of_user(user); });
  }
  Task<Result<std::vector<LinkAttempt>>> unfinished_attempts(std::optional<BegunAttempt> after,
                                                             std::size_t limit) override {
    co_return read([&] { return tables_.links.unfinished_attempts(after, limit); });
  }
  Task<Result<std::size_t>> purge_attempts(Instant before, std::size_t limit) override {
    return write<std::size_t>(
        [before, limit](Tables& tables) { return tables.links.purge_attempts(before, limit); });
  }

  Task<Result<std::optional<AccountLink>>> find_link(SkillName skill, UserId user) override {
    co_return read([&] { return tables_.links.find_link(skill, user); });
  }
  Task<Result<std::vector<UserId>>> users_linked_under(SkillName skill, AlexaUserId alexa_user_id) override {
    co_return read([&] { return tables_.links.users_linked_under(skill, alexa_user_id); });
  }
  Task<Result<std::vector<AccountLink>>> find_links(SkillName skill, std::vector<UserId> users) override {
    if (users.size() > kMaxUsersPerLookup) co_return std::unexpected(StoreError::overloaded);
    co_return read([&] {
      const ReadTransaction all_of_one_moment(*this);
      return tables_.links.find_links(skill, users);
    });
  }
  Task<Result<bool>> complete_link(LinkAttempt attempt, AccountLink link, LinkProof proof,
                                   std::vector<Hop> hops, Instant seen_at) override {
    return write<bool>([attempt = std::move(attempt), link = std::move(link), proof, hops = std::move(hops),
                        seen_at](Tables& tables) {
      return tables.links.complete_link(attempt, link, proof, hops, seen_at);
    });
  }
  Task<Result<std::optional<AccountLink>>> unlink(AccountLink seen, EvidenceSource evidence,
                                                  Instant now) override {
    return write<std::optional<AccountLink>>(
        [seen = std::move(seen), evidence, now](Tables& tables) -> std::optional<AccountLink> {
          if (!is_same_link(tables.links.find_link(seen.skill, seen.user), seen)) return std::nullopt;
          return tables.links.unlink(seen.skill, seen.user, evidence, unlink_reason(evidence), now);
        });
  }
  Task<Result<void>> record_check(SkillName skill, UserId user, EvidenceSource evidence,
                                  Instant now) override {
    return write<void>([skill = std::move(skill), user = std::move(user), evidence, now](Tables& tables) {
      tables.links.record_check(skill, user, evidence, now);
    });
  }
  Task<Result<void>> replace_amazon_tokens(SkillName skill, UserId user, Bytes before,
                                           Bytes sealed) override {
    return write<void>([skill = std::move(skill), user = std::move(user), before = std::move(before),
                        sealed = std::move(sealed)](Tables& tables) {
      tables.links.replace_amazon_tokens(skill, user, before, sealed);
    });
  }

  Task<Result<std::vector<AccountLink>>> links_to_check(Instant checked_before,
                                                        std::optional<CheckedLink> after,
                                                        std::size_t limit) override {
    co_return read([&] { return tables_.links.links_to_check(checked_before, after, limit); });
  }

  Task<Result<std::optional<OwedDisablement>>> unlink_owing(AccountLink seen, Instant now,
                                                            Instant claimed_until) override {
    return write<std::optional<OwedDisablement>>(
        [seen = std::move(seen), now, claimed_until](Tables& tables) {
          return storage::unlink_owing(tables.links, seen, now, claimed_until);
        });
  }
  // Writes nothing while nothing is due.
  Task<Result<std::optional<OwedDisablement>>> claim_disablement(Instant now,
                                                                 Instant claimed_until) override {
    const auto is_due = read([&] { return tables_.disablements.is_any_due(now); });
    if (!is_due) co_return std::unexpected(is_due.error());
    if (!*is_due) co_return std::nullopt;
    co_return co_await write<std::optional<OwedDisablement>>(
        [now, claimed_until](Tables& tables) { return tables.disablements.claim(now, claimed_until); });
  }
  Task<Result<void>> postpone_disablement(OwedDisablement owed) override {
    return write<void>([owed = std::move(owed)](Tables& tables) { tables.disablements.postpone(owed); });
  }
  Task<Result<void>> settle_disablement(std::int64_t disablement_id) override {
    return write<void>([disablement_id](Tables& tables) { tables.disablements.settle(disablement_id); });
  }
  Task<Result<std::size_t>> count_disablements() override {
    co_return read([&] { return tables_.disablements.count(); });
  }

  Task<Result<bool>> take_lease(std::string name, std::string holder, Instant now, Instant until) override {
    return write<bool>([name = std::move(name), holder = std::move(holder), now, until](Tables& tables) {
      return tables.leases.take(name, holder, now, until);
    });
  }
  Task<Result<void>> release_lease(std::string name, std::string holder) override {
    return write<void>([name = std::move(name), holder = std::move(holder)](Tables& tables) {
      tables.leases.release(name, holder);
    });
  }
  Task<Result<std::uint32_t>> record_confirmation(AttemptId attempt_id, bool is_right, std::uint32_t count_to,
                                                  Instant now, Instant forget_at) override {
    return write<std::uint32_t>([attempt_id, is_right, count_to, now, forget_at](Tables& tables) {
      return tables.confirmations.record(attempt_id, is_right, count_to, now, forget_at);
    });
  }

  Task<Result<EventReceipt>> record_account_linked(SkillEvent event,
                                                   std::optional<GrantId> grant_id) override {
    return write<EventReceipt>([event = std::move(event), grant_id](Tables& tables) {
      return tables.events.record_account_linked(event, grant_id);
    });
  }
  Task<Result<EventReceipt>> record_skill_disabled(SkillEvent event,
                                                   std::optional<GrantId> grant_id) override {
    return write<EventReceipt>([event = std::move(event), grant_id](Tables& tables) {
      return tables.events.record_skill_disabled(event, grant_id);
    });
  }
  Task<Result<EventReceipt>> record_event(SkillEvent event) override {
    return write<EventReceipt>(
        [event = std::move(event)](Tables& tables) { return tables.events.record_event(event); });
  }
  Task<Result<std::vector<AlexaIdRecord>>> alexa_ids_of(SkillName skill, UserId user) override {
    co_return read([&] { return tables_.alexa_ids.of_user(skill, user); });
  }
  Task<Result<std::size_t>> purge_events(Instant before, std::size_t limit) override {
    return write<std::size_t>(
        [before, limit](Tables& tables) { return tables.events.purge_events(before, limit); });
  }

  Task<Result<UserRecords>> find_user(SkillName skill, UserId user) override {
    co_return read([&] {
      const ReadTransaction all_of_one_moment(*this);
      return tables_.users.find_user(skill, user);
    });
  }
  Task<Result<Erasure>> erase_user(SkillName skill, UserId user, std::vector<OwedDisablement> of_attempts,
                                   Instant now, Instant claimed_until) override {
    return write<Erasure>([skill = std::move(skill), user = std::move(user),
                           of_attempts = std::move(of_attempts), now, claimed_until](Tables& tables) {
      return storage::erase_user(tables.users, skill, user, of_attempts, now, claimed_until);
    });
  }

  Task<Result<bool>> store_messaging_tokens(GrantId grant_id, Bytes sealed) override {
    return write<bool>([grant_id, sealed = std::move(sealed)](Tables& tables) {
      const auto grant = tables.grants.find_grant(grant_id);
      const bool lives = grant && !grant->revoked_at;
      if (lives) tables.messaging.put(grant->skill, grant->user, sealed);
      return lives;
    });
  }
  Task<Result<void>> replace_messaging_tokens(SkillName skill, UserId user, Bytes sealed) override {
    return write<void>([skill = std::move(skill), user = std::move(user), sealed = std::move(sealed)](
                           Tables& tables) { tables.messaging.replace(skill, user, sealed); });
  }
  Task<Result<std::optional<Bytes>>> find_messaging_tokens(SkillName skill, UserId user) override {
    co_return read([&] { return tables_.messaging.find(skill, user); });
  }

  Task<Result<std::vector<LinkNews>>> unaddressed_news(std::size_t limit) override {
    co_return read([&] { return tables_.webhooks.unaddressed_news(limit); });
  }
  Task<Result<void>> address_news(std::vector<NewsAddress> addresses, Instant now) override {
    return write<void>([addresses = std::move(addresses), now](Tables& tables) {
      tables.webhooks.address_news(addresses, now);
    });
  }
  Task<Result<std::vector<WebhookDelivery>>> due_deliveries(std::string target, Instant now,
                                                            std::size_t limit) override {
    co_return read([&] { return tables_.webhooks.due_deliveries(target, now, limit); });
  }
  Task<Result<bool>> reschedule_delivery(std::int64_t sequence, std::string target, Instant seen,
                                         Instant to) override {
    return write<bool>([sequence, target = std::move(target), seen, to](Tables& tables) {
      return tables.webhooks.reschedule_delivery(sequence, target, seen, to);
    });
  }
  Task<Result<void>> record_delivered(std::int64_t sequence, std::string target, Instant now) override {
    return write<void>([sequence, target = std::move(target), now](Tables& tables) {
      tables.webhooks.record_delivered(sequence, target, now);
    });
  }
  Task<Result<void>> record_failed_try(std::int64_t sequence, std::string target, FailedTry failed,
                                       Instant now) override {
    return write<void>(
        [sequence, target = std::move(target), failed = std::move(failed), now](Tables& tables) {
          tables.webhooks.record_failed_try(sequence, target, failed, now);
        });
  }
  Task<Result<void>> record_target_gone(std::string target, Instant now) override {
    return write<void>([target = std::move(target), now](Tables& tables) {
      tables.webhooks.record_target_gone(target, now);
    });
  }
  Task<Result<std::size_t>> retry_given_up(std::optional<std::string> target, Instant now) override {
    return write<std::size_t>([target = std::move(target), now](Tables& tables) {
      return tables.webhooks.retry_given_up(target, now);
    });
  }
  Task<Result<std::vector<WebhookDelivery>>> list_deliveries(std::int64_t after, std::size_t limit) override {
    co_return read([&] { return tables_.webhooks.list_deliveries(after, limit); });
  }
  Task<Result<std::vector<TargetBacklog>>> webhook_backlog() override {
    co_return read([&] { return tables_.webhooks.backlog(); });
  }
  Task<Result<std::size_t>> purge_news(Instant before, std::size_t limit) override {
    return write<std::size_t>(
        [before, limit](Tables& tables) { return tables.webhooks.purge_news(before, limit); });
  }

 private:
  static void withdraw_code_in(Tables& tables, const CodeSelector& selector, Instant now) {
    if (const auto redeemed = tables.grants.withdraw_code(selector, now))
      end_grant(tables.links, *redeemed, now);
  }

  /// Ends with the scope, also when a read throws.
  class ReadTransaction {
   public:
    explicit ReadTransaction(SqliteStore& store) : store_(store) { store_.begin_.run(); }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;
    ~ReadTransaction() {
      if (store_.connection_.in_transaction()) store_.end_.run();
    }

   private:
    SqliteStore& store_;
  };

  template <class Operation>
  auto read(Operation operation) -> Result<std::invoke_result_t<Operation>> {
    try {
      return operation();
    } catch (const SqliteFault& fault) {
      log::error("storage.read_failed", {{"cause", fault.what()}, {"sqlite_code", fault.code()}});
      return std::unexpected(to_store_error(fault));
    }
  }

  template <class T>
  static Task<Result<T>> too_many() {
    co_return std::unexpected(StoreError::overloaded);
  }

  template <class T, class Operation>
  Task<Result<T>> write(Operation operation) {
    const auto queued = std::make_shared<TypedWrite<T, Operation>>(std::move(operation));
    const auto engine = engine_;  // the Store may go while its write is under way
    const Arrival arrival = co_await await_write(engine->writer().queue(), queued);
    if (arrival == Arrival::done) co_return std::move(*queued).outcome();
    co_return std::unexpected(arrival == Arrival::full ? StoreError::overloaded : StoreError::unavailable);
  }

  std::shared_ptr<Engine> engine_;
  Connection connection_;
  Tables tables_;
  Statement begin_;
  Statement end_;
};

}  // namespace

Engine::Engine(SqliteOptions options) : options_(std::move(options)) {
  Connection migrated = open_and_migrate(options_);
  presence_.emplace(options_.path);
  checkpointer_.emplace(
      Connection(options_.path, Connection::Access::read_write, options_.busy_patience, options_.vfs));
  writer_.emplace(std::move(migrated), options_, *checkpointer_);
}

void Engine::close() {
  const std::lock_guard lock(closing_);
  if (closed_.exchange(true)) return;
  writer_->close();
  checkpointer_->close();
  checkpointer_->finish();
}

std::unique_ptr<Store> make_sqlite_store(std::shared_ptr<Engine> engine) {
  return std::make_unique<SqliteStore>(std::move(engine));
}

}  // namespace couplet::storage::sqlite
