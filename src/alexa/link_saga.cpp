// SPDX-License-Identifier: Apache-2.0
#include "alexa/link_saga.hpp"

#include <algorithm>

namespace couplet::alexa {
namespace {

Step fail(LinkAttempt attempt, LinkStep step, std::string_view code) {
  attempt.status = AttemptStatus::failed;
  attempt.failed_step = enum_text(kLinkSteps, step);
  attempt.failed_code = code;
  attempt.sealed_amazon_tokens.clear();
  return {Next::withdraw_and_fail, std::move(attempt)};
}

class Decision {
 public:
  Decision(LinkAttempt attempt, Instant now) : attempt_(std::move(attempt)), now_(now) {}

  Step operator()(const Begun&) { return go(Next::exchange_code); }

  Step operator()(const PickedUp&) {
    switch (attempt_.status) {
      // Amazon may have taken its code already, and the code is not stored: only the user can start over.
      case AttemptStatus::received: return fail(attempt_, LinkStep::token, "interrupted");
      case AttemptStatus::exchanged:
        return go(attempt_.api_host.empty() ? Next::find_api_host : Next::mint_code);
      // The enablement call may have been sent.
      case AttemptStatus::coded: return go(Next::ask_status);
      case AttemptStatus::enabled: return go(Next::complete);
      case AttemptStatus::linked:
      case AttemptStatus::failed: return go(Next::stop);
    }
    return go(Next::stop);
  }

  Step operator()(const Exchanged& last) {
    attempt_.status = AttemptStatus::exchanged;
    attempt_.sealed_amazon_tokens = last.sealed_amazon_tokens;
    return go(Next::find_api_host);
  }

  Step operator()(const HostFound& last) {
    attempt_.api_host = last.api_host;
    return go(Next::mint_code);
  }

  Step operator()(const CodeMinted& last) {
    attempt_.status = AttemptStatus::coded;
    attempt_.code_selector = last.selector;
    attempt_.failed_code.clear();
    ++attempt_.enablement_tries;
    return go(Next::enable_skill);
  }

  Step operator()(const Enabled& last) {
    attempt_.status = AttemptStatus::enabled;
    attempt_.alexa_user_id = last.alexa_user_id;
    attempt_.failed_code.clear();
    return go(Next::complete);
  }

  // Asked because the outcome of the POST was not known.
  Step operator()(const StatusSeen& last) {
    if (last.is_ours) return (*this)(Enabled{last.alexa_user_id});
    if (last.redeemed && may_still_be_under_way()) return go(Next::ask_status_again);
    if (attempt_.enablement_tries < kEnablementTries) return go(Next::mint_code);
    // The answer that made us ask; none is known when a crash came before it.
    const std::string code = attempt_.failed_code.empty() ? "timeout" : attempt_.failed_code;
    if (!last.enabled || !last.redeemed || !in_time()) return fail(attempt_, LinkStep::enablement, code);
    attempt_.enablement_tries = kEnablementTries - 1;  // the next look has a try of its own
    return wait(code);
  }

  Step operator()(const AskFailed& last) {
    if (attempt_.status != AttemptStatus::coded || !is_worth_another_try(last.failure) || !in_time())
      return fail(std::move(attempt_), LinkStep::enablement, last.failure.code);
    return wait(last.failure.code);
  }

  Step operator()(const Stored&) { return go(Next::stop); }

  Step operator()(const CallFailed& last) {
    if (last.step != LinkStep::enablement) return fail(attempt_, last.step, last.failure.code);
    // Whatever Alexa did with the code inside the call, the answer is to ask, not to guess (EN-08, EN-09).
    if (attempt_.status == AttemptStatus::coded && last.failure.outcome_unknown) {
      attempt_.failed_code = last.failure.code;
      return go(Next::ask_status);
    }
    const bool again = is_worth_another_try(last.failure) && attempt_.enablement_tries < kEnablementTries;
    if (again && !attempt_.api_host.empty()) return go(Next::mint_code);
    return fail(attempt_, LinkStep::enablement, last.failure.code);
  }

 private:
  // Alexa has our tokens, and yet "not enabled": it may be between the two. A fresh code would revoke what it
  // is about to keep. A 500 is an answer, and Amazon is done with it.
  [[nodiscard]] bool may_still_be_under_way() const {
    return attempt_.code_selector && attempt_.failed_code != "server_error" &&
           now_ < attempt_.code_selector->made_at() + kAmazonMayStillWork;
  }

  [[nodiscard]] bool in_time() const { return attempt_.updated_at - attempt_.created_at < kSettleFor; }

  // Failing now would revoke what Alexa may have just been given, in place of a link that worked; trying
  // again without knowing could leave two live grants. So nothing is decided until Amazon can say.
  Step wait(const std::string& code) {
    if (attempt_.failed_code.empty()) attempt_.failed_code = code;
    return go(Next::wait);
  }

  Step go(Next next) { return {next, std::move(attempt_)}; }
  LinkAttempt attempt_;
  Instant now_;
};

}  // namespace

Step resume(LinkAttempt stored, const Outcome& last, Instant now) {
  // Each step has a time of its own: a store tells by it whether somebody else has moved the attempt.
  stored.updated_at = std::max(now, stored.updated_at + milliseconds{1});
  return std::visit(Decision(std::move(stored), now), last);
}

bool is_unsettled(const LinkAttempt& attempt) {
  return attempt.status == AttemptStatus::coded && !attempt.failed_code.empty();
}

Instant next_look(const LinkAttempt& attempt) {
  return attempt.updated_at + (attempt.updated_at - attempt.created_at) / 2;
}

bool try_next_host(const AmazonFailure& failure) {
  return failure.http_status == 403 || failure.http_status == 404;
}

}  // namespace couplet::alexa
