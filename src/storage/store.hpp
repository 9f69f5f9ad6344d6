// SPDX-License-Identifier: Apache-2.0
// What Couplet keeps, as verbs that each name one atomic act. Implementations: memory/ (tests, simulation)
// and sqlite/; both pass conformance/. A Store object belongs to one I/O thread; open one per thread from the
// same Database.
//
// Every write is durable before its task ends. A task completes on the io_context it was awaited on.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/task.hpp"
#include "domain/grant.hpp"
#include "domain/link.hpp"
#include "domain/link_news.hpp"
#include "domain/reference_code.hpp"
#include "domain/skill_event.hpp"

namespace couplet::storage {

enum class StoreError {
  unavailable,  // cannot answer now: disk full, locked, closing. The write may or may not have happened
  overloaded,   // the write queue is full, or more was asked for than one call may; nothing was done
  damaged,  // what was read makes no sense: checksum, schema, unknown enumerator, an id that exists already
};

template <class T>
using Result = couplet::Result<T, StoreError>;

/// What redeeming a code came to.
struct SpendOutcome {
  enum class Kind {
    spent,          // by this call; the grant is stored
    already_spent,  // earlier; `grant_id` says what it was redeemed for, absent when it was withdrawn
    unknown,        // no such code
  };
  Kind kind = Kind::unknown;
  std::optional<GrantId> grant_id;
};

/// What decides when a client's living grants end, if their lifetime is limited.
struct OldestGrants {
  std::optional<Instant> created_at;  // the first of them
  std::optional<Instant> used_at;  // the one unused longest, as far as use is kept; else when it was created
  std::optional<Instant> expires_at;  // the first end that a grant has of its own
};

/// What importing one grant of another server came to.
enum class ImportOutcome {
  imported,     // stored, and its user's link
  unchanged,    // stored before, by the same row
  conflicting,  // the same token is stored with another client, skill, user, scope or time; nothing was done
  superseded,   // the user's link has a grant as new or newer; nothing was done
  ended,        // the user has unlinked since it was issued; nothing was done
};

/// Authorization codes and what they were redeemed for.
class GrantStore {
 public:
  virtual ~GrantStore() = default;

  virtual Task<Result<void>> insert_code(AuthorizationCodeRecord code) = 0;
  virtual Task<Result<std::optional<AuthorizationCodeRecord>>> find_code(CodeSelector selector) = 0;
  /// Marks the code spent at `now` and stores the grant, both or neither; of N callers exactly one gets
  /// `spent` (CD-03). A grant of origin `alexa` is a link: in the same transaction its user's link row
  /// becomes link_made_in_alexa(), and the grant that the row named before is revoked, so never two live
  /// grants for one link (SG-04). The enablement that the row had Amazon's tokens for may be of another
  /// Amazon account, which only an event tells: it is owed, for the disabler to send once that is known.
  virtual Task<Result<SpendOutcome>> spend_code(CodeSelector selector, Grant grant, Instant now) = 0;
  /// Makes the code useless and revokes the grant it was redeemed for, if any, as revoke_grant() does.
  /// Unknown codes are no error.
  virtual Task<Result<void>> withdraw_code(CodeSelector selector, Instant now) = 0;
  /// Makes the code useless unless it was redeemed: from then on it is certain whether it ever will be.
  virtual Task<Result<void>> withdraw_unspent_code(CodeSelector selector, Instant now) = 0;

  virtual Task<Result<std::optional<Grant>>> find_grant(GrantId grant_id) = 0;
  virtual Task<Result<std::optional<Grant>>> find_grant_by_refresh(RefreshSelector selector) = 0;
  /// In the same transaction the link that rests on the grant ends, as `revoked`, and its disablement is
  /// owed. Unknown or already revoked: no error, and the first time of revocation stays.
  virtual Task<Result<void>> revoke_grant(GrantId grant_id, Instant now) = 0;
  /// Replaces the rotation of a living grant if it still is `from`; of N callers with one `from` exactly one
  /// gets true (RT-08). False: it is not, or the grant is revoked or unknown (RT-11); read it again and
  /// decide anew.
  virtual Task<Result<bool>> rotate_refresh_token(GrantId grant_id, RefreshRotation from,
                                                  RefreshRotation to) = 0;
  /// Alexa has used a grant that was in doubt: those redeemed before it are revoked. Any other grant is no
  /// error.
  virtual Task<Result<void>> settle_doubt(GrantId used, Instant now) = 0;
  /// Reads every grant: for the command line, not for a request.
  virtual Task<Result<OldestGrants>> oldest_grants(ClientId client_id) = 0;
  /// Grants that another server issued, told apart by `refresh_selector`; one outcome for each, in order, all
  /// in one transaction. An imported grant becomes its user's link, as link_made_in_alexa() since it was
  /// issued, or joins the link that has no grant yet; an older one that the link named is revoked (SG-04).
  /// More than kMaxGrantsPerImport: overloaded.
  virtual Task<Result<std::vector<ImportOutcome>>> import_grants(std::vector<Grant> grants, Instant now) = 0;
  /// In the order of their ids, beginning after `after`: for the command line, not for a request.
  virtual Task<Result<std::vector<Grant>>> list_grants(std::optional<GrantId> after, std::size_t limit) = 0;
};

/// A place in the order in which links are looked at again.
struct CheckedLink {
  Instant checked_at{};
  SkillName skill;
  UserId user;
};

/// A place in the order in which unfinished attempts are taken up.
struct BegunAttempt {
  Instant created_at{};
  AttemptId attempt_id;
};

/// Link attempts, links, and the trace of how they came about.
class LinkStore {
 public:
  virtual ~LinkStore() = default;

