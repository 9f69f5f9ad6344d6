// SPDX-License-Identifier: Apache-2.0
// Runs link attempts: the shell around alexa::resume() that stores first and acts second. An attempt runs to
// its end whether or not the caller waits for it, and no lock, transaction or scarce thread is held while
// Amazon is asked: Alexa calls our token endpoint inside the enablement call (EN-06).
#pragma once
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>

#include "alexa/link_saga.hpp"
#include "amazon/amazon_api.hpp"
#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "base/pauses.hpp"
#include "base/random.hpp"
#include "server/common/metrics.hpp"
#include "server/config/config.hpp"
#include "server/links/account_turn.hpp"
#include "server/links/external_code_client.hpp"
#include "storage/store.hpp"

namespace couplet::server {

enum class FinishError {
  store_unavailable,  // the attempt may have begun; the same oauth_state can be sent again
  spent_state,        // finished before with another Amazon code (LK-07)
  in_progress,        // still under way, or not to be known yet; ask again with the same oauth_state
};

/// Thread: one; each I/O thread has its own. References outlive it.
class LinkEngine {
 public:
  static constexpr seconds kWaitForEnd{45};
  /// Longer than any step of an attempt takes: one that has stood still for so long is nobody's any more.
  static constexpr seconds kOrphanedAfter{120};
  /// What one pick_up() looks at, and how much of that it takes up; the next one goes on from there.
  static constexpr std::size_t kMostLookedAt = 5000;
  static constexpr std::size_t kMostTakenUp = 1000;
  /// Whoever took a skill out of the configuration by mistake has put it back by then.
  static constexpr std::chrono::hours kGivenUpWithoutSkill{24};

  LinkEngine(const Config& config, storage::Store& store, amazon::AmazonApi& amazon,
             ExternalCodes& external_codes, Pauses& pauses, const Clock& clock, Random& random,
             Metrics& metrics);

  /// Finishes a started link. A second call with the same oauth_state and code gets the first one's result,
  /// also from another thread or after a restart (SG-03). Shape: the attempt with status `linked` or `failed`
  Task<Result<LinkAttempt, FinishError>> finish(const Skill& skill, alexa::StartedLink started,
                                                alexa::AmazonCode code);

  /// Stores that a started link ended at Amazon's consent, so that its trace can be read; the oauth_state is
  /// spent by it. Best effort: the user is told the same whether or not it could be stored.
  Task<void> record_refusal(alexa::StartedLink started, const alexa::LinkErrorRow& row);

  /// Attempts under way. Thread: any.
  [[nodiscard]] std::size_t under_way() const { return under_way_; }

  enum class Unsettled {
    ask_at_once,   // at a start: whatever stood in the way may be over
    ask_when_due,  // alexa::next_look()
  };
  /// Takes up the attempts that were left unfinished before `older_than`: by a crash, or by a store that
  /// failed; the oldest first, and where there are very many, the rest with the next calls. `unsettled` says
  /// when those are asked about again whose outcome Amazon could not tell (EN-09). One whose skill is
  /// configured no more fails after kGivenUpWithoutSkill (SG-02). Where several look at once, one gets each;
  /// whoever had it before stores nothing more (SG-03).
  Task<void> pick_up(Instant older_than, Unsettled unsettled);

 private:
  struct Run;
  enum class End {
    finished,
    unsettled,     // what Amazon did is not known; the attempt stays open
    taken_over,    // somebody else has moved the attempt, or ended it; it is theirs
    store_failed,  // the attempt stays as it was stored last
  };
  struct Running {
    explicit Running(const boost::asio::any_io_executor& executor) : ended(executor, kWaitForEnd) {}
    boost::asio::steady_timer
        ended;  // cancelled at the end; set once, since setting it again would wake every waiter
    End end = End::finished;
  };

  bool is_due(const LinkAttempt& attempt, Instant older_than, Unsettled unsettled) const;
  Task<bool> make_ours(LinkAttempt& attempt);
  Task<void> take_up(LinkAttempt attempt);
  Task<void> give_up(LinkAttempt attempt);
  Task<void> run(std::shared_ptr<Run> state, LinkAttempt attempt, alexa::Outcome first);
  Task<End> run_steps(Run& run, LinkAttempt attempt, alexa::Outcome first);
  Task<void> take_turn(Run& run, const LinkAttempt& attempt);
  Task<bool> is_still_there(AttemptId attempt_id);
  Task<std::optional<alexa::Outcome>> act(Run& run, alexa::Next next, const LinkAttempt& attempt);
  Task<alexa::Outcome> exchange_code(Run& run, const LinkAttempt& attempt);
  Task<std::optional<alexa::Outcome>> find_api_host(Run& run, const LinkAttempt& attempt);
  Task<std::optional<alexa::Outcome>> mint_code(Run& run, const LinkAttempt& attempt);
  Task<alexa::Outcome> ask_for_code(Run& run, LinkAttempt attempt);
  Task<std::optional<alexa::Outcome>> enable_skill(Run& run, const LinkAttempt& attempt);
  Task<bool> has_another_host(Run& run, const LinkAttempt& attempt);
  Task<std::optional<alexa::Outcome>> ask_status(Run& run, const LinkAttempt& attempt);
  Task<std::optional<alexa::Outcome>> complete(Run& run, LinkAttempt attempt);
  Task<storage::Result<std::optional<Grant>>> redeemed_grant(const LinkAttempt& attempt);
  enum class Earlier {
    nobody,
    this_user,
    other,  // another user of ours, or this one by a link that was left since
  };
  Task<storage::Result<Earlier>> linked_earlier(const LinkAttempt& attempt,
                                                const std::optional<AlexaUserId>& alexa_user_id);
  Task<storage::Result<std::optional<Grant>>> grant_to_keep(const LinkAttempt& attempt);
  Task<bool> withdraw_code(Run& run, const LinkAttempt& attempt);
  Task<std::optional<alexa::Outcome>> withdraw_and_fail(Run& run, const LinkAttempt& attempt);
  Task<Result<LinkAttempt, FinishError>> wait_for_end(AttemptId attempt_id);
  amazon::HopSink sink(Run& run);
  amazon::HopSink external_sink(Run& run);

  const Config& config_;
  storage::Store& store_;
  amazon::AmazonApi& amazon_;
  ExternalCodes& external_codes_;
  Pauses& pauses_;
  const Clock& clock_;
  Random& random_;
  Metrics& metrics_;
  std::optional<storage::BegunAttempt> picked_up_to_;  // absent: the next look begins with the oldest
  std::map<AttemptId, std::shared_ptr<Running>> running_;
  std::atomic<std::size_t> under_way_ = 0;  // running_.size(), for other threads
};

}  // namespace couplet::server
