// SPDX-License-Identifier: Apache-2.0
#include "server/links/disabler.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "server/links/account_turn.hpp"

namespace couplet::server {
namespace {

constexpr seconds kFirstWait{4};
constexpr seconds kLongestWait{3600};
constexpr unsigned kMostDoublings = 10;

// 4 s, 8, 16, … an hour; half of it for certain, so that not everybody comes at once.
milliseconds wait_after(std::uint32_t tries, Random& random) {
  const auto doublings = std::min(tries > 0 ? tries - 1 : 0, kMostDoublings);
  const milliseconds longest = std::min<milliseconds>(kFirstWait * (1 << doublings), kLongestWait);
  return longest / 2 + longest * std::to_integer<int>(random.bytes<1>()[0]) / (2 * 255);
}

std::string_view text_of(Disabler::Outcome outcome) {
  switch (outcome) {
    case Disabler::Outcome::settled: return "settled";
    case Disabler::Outcome::kept: return "kept";
    case Disabler::Outcome::postponed: return "postponed";
    case Disabler::Outcome::given_up: return "given_up";
  }
  return "";
}

}  // namespace

Disabler::Disabler(const Config& config, storage::Store& store, AmazonSession& session, LinkCheck& check,
                   Pauses& pauses, const Clock& clock, Random& random, Metrics& metrics)
    : config_(config),
      store_(store),
      session_(session),
      check_(check),
      pauses_(pauses),
      clock_(clock),
      random_(random),
      metrics_(metrics) {}

Task<Disabler::Outcome> Disabler::tell_amazon(OwedDisablement owed) {
  const Skill* const skill = config_.find_skill(owed.skill);
  if (!skill) co_return co_await postpone(std::move(owed), "unknown_skill");
  AccountTurn turn(store_, pauses_, clock_, owed.skill, owed.user,
                   "disablement/" + std::to_string(owed.disablement_id));
  if (!co_await turn.take()) co_return co_await postpone(std::move(owed), "link_under_way");
  const Outcome outcome = co_await tell_in_turn(*skill, owed);
  co_await turn.release();
  co_return outcome;
}

Task<Disabler::Outcome> Disabler::tell_in_turn(const Skill& skill, OwedDisablement& owed) {
  const auto linked_again = co_await may_be_linked_again(skill, owed);
  if (!linked_again) co_return co_await postpone(owed, linked_again.error().code);
  if (*linked_again) co_return co_await settle(owed, Outcome::kept);
  const auto disabled = co_await session_.disable(skill, owed);
  if (!disabled) co_return co_await postpone(owed, disabled.error().code);
  co_await confirm(skill, owed);
  co_return co_await settle(owed, Outcome::settled);
}

// The Alexa user is linked again, to the user or to another one of ours. At the same Amazon account the
// DELETE would end it, so it is sent only where Amazon itself says that the owed tokens belong to another
// account.
Task<alexa::AmazonResult<bool>> Disabler::may_be_linked_again(const Skill& skill, OwedDisablement& owed) {
  constexpr auto unavailable = [] {
    return std::unexpected(alexa::AmazonFailure{"store_unavailable", 0, false});
  };
  if (owed.alexa_user_id) {
    const auto linked = co_await store_.users_linked_under(owed.skill, *owed.alexa_user_id);
    if (!linked) co_return unavailable();
    if (!linked->empty()) co_return true;
  }
  const auto link = co_await store_.find_link(owed.skill, owed.user);
  if (!link) co_return unavailable();
  if (!*link || (*link)->status != LinkStatus::LINKED) co_return false;
  co_return co_await may_be_of_account(skill, owed, **link);
}

// A link that was made in the Alexa app has an Alexa user id only once an event has told it. Where no events
// come nobody ever knows, and nothing is sent.
Task<alexa::AmazonResult<bool>> Disabler::may_be_of_account(const Skill& skill, OwedDisablement& owed,
                                                            const AccountLink& link) {
  if (!link.alexa_user_id) {
    if (clock_.now() - link.changed_at >= kAccountIsToldWithin) co_return true;
    co_return std::unexpected(alexa::AmazonFailure{"account_unknown", 0, false});
  }
  const auto seen = co_await session_.status(skill, owed);
  if (!seen && seen.error().code == "unauthorized") co_return true;  // nothing is left to disable
  if (!seen) co_return std::unexpected(seen.error());
  co_return !seen->enabled || !seen->alexa_user_id || seen->alexa_user_id == link.alexa_user_id;
}

// Our row knew of the request only. A link that a program without turns has made meanwhile is looked at
// again.
Task<void> Disabler::confirm(const Skill& skill, const OwedDisablement& owed) {
  auto link = co_await store_.find_link(owed.skill, owed.user);
  if (!link || !*link) co_return;
  if ((*link)->status == LinkStatus::LINKED) {
    if (co_await check_.can_ask(**link)) static_cast<void>(co_await check_.ask(skill, **link));
  } else if (!was_revoked_here(**link)) {
    static_cast<void>(
        co_await store_.record_check(owed.skill, owed.user, EvidenceSource::enablement_answer, clock_.now()));
  }
}

Task<Disabler::Outcome> Disabler::settle(const OwedDisablement& owed, Outcome outcome) {
  metrics_.disablement_tried(owed.skill, text_of(outcome));
  log::write(outcome == Outcome::given_up ? log::Level::error : log::Level::info, "unlink.amazon_told",
             {{"skill", owed.skill.text()},
              {"user", owed.user.text()},
              {"outcome", text_of(outcome)},
              {"tries", owed.tries},
              {"cause", owed.last_cause}});
  const auto settled = co_await store_.settle_disablement(owed.disablement_id);
  co_return settled ? outcome : Outcome::postponed;
}

Task<Disabler::Outcome> Disabler::postpone(OwedDisablement owed, std::string cause) {
  owed.last_cause = std::move(cause);
  const Instant now = clock_.now();
  if (now - owed.created_at > kGiveUpAfter) co_return co_await settle(owed, Outcome::given_up);
  owed.due_at = now + wait_after(owed.tries, random_);
  metrics_.disablement_tried(owed.skill, text_of(Outcome::postponed));
  log::warn("unlink.amazon_not_told", {{"skill", owed.skill.text()},
                                       {"user", owed.user.text()},
                                       {"cause", owed.last_cause},
                                       {"tries", owed.tries},
                                       {"next", "tried again by itself"},
                                       {"next_at", to_iso8601(owed.due_at)}});
  static_cast<void>(co_await store_.postpone_disablement(std::move(owed)));  // else the claim runs out
  co_return Outcome::postponed;
}

Task<void> Disabler::work_off(std::size_t limit) {
  for (std::size_t done = 0; done < limit; ++done) {
    auto owed = co_await store_.claim_disablement(clock_.now(), clock_.now() + kClaim);
    if (!owed || !*owed) break;
    co_await tell_amazon(**std::move(owed));
  }
  if (const auto count = co_await store_.count_disablements()) metrics_.disablements_owed(*count);
}

}  // namespace couplet::server