  /// Inserts a new attempt; the stored one when there is one with this id already (SG-03).
  virtual Task<Result<std::optional<LinkAttempt>>> begin_attempt(LinkAttempt attempt) = 0;
  /// Replaces the attempt and appends the hops, both or neither. One that is finished, or that somebody else
  /// has moved since it was `updated_at` = `seen_at`, is not replaced: the stored one is then returned,
  /// absent otherwise. So whoever takes an attempt up by a step of his own is alone with it (SG-03). An
  /// attempt that was never begun is `damaged`.
  virtual Task<Result<std::optional<LinkAttempt>>> record_step(LinkAttempt attempt, std::vector<Hop> hops,
                                                               Instant seen_at) = 0;
  /// withdraw_code() for an attempt that is still open and that nobody has moved since `seen_at`. False: it
  /// is somebody else's by now, who may have made a link with the code (SG-03); nothing is done.
  virtual Task<Result<bool>> withdraw_code_of(AttemptId attempt_id, CodeSelector selector, Instant seen_at,
                                              Instant now) = 0;
  /// Appends to the trace without touching the attempt; for calls that come in while it is under way. An
  /// attempt keeps its first 200 hops; later ones, and those of an attempt that is not there, are let go.
  virtual Task<Result<void>> append_hops(AttemptId attempt_id, std::vector<Hop> hops) = 0;
  virtual Task<Result<std::optional<LinkAttempt>>> find_attempt(AttemptId attempt_id) = 0;
  /// In the order of Hop::at, at most 200.
  virtual Task<Result<std::vector<Hop>>> find_hops(AttemptId attempt_id) = 0;
  /// The attempts with this reference code, nearly always one: the newest first, at most
  /// kMaxAttemptsPerLookup.
  virtual Task<Result<std::vector<LinkAttempt>>> find_attempts_by_reference(ReferenceCode reference) = 0;
  /// The user's attempts at every skill, the newest first, at most kMaxAttemptsPerLookup.
  virtual Task<Result<std::vector<LinkAttempt>>> find_attempts_of_user(UserId user) = 0;
  /// Oldest first, only those that come after `after` in that order: what a crash left behind, for one.
  virtual Task<Result<std::vector<LinkAttempt>>> unfinished_attempts(std::optional<BegunAttempt> after,
                                                                     std::size_t limit) = 0;

