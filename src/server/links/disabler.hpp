// SPDX-License-Identifier: Apache-2.0
// Tells Amazon about links that have ended on our side, now or as soon as it listens (UL-02).
#pragma once
#include "server/links/amazon_session.hpp"
#include "server/links/link_check.hpp"

namespace couplet::server {

/// Thread: one. References outlive it.
class Disabler {
 public:
  /// How long a claim lasts: longer than a try takes.
  static constexpr seconds kClaim{120};
  /// After so long nobody tries any more: the user is told where to disable the skill, as always.
  static constexpr std::chrono::hours kGiveUpAfter{30 * 24};

  /// So long an event may still tell of which Amazon account a new link is: Alexa repeats one for an hour.
  static constexpr std::chrono::hours kAccountIsToldWithin{2};

  enum class Outcome {
    settled,    // disabled at Amazon, or nothing was left to disable
    kept,       // the user has linked the same Amazon account again, or it may be the same: nothing is sent
    postponed,  // Amazon has not taken it, or the user is linking right now; tried again by itself
    given_up,
  };

  Disabler(const Config& config, storage::Store& store, AmazonSession& session, LinkCheck& check,
           Pauses& pauses, const Clock& clock, Random& random, Metrics& metrics);

  /// One try for a disablement that the caller has claimed. What the store cannot record is tried again.
  Task<Outcome> tell_amazon(OwedDisablement owed);
  /// Tries what is due, at most `limit` of it. Call it every few seconds.
  Task<void> work_off(std::size_t limit);

 private:
  Task<Outcome> tell_in_turn(const Skill& skill, OwedDisablement& owed);
  Task<alexa::AmazonResult<bool>> may_be_linked_again(const Skill& skill, OwedDisablement& owed);
  Task<alexa::AmazonResult<bool>> may_be_of_account(const Skill& skill, OwedDisablement& owed,
                                                    const AccountLink& link);
  Task<Outcome> settle(const OwedDisablement& owed, Outcome outcome);
  Task<Outcome> postpone(OwedDisablement owed, std::string cause);
  Task<void> confirm(const Skill& skill, const OwedDisablement& owed);

  const Config& config_;
  storage::Store& store_;
  AmazonSession& session_;
  LinkCheck& check_;
  Pauses& pauses_;
  const Clock& clock_;
  Random& random_;
  Metrics& metrics_;
};

}  // namespace couplet::server
