// SPDX-License-Identifier: Apache-2.0
// The link attempt as a state machine: given what is stored and what just happened, what to store and what to
// do next. No I/O, no clock of its own; the shell around it (server/link_engine) stores first and acts second
// (SG-01).
//
//   received → exchanged → coded → enabled → linked        any of them → failed(step, code)
#pragma once
#include <chrono>
#include <string>
#include <variant>

#include "alexa/amazon_messages.hpp"
#include "alexa/error_table.hpp"
#include "domain/link.hpp"

namespace couplet::alexa {

enum class Next {
  exchange_code,  // POST /auth/o2/token with Amazon's code
  find_api_host,  // GET /v1/alexaApiEndpoint
  mint_code,      // a fresh authorization code: ours, committed before it is sent, or the external server's
  enable_skill,   // POST …/enablement
  ask_status,     // GET …/enablement: the outcome of the POST is not known
  ask_status_again,   // the same, after kAskAgainAfter: Amazon may still be at it
  complete,           // store the link: both sides agree
  withdraw_and_fail,  // take back what was issued, then store the failure
  wait,               // Amazon cannot say now what became of the enablement: ask again later
  stop,               // finished
};

// What just happened.
struct Begun {};     // the attempt was inserted by this call
struct PickedUp {};  // found unfinished after a crash; Amazon's code is no longer known
struct Exchanged {
  Bytes sealed_amazon_tokens;
};
struct HostFound {
  std::string api_host;
};
struct CodeMinted {
  std::optional<CodeSelector> selector;  // absent: the code is another authorization server's, and not stored
};
struct Enabled {
  std::optional<AlexaUserId> alexa_user_id;
};
struct StatusSeen {
  bool enabled;   // at Amazon, whoever made it so
  bool is_ours;   // and the user is linked by it: this attempt made it, or it was this user's before
  bool redeemed;  // Alexa was given tokens for our code, and they live; true where nobody can tell
  std::optional<AlexaUserId> alexa_user_id;
};
struct Stored {};  // `complete` or `withdraw_and_fail` is durable
struct CallFailed {
  LinkStep step;
  AmazonFailure failure;
};
struct AskFailed {
  AmazonFailure failure;
};  // `ask_status` gave no answer either

using Outcome = std::variant<Begun, PickedUp, Exchanged, HostFound, CodeMinted, Enabled, StatusSeen, Stored,
                             CallFailed, AskFailed>;

struct Step {
  Next next;
  LinkAttempt store_first;  // to be durable before `next` is done
};

inline constexpr std::uint32_t kEnablementTries = 3;
/// An enablement that gave no answer may be under way at Amazon for so long after its code was made.
inline constexpr seconds kAmazonMayStillWork{15};
inline constexpr seconds kAskAgainAfter{2};
/// So long an outcome that Amazon cannot tell is asked for before the attempt fails (SG-08).
inline constexpr std::chrono::hours kSettleFor{6};

/// Pure; the same arguments give the same step.
[[nodiscard]] Step resume(LinkAttempt stored, const Outcome& last, Instant now);

/// The enablement call was made, and nobody could say yet what came of it. The attempt waits, and what was
/// issued lives: Alexa may be holding it.
[[nodiscard]] bool is_unsettled(const LinkAttempt& attempt);
/// When to ask again: after half of the time it has been open, so a few times an hour and then ever more
/// rarely.
[[nodiscard]] Instant next_look(const LinkAttempt& attempt);

/// True when another regional host may know what this one did not: 403 and 404 (EN-03).
[[nodiscard]] bool try_next_host(const AmazonFailure& failure);

}  // namespace couplet::alexa