  virtual Task<Result<std::optional<AccountLink>>> find_link(SkillName skill, UserId user) = 0;
  /// Many users at once, from what is stored; users without a row are left out. More than 1,000 ids:
  /// overloaded.
  virtual Task<Result<std::vector<AccountLink>>> find_links(SkillName skill, std::vector<UserId> users) = 0;
  /// Who is LINKED with this Alexa user: one of ours at most, but for what older programs stored.
  virtual Task<Result<std::vector<UserId>>> users_linked_under(SkillName skill,
                                                               AlexaUserId alexa_user_id) = 0;
  /// The attempt becomes `linked`, the link row is replaced, and the grant that the row named before is
  /// revoked unless it is `link.grant_id`: one transaction, so never two live grants for one link (SG-04).
  /// Where the row's grant was redeemed later than `link.grant_id`, Alexa holds that one: the row stays, and
  /// `link.grant_id` is revoked; and so it is where that row is another user's who is linked with the same
  /// Alexa user. Else the other user's link ends (EN-11). False: the attempt is finished already, or
  /// somebody else has moved it since `seen_at`, and nothing is changed; one that was never begun is
  /// `damaged`. By LinkProof::status what Alexa may hold instead is not revoked: it and `link.grant_id` are
  /// then in doubt.
  virtual Task<Result<bool>> complete_link(LinkAttempt attempt, AccountLink link, LinkProof proof,
                                           std::vector<Hop> hops, Instant seen_at) = 0;
  /// Revokes the grant that the link row names, and those in doubt with it, erases the Amazon tokens, and
  /// stores NOT_LINKED with this evidence, in one transaction. Returns the link as it was before; absent when
  /// there is none, or when it is no longer the one that was `seen` (of another grant or attempt): then
  /// nothing is changed (SG-05).
  virtual Task<Result<std::optional<AccountLink>>> unlink(AccountLink seen, EvidenceSource evidence,
                                                          Instant now) = 0;
  /// Stores a newer look at the link without changing its status; an older look than the stored one does
  /// nothing.
  virtual Task<Result<void>> record_check(SkillName skill, UserId user, EvidenceSource evidence,
                                          Instant now) = 0;
  /// Replaces the sealed Amazon tokens of a link that still has those of `before`; otherwise does nothing:
  /// the user is linked anew by then, or not at all.
  virtual Task<Result<void>> replace_amazon_tokens(SkillName skill, UserId user, Bytes before,
                                                   Bytes sealed) = 0;
  /// Links that are LINKED, have Amazon's tokens, and were looked at before `checked_before`, the oldest look
  /// first; only those that come after `after` in that order.
  virtual Task<Result<std::vector<AccountLink>>> links_to_check(Instant checked_before,
                                                                std::optional<CheckedLink> after,
                                                                std::size_t limit) = 0;
};

/// What Amazon has still to be told about links that have ended on our side (UL-02). complete_link() adds to
/// it, too: where the link moves to another Amazon account, the enablement at the first one is owed; and so
/// does spend_code() where it may have moved.
class DisablementStore {
 public:
  virtual ~DisablementStore() = default;

  /// unlink() on the user's request, and in the same transaction the disablement that is then owed, claimed
  /// for the caller until `claimed_until`. Absent as there; nothing is owed for a link without Amazon's
  /// tokens, and such a link is not unlinked.
  virtual Task<Result<std::optional<OwedDisablement>>> unlink_owing(AccountLink seen, Instant now,
                                                                    Instant claimed_until) = 0;
  /// The one that is due for the longest time, counted as a try; nobody else gets it before `claimed_until`.
  virtual Task<Result<std::optional<OwedDisablement>>> claim_disablement(Instant now,
                                                                         Instant claimed_until) = 0;
  /// Stores the tokens, the cause and the time of the next try.
  virtual Task<Result<void>> postpone_disablement(OwedDisablement owed) = 0;
  /// Nothing is owed any more.
  virtual Task<Result<void>> settle_disablement(std::int64_t disablement_id) = 0;
  virtual Task<Result<std::size_t>> count_disablements() = 0;
};

/// Work that is done in one place at a time, whichever thread or node it is.
class LeaseStore {
 public:
  virtual ~LeaseStore() = default;

  /// True when the lease is the holder's until `until`: it was free, had run out, or was the holder's before.
  virtual Task<Result<bool>> take_lease(std::string name, std::string holder, Instant now, Instant until) = 0;
  /// Lets it go, if it still is the holder's.
  virtual Task<Result<void>> release_lease(std::string name, std::string holder) = 0;
};

/// What was typed on the return page to confirm a link.
class ConfirmationStore {
 public:
  virtual ~ConfirmationStore() = default;

  /// Counts a wrong number, and answers how many have been wrong for this attempt. A right one is judged in
  /// its turn too: of many that are sent at once, it has those before it counted. At `count_to` nothing more
  /// is written. Kept until `forget_at`.
  virtual Task<Result<std::uint32_t>> record_confirmation(AttemptId attempt_id, bool is_right,
                                                          std::uint32_t count_to, Instant now,
                                                          Instant forget_at) = 0;
};

/// What Alexa tells about its users, each event once (WH-03).
class EventStore {
 public:
  virtual ~EventStore() = default;

