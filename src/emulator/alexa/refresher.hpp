// SPDX-License-Identifier: Apache-2.0
// Alexa's refreshes: when a request needs a token, when a test says so, and by the clock. The one place that
// drops a link, and only invalid_grant does.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/task.hpp"
#include "emulator/alexa/provider_token_answer.hpp"
#include "emulator/alexa/refresh_manner.hpp"
#include "emulator/calls/outgoing_calls.hpp"
#include "emulator/state/adjustable_clock.hpp"
#include "emulator/state/directory.hpp"
#include "emulator/state/enablements.hpp"

namespace couplet::emulator {

enum class RefreshResult {
  refreshed,    // Alexa has new tokens
  answer_lost,  // the call was made, and Alexa keeps what it had
  dropped,      // invalid_grant: the link is gone
  failed,       // anything else: Alexa keeps what it had and tries again
  not_due,      // the access token is still good, and the manner is late
  not_linked,   // there are no tokens to refresh
};
[[nodiscard]] std::string_view result_text(RefreshResult result);

/// One call to the token URL, or why there was none.
struct RefreshOutcome {
  std::string user_id;
  std::string skill_id;
  RefreshResult result = RefreshResult::not_linked;
  int status = 0;     // of the provider's answer; 0: none
  std::string error;  // the OAuth error code
  std::string why;
};
[[nodiscard]] json::object to_json(const RefreshOutcome& outcome);

/// Thread: the emulator's.
class Refresher {
 public:
  Refresher(const Directory& directory, Enablements& enablements, OutgoingCalls& calls,
            const Switches& switches, const RefreshPlan& plan, RefreshCounts& counts, AdjustableClock& clock,
            milliseconds provider_deadline)
      : directory_(directory),
        enablements_(enablements),
        calls_(calls),
        switches_(switches),
        plan_(plan),
        counts_(counts),
        clock_(clock),
        provider_deadline_(provider_deadline) {}

  /// Refreshes now; one outcome for each call that was made, at least one.
  /// Effects: new tokens, or a dropped link (invalid_grant)
  Task<std::vector<RefreshOutcome>> refresh(std::string user_id, std::string skill_id, RefreshManner manner);
  /// What Alexa does before it sends a request with the user's token.
  Task<void> refresh_if_expired(std::string user_id, std::string skill_id);

  /// Refreshes every link that is due by the plan.
  Task<void> run_due();
  /// When the next link is due; absent when nothing is scheduled.
  [[nodiscard]] std::optional<Instant> next_due() const;
  /// Moves the clock, and stops at every moment at which a refresh is due, to do it.
  Task<void> advance(milliseconds by);

 private:
  using Key = std::pair<std::string, std::string>;
  [[nodiscard]] Instant due_at(const Enablement& enablement) const;
  Task<RefreshOutcome> call(std::string user_id, AccountLinking linking, std::string skill_id,
                            ProviderRefreshToken token, RefreshManner manner);
  void take_answer(const Result<http::IncomingResponse, http::TransportError>& answer,
                   const AccountLinking& linking, const ProviderRefreshToken& used,
                   const RefreshManner& manner, RefreshOutcome& outcome);
  void count(RefreshResult result);

  const Directory& directory_;
  Enablements& enablements_;
  OutgoingCalls& calls_;
  const Switches& switches_;
  const RefreshPlan& plan_;
  RefreshCounts& counts_;
  AdjustableClock& clock_;
  milliseconds provider_deadline_;
  std::set<Key> under_way_;  // by the schedule; a link is not refreshed twice for one reason
};

}  // namespace couplet::emulator
