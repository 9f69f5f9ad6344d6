// SPDX-License-Identifier: Apache-2.0
#include "emulator/alexa/refresher.hpp"

#include <algorithm>

#include "base/concurrently.hpp"

namespace couplet::emulator {

namespace {

constexpr std::size_t kAtOnce = 16;                // scheduled refreshes
constexpr int kMostStops = 20'000;                 // of one advance: two years of hourly tokens
constexpr std::chrono::minutes kRetryAfter{1};     // a refresh that failed is tried again, but not at once
constexpr std::chrono::minutes kShortestPause{1};  // between two refreshes, where the lead is over the life

std::string note_of(const RefreshManner& manner) {
  const bool needed = manner.timing == RefreshManner::Timing::late;
  std::string note = needed ? "the provider's access token has expired" : "refresh";
  if (manner.parallel > 1) note += ", one of " + std::to_string(manner.parallel) + " at once";
  if (manner.replayed) note += ", with the refresh token before";
  if (manner.answer_lost) note += ", whose answer Alexa loses";
  return note;
}

}  // namespace

std::string_view result_text(RefreshResult result) {
  switch (result) {
    case RefreshResult::refreshed: return "refreshed";
    case RefreshResult::answer_lost: return "answer_lost";
    case RefreshResult::dropped: return "dropped";
    case RefreshResult::failed: return "failed";
    case RefreshResult::not_due: return "not_due";
    case RefreshResult::not_linked: break;
  }
  return "not_linked";
}

json::object to_json(const RefreshOutcome& outcome) {
  return {{"user", outcome.user_id},
          {"skill_id", outcome.skill_id},
          {"result", result_text(outcome.result)},
          {"status", outcome.status == 0 ? json::value(nullptr) : json::value(outcome.status)},
          {"error", outcome.error},
          {"why", outcome.why}};
}

Task<std::vector<RefreshOutcome>> Refresher::refresh(std::string user_id, std::string skill_id,
                                                     RefreshManner manner) {
  std::vector<RefreshOutcome> outcomes{{user_id, skill_id, RefreshResult::not_linked, 0, "", ""}};
  RefreshOutcome& first = outcomes.front();
  const Enablement* enablement = enablements_.find(user_id, skill_id);
  const Skill* skill = directory_.find_skill(skill_id);
  if (!enablement || !skill || !enablement->tokens) {
    first.why = "this account has no tokens of this skill's provider";
    co_return outcomes;
  }
  const ProviderTokens tokens = *enablement->tokens;
  if (tokens.refresh_token.empty()) {
    first.why = "the provider gave no refresh token";
    co_return outcomes;
  }
  if (manner.timing == RefreshManner::Timing::late && clock_.now() < tokens.expires_at) {
    first.result = RefreshResult::not_due;
    first.why = "the access token is good until " + to_iso8601(tokens.expires_at);
    co_return outcomes;
  }
  const ProviderRefreshToken used = manner.replayed && tokens.previous_refresh_token
                                        ? *tokens.previous_refresh_token
                                        : tokens.refresh_token;
  const AccountLinking linking = skill->account_linking;
  outcomes.resize(manner.parallel);
  auto one = [&](std::size_t index) -> Task<void> {
    outcomes[index] = co_await call(user_id, linking, skill_id, used, manner);
  };
  co_await run_concurrently(manner.parallel, manner.parallel, one);
  co_return outcomes;
}

Task<void> Refresher::refresh_if_expired(std::string user_id, std::string skill_id) {
  RefreshManner manner;
  manner.timing = RefreshManner::Timing::late;
  co_await refresh(std::move(user_id), std::move(skill_id), manner);
}

Task<RefreshOutcome> Refresher::call(std::string user_id, AccountLinking linking, std::string skill_id,
                                     ProviderRefreshToken token, RefreshManner manner) {
  RefreshOutcome outcome{std::move(user_id), std::move(skill_id), RefreshResult::failed, 0, "", ""};
  http::OutgoingRequest request = refresh_request(linking, token, provider_deadline_, switches_);
  const auto answer =
      co_await calls_.send(std::move(request), note_of(manner), {outcome.user_id, outcome.skill_id});
  take_answer(answer, linking, token, manner, outcome);
  count(outcome.result);
  co_return outcome;
}

void Refresher::take_answer(const Result<http::IncomingResponse, http::TransportError>& answer,
                            const AccountLinking& linking, const ProviderRefreshToken& used,
                            const RefreshManner& manner, RefreshOutcome& outcome) {
  if (answer) outcome.status = answer->status;
  const Instant now = clock_.now();
  auto tokens = read_token_answer(answer, linking, now, &used, switches_);
  if (!tokens) {
    outcome.error = tokens.error().error;
    outcome.why = tokens.error().why;
  }
  if (manner.answer_lost) {
    outcome.result = RefreshResult::answer_lost;
    enablements_.not_before(outcome.user_id, outcome.skill_id, now + kRetryAfter);
    return;
  }
  if (tokens) {
    tokens->old_access_token_in_use = manner.old_access_token;
    const bool replaced = enablements_.replace_tokens(outcome.user_id, outcome.skill_id, std::move(*tokens));
    outcome.result = replaced ? RefreshResult::refreshed : RefreshResult::failed;
    if (!replaced) outcome.why = "the link had gone meanwhile";
    return;
  }
  // Only invalid_grant is final; after any other failure Alexa tries again.
  if (tokens.error().error == "invalid_grant") {
    outcome.result = RefreshResult::dropped;
    enablements_.unlink(outcome.user_id, outcome.skill_id, "invalid_grant at a refresh");
    return;
  }
  enablements_.not_before(outcome.user_id, outcome.skill_id, now + kRetryAfter);
}

void Refresher::count(RefreshResult result) {
  if (result == RefreshResult::refreshed) ++counts_.refreshed;
  if (result == RefreshResult::answer_lost) ++counts_.lost;
  if (result == RefreshResult::dropped) ++counts_.dropped;
  if (result == RefreshResult::failed) ++counts_.failed;
}

Instant Refresher::due_at(const Enablement& enablement) const {
  const ProviderTokens& tokens = *enablement.tokens;
  const Instant soonest = std::max(tokens.received_at + kShortestPause, tokens.not_before);
  switch (plan_.manner.timing) {
    case RefreshManner::Timing::early:
      return std::max(tokens.received_at + (tokens.expires_at - tokens.received_at) / 2, soonest);
    case RefreshManner::Timing::late: return std::max(tokens.expires_at + plan_.lead, soonest);
    case RefreshManner::Timing::due: break;
  }
  return std::max(tokens.expires_at - plan_.lead, soonest);
}

std::optional<Instant> Refresher::next_due() const {
  std::optional<Instant> next;
  if (!plan_.scheduled) return next;
  for (const Enablement* enablement : enablements_.refreshable())
    if (const Instant due = due_at(*enablement); !next || due < *next) next = due;
  return next;
}

Task<void> Refresher::run_due() {
  std::vector<Key> due;
  const Instant now = clock_.now();
  if (!plan_.scheduled) co_return;
  for (const Enablement* enablement : enablements_.refreshable())
    if (due_at(*enablement) <= now && under_way_.emplace(enablement->user_id, enablement->skill_id).second)
      due.emplace_back(enablement->user_id, enablement->skill_id);
  RefreshManner manner = plan_.manner;
  manner.timing = RefreshManner::Timing::due;  // whether it is time was decided here
  auto one = [&](std::size_t index) -> Task<void> {
    co_await refresh(due[index].first, due[index].second, manner);
    under_way_.erase(due[index]);
  };
  co_await run_concurrently(due.size(), kAtOnce, one);
}

Task<void> Refresher::advance(milliseconds by) {
  const Instant target = clock_.now() + by;
  auto next = next_due();
  for (int stop = 0; stop < kMostStops && next && *next <= target; ++stop, next = next_due()) {
    clock_.set(std::max(clock_.now(), *next));
    co_await run_due();
    if (!under_way_.empty()) break;  // somebody else's run holds a link; it is not waited for
  }
  clock_.set(std::max(clock_.now(), target));
}

}  // namespace couplet::emulator