  /// Stores the event and what it does, in one transaction: the Alexa user id belongs to the user of the
  /// grant that our token in the event named; the link row becomes link_told_by_event(); whoever else was
  /// linked under the id is unlinked. Without a grant it only confirms the link that the id is known for.
  virtual Task<Result<EventReceipt>> record_account_linked(SkillEvent event,
                                                           std::optional<GrantId> grant_id) = 0;
  /// Stores the event, and unlinks the user whom the Alexa user id stands for, or the grant where the id is
  /// not known, unless the link is newer than the event (WH-04): one transaction.
  virtual Task<Result<EventReceipt>> record_skill_disabled(SkillEvent event,
                                                           std::optional<GrantId> grant_id) = 0;
  /// Stores an event that changes no link.
  virtual Task<Result<EventReceipt>> record_event(SkillEvent event) = 0;
  /// The ids under which Alexa has known this user, the newest first, at most kMaxAlexaIdsPerUser.
  virtual Task<Result<std::vector<AlexaIdRecord>>> alexa_ids_of(SkillName skill, UserId user) = 0;
};

struct AttemptTrace {
  LinkAttempt attempt;
  std::vector<Hop> hops;
};

struct StoredEvent {
  SkillEvent event;
  EventOutcome outcome = EventOutcome::applied;
};

/// What is kept about one user of a skill. Beside it there are codes and Amazon's tokens, which are nobody's
/// to read, the news on their way, and what is owed to Amazon.
struct UserRecords {
  std::optional<AccountLink> link;
  std::vector<AttemptTrace> attempts;  // the oldest first, as the grants and events
  std::vector<Grant> grants;
  std::vector<AlexaIdRecord> alexa_ids;  // as alexa_ids_of()
  std::vector<StoredEvent> events;
};

/// What erasing a user came to.
struct Erasure {
  std::optional<AccountLink> link;    // as it was before
  std::vector<OwedDisablement> owed;  // since this call, claimed for the caller
  bool owed_before = false;           // something is owed to Amazon for the user since an earlier call
  std::size_t rows = 0;               // how many went; none when a call before had erased all
};

/// All that belongs to one user of a skill.
class UserStore {
 public:
  virtual ~UserStore() = default;

  virtual Task<Result<UserRecords>> find_user(SkillName skill, UserId user) = 0;
  /// Ends a link as unlink() on the user's request does, and deletes whatever names the user: link, attempts
  /// with their hops, codes, grants, Alexa ids, messaging tokens; an event stays without its user, so that it
  /// is not taken twice. In the same transaction the disablement of the link is owed, if Amazon's tokens are
  /// there to say it with, and those `of_attempts`, all claimed for the caller until `claimed_until`. What is
  /// owed and the news stay until they are delivered (UL-05).
  virtual Task<Result<Erasure>> erase_user(SkillName skill, UserId user,
                                           std::vector<OwedDisablement> of_attempts, Instant now,
                                           Instant claimed_until) = 0;
};

/// Amazon's tokens, sealed, with which a smart-home skill speaks to Alexa for a user. unlink() and everything
/// that unlinks erases them.
class MessagingStore {
 public:
  virtual ~MessagingStore() = default;

  /// For the user of this grant; false, and nothing is stored, when the grant is revoked or unknown.
  virtual Task<Result<bool>> store_messaging_tokens(GrantId grant_id, Bytes sealed) = 0;
  /// Only where there are some: they may have been erased since they were read.
  virtual Task<Result<void>> replace_messaging_tokens(SkillName skill, UserId user, Bytes sealed) = 0;
  virtual Task<Result<std::optional<Bytes>>> find_messaging_tokens(SkillName skill, UserId user) = 0;
};

/// To whom one piece of news goes.
struct NewsAddress {
  std::int64_t sequence = 0;
  std::vector<std::string> targets;
};

/// What a try to deliver came to, when the news could not be handed over.
struct FailedTry {
  std::uint32_t status = 0;
  std::string problem;
  std::optional<Instant> next_try_at;  // absent: given up
};

struct TargetBacklog {
  std::string target;
  std::uint64_t waiting = 0;
  std::uint64_t given_up = 0;
  std::optional<Instant> oldest_waiting_since;
};

/// The outbox. Each verb of the other stores that makes or ends a link, or ends an attempt, writes its
/// LinkNews in the same transaction, so nothing happens untold; imports are no news. From there it goes to
/// the targets at least once, and a user's news in their order (WH-08).
class WebhookStore {
 public:
  virtual ~WebhookStore() = default;

  /// News that have no deliveries yet, the earliest first.
  virtual Task<Result<std::vector<LinkNews>>> unaddressed_news(std::size_t limit) = 0;
  /// Makes the deliveries, once for each piece of news however often it is asked; news for nobody are
  /// deleted. For a target that is gone they are given up at once.
  virtual Task<Result<void>> address_news(std::vector<NewsAddress> addresses, Instant now) = 0;
  /// What may be sent to the target now, what has waited longest first: for each user one at most.
  virtual Task<Result<std::vector<WebhookDelivery>>> due_deliveries(std::string target, Instant now,
                                                                    std::size_t limit) = 0;
  /// Moves the next try from `seen` to `to`; of several that have seen the same one gets true, so a process
  /// that moves it beyond the end of its call is alone with it. False: moved, given up, over or unknown.
  virtual Task<Result<bool>> reschedule_delivery(std::int64_t sequence, std::string target, Instant seen,
                                                 Instant to) = 0;
  /// The delivery is over, and the user's next one is due. Unknown ones are no error.
  virtual Task<Result<void>> record_delivered(std::int64_t sequence, std::string target, Instant now) = 0;
  /// Where it is given up, the user's next one is due. Unknown ones are no error.
  virtual Task<Result<void>> record_failed_try(std::int64_t sequence, std::string target, FailedTry failed,
                                               Instant now) = 0;
  /// The target wants no more (HTTP 410): everything that waits for it is given up. It is gone while one
  /// such delivery is kept, until somebody tries it again.
  virtual Task<Result<void>> record_target_gone(std::string target, Instant now) = 0;
  /// Lets what was given up wait again, in its old place; of every target where none is named. Answers how
  /// many.
  virtual Task<Result<std::size_t>> retry_given_up(std::optional<std::string> target, Instant now) = 0;
  /// Of the next `limit` news after the sequence `after`, each with all its deliveries: for the command line.
  virtual Task<Result<std::vector<WebhookDelivery>>> list_deliveries(std::int64_t after,
                                                                     std::size_t limit) = 0;
  virtual Task<Result<std::vector<TargetBacklog>>> webhook_backlog() = 0;
};

inline constexpr std::uint32_t kTargetGoneStatus = 410;
inline constexpr std::string_view kTargetGoneProblem = "gone";
inline constexpr std::size_t kMaxAlexaIdsPerUser = 100;
inline constexpr std::size_t kMaxHopsPerAttempt = 200;
inline constexpr std::size_t kMaxUsersPerLookup = 1000;
inline constexpr std::size_t kMaxAttemptsPerLookup = 20;
inline constexpr std::size_t kMaxGrantsPerImport = 5000;

/// Deletes what nobody needs any more, in small steps: call again while the answer is `limit` (FT-11).
class Housekeeping {
 public:
  virtual ~Housekeeping() = default;

  /// The oldest codes that expired before `before`; answers how many. Keep codes well beyond their expiry: a
  /// deleted code is `unknown`, and its replay then revokes nothing (CD-02). Grants stay.
  virtual Task<Result<std::size_t>> purge_codes(Instant before, std::size_t limit) = 0;
  /// The oldest attempts that finished before `before`, with their hops; answers how many attempts. Links
  /// stay, with the id of the attempt that made them.
  virtual Task<Result<std::size_t>> purge_attempts(Instant before, std::size_t limit) = 0;
  /// The oldest events received before `before`. Keep them for longer than Amazon repeats one, an hour, and a
  /// clock may be stepped: a deleted event that comes again is a new one.
  virtual Task<Result<std::size_t>> purge_events(Instant before, std::size_t limit) = 0;
  /// The oldest news of before `before`, with their deliveries, whatever became of them.
  virtual Task<Result<std::size_t>> purge_news(Instant before, std::size_t limit) = 0;
};

class Store : public GrantStore,
              public LinkStore,
              public DisablementStore,
              public LeaseStore,
              public ConfirmationStore,
              public EventStore,
              public UserStore,
              public MessagingStore,
              public WebhookStore,
              public Housekeeping {};

/// Owns the files, connections and writer threads. Thread: any.
class Database {
 public:
  virtual ~Database() = default;
  [[nodiscard]] virtual std::unique_ptr<Store> open_store() = 0;
  /// False when the last write failed or none could be made for a while; for /readyz (LG-06).
  [[nodiscard]] virtual bool usable() const = 0;
  /// No other process had it open when this one opened it: what is unfinished is nobody's. False where that
  /// cannot be said.
  [[nodiscard]] virtual bool opened_alone() const = 0;
  struct Figures {
    std::uint64_t committed_batches = 0;
    std::uint64_t committed_writes = 0;
    std::uint64_t queued_writes = 0;
    std::uint64_t failed_writes = 0;
  };
  [[nodiscard]] virtual Figures figures() const = 0;
  /// `listener` is called, on any thread, after news were committed. Set it before the first store is used;
  /// it must be callable until close() has returned.
  virtual void on_news(std::function<void()> listener) = 0;
  /// Finishes the queued writes, then refuses new ones. Idempotent.
  virtual void close() = 0;
};

}  // namespace couplet::storage
