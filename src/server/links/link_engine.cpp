// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_engine.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "amazon/retry.hpp"
#include "base/log.hpp"
#include "domain/reference_code.hpp"
#include "oauth/token_format.hpp"

namespace couplet::server {
namespace {

namespace asio = boost::asio;
using alexa::LinkStep;
using alexa::Next;
using alexa::Outcome;

constexpr int kMaxSteps =
    64;  // an attempt takes about 8; a saga that circles is a bug, not a reason to call Amazon for ever
constexpr milliseconds kPollOtherThreads{50};
constexpr seconds kWaitForTurn{20};

LinkAttempt attempt_of(const alexa::StartedLink& started, Instant now) {
  LinkAttempt attempt;
  attempt.attempt_id = started.attempt_id;
  attempt.skill = started.skill;
  attempt.user = started.user;
  attempt.platform = started.platform;
  attempt.return_mode = started.return_mode;
  attempt.redirect_uri = started.redirect_uri;
  attempt.acknowledged = started.acknowledged;
  attempt.created_at = attempt.updated_at = now;
  return attempt;
}

}  // namespace

/// What a running attempt knows beyond its row; gone after a crash.
struct LinkEngine::Run {
  const Skill& skill;
  alexa::AmazonCode amazon_code{};
  std::uint8_t key_id = 0;                        // of the PKCE verifier
  std::vector<std::string> api_hosts{};           // not tried yet
  bool has_api_hosts = false;                     // Amazon has named them in this run
  bool was_answered = false;                      // 2xx, to the enablement with the last code
  oauth::AuthorizationCode authorization_code{};  // ours, of the enablement try under way
  alexa::ExternalGrant external{};                // instead, where the authorization server is external
  std::vector<Hop> hops{};                        // not stored yet
  Instant stored_at{};                            // `updated_at` of the attempt as we stored it last
  std::optional<AccountTurn> turn{};              // from before the first enablement call until the end
  bool taken_over = false;                        // somebody else has moved the attempt, or ended it
};

LinkEngine::LinkEngine(const Config& config, storage::Store& store, amazon::AmazonApi& amazon,
                       ExternalCodes& external_codes, Pauses& pauses, const Clock& clock, Random& random,
                       Metrics& metrics)
    : config_(config),
      store_(store),
      amazon_(amazon),
      external_codes_(external_codes),
      pauses_(pauses),
      clock_(clock),
      random_(random),
      metrics_(metrics) {}

Task<Result<LinkAttempt, FinishError>> LinkEngine::finish(const Skill& skill, alexa::StartedLink started,
                                                          alexa::AmazonCode code) {
  LinkAttempt attempt = attempt_of(started, clock_.now());
  attempt.amazon_code_fingerprint = config_.keys->fingerprint(code.reveal());

  auto begun = co_await store_.begin_attempt(attempt);
  if (!begun) co_return std::unexpected(FinishError::store_unavailable);
  if (*begun && (*begun)->amazon_code_fingerprint != attempt.amazon_code_fingerprint)
    co_return std::unexpected(FinishError::spent_state);
  if (!*begun) {
    auto state = std::make_shared<Run>(Run{.skill = skill,
                                           .amazon_code = std::move(code),
                                           .key_id = started.key_id,
                                           .stored_at = attempt.updated_at});
    const auto executor = co_await asio::this_coro::executor;
    running_.emplace(attempt.attempt_id, std::make_shared<Running>(executor));
    ++under_way_;
    asio::co_spawn(executor, run(std::move(state), attempt, alexa::Begun{}), asio::detached);
  }
  co_return co_await wait_for_end(attempt.attempt_id);
}

Task<void> LinkEngine::record_refusal(alexa::StartedLink started, const alexa::LinkErrorRow& row) {
  LinkAttempt attempt = attempt_of(started, clock_.now());
  attempt.status = AttemptStatus::failed;
  attempt.failed_step = enum_text(alexa::kLinkSteps, row.step);
  attempt.failed_code = row.code;
  std::vector<Hop> consent{{.at = attempt.created_at,
                            .name = "amazon.consent",
                            .status = 0,
                            .elapsed = {},
                            .cause = attempt.failed_code}};
  const auto begun = co_await store_.begin_attempt(std::move(attempt));
  if (begun && *begun) co_return;  // told before, or already on its way with a code
  const auto told = co_await store_.append_hops(started.attempt_id, std::move(consent));
  if (!begun || !told)
    log::warn("link.refusal_not_stored", {{"trace_id", started.attempt_id.text()}, {"code", row.code}});
}

Task<void> LinkEngine::take_up(LinkAttempt attempt) {
  const Skill* const skill = config_.find_skill(attempt.skill);
  if (!skill || running_.contains(attempt.attempt_id)) co_return;
  if (!co_await make_ours(attempt)) co_return;
  log::info("link.picked_up", {{"trace_id", attempt.attempt_id.text()},
                               {"status", enum_text(kAttemptStatuses, attempt.status)}});
  running_.emplace(attempt.attempt_id, std::make_shared<Running>(co_await asio::this_coro::executor));
  ++under_way_;
  auto state = std::make_shared<Run>(Run{.skill = *skill, .stored_at = attempt.updated_at});
  co_await run(std::move(state), std::move(attempt), alexa::PickedUp{});
}

// Without its skill nobody can finish it, and what it holds of Amazon's must not stay for ever.
Task<void> LinkEngine::give_up(LinkAttempt attempt) {
  if (!co_await make_ours(attempt)) co_return;
  Skill removed;
  removed.name = attempt.skill;
  Run state{.skill = removed, .stored_at = attempt.updated_at};
  const alexa::CallFailed why{LinkStep::enablement, {"skill_removed", 0, false}};
  const alexa::Step step = alexa::resume(std::move(attempt), why, clock_.now());
  co_await withdraw_and_fail(state, step.store_first);
}

Task<void> LinkEngine::run(std::shared_ptr<Run> state, LinkAttempt attempt, Outcome first) {
  const AttemptId id = attempt.attempt_id;
  const End end = co_await run_steps(*state, std::move(attempt), std::move(first));
  if (state->turn && end != End::taken_over) co_await state->turn->release();  // else it is theirs, too
  if (end == End::unsettled || end == End::store_failed)
    log::write(end == End::store_failed ? log::Level::error : log::Level::warn,
               end == End::store_failed ? "link.store_failed" : "link.unsettled",
               {{"trace_id", id.text()}, {"next", "the attempt is taken up again by itself"}});
  const auto running = running_.extract(id);
  if (running.empty()) co_return;
  --under_way_;
  running.mapped()->end = end;
  running.mapped()->ended.cancel();
}

Task<LinkEngine::End> LinkEngine::run_steps(Run& run, LinkAttempt attempt, Outcome outcome) {
  bool stored = true;  // the attempt as it came in is durable already
  for (int steps = 0; steps < kMaxSteps; ++steps) {
    alexa::Step step = alexa::resume(std::move(attempt), outcome, clock_.now());
    if (step.next == Next::stop) co_return End::finished;
    // `complete` and `withdraw_and_fail` store the attempt themselves, together with what belongs to it.
    if (!stored && step.next != Next::complete && step.next != Next::withdraw_and_fail) {
      auto moved = co_await store_.record_step(step.store_first, std::exchange(run.hops, {}), run.stored_at);
      if (!moved) co_return End::store_failed;
      if (*moved) co_return End::taken_over;
      run.stored_at = step.store_first.updated_at;
    }
    if (step.next == Next::wait) co_return End::unsettled;
    auto next_outcome = co_await act(run, step.next, step.store_first);
    if (run.taken_over) co_return End::taken_over;
    if (!next_outcome) co_return End::store_failed;
    outcome = std::move(*next_outcome);
    attempt = std::move(step.store_first);
    stored = false;
  }
  co_return End::store_failed;
}

// Nobody else enables or disables the skill for this user meanwhile. Whoever has the turn ends soon, or has
// died: then the link goes on without one, and a later look at Amazon mends what may come of it.
Task<void> LinkEngine::take_turn(Run& run, const LinkAttempt& attempt) {
  if (!run.turn)
    run.turn.emplace(store_, pauses_, clock_, attempt.skill, attempt.user,
                     "link/" + attempt.attempt_id.text());
  if (!co_await run.turn->wait(kWaitForTurn))
    log::warn("link.without_turn", {{"trace_id", attempt.attempt_id.text()}});
}

// Who is erased while the attempt is under way is not linked (UL-05): erasing a user takes a turn, too, so
// nobody comes between this look and the enablement.
Task<bool> LinkEngine::is_still_there(AttemptId attempt_id) {
  const auto stored = co_await store_.find_attempt(attempt_id);
  if (stored && !*stored) log::info("link.erased", {{"trace_id", attempt_id.text()}});
  co_return stored && *stored;
}

// Absent when the store failed, or has no such attempt any more.
Task<std::optional<Outcome>> LinkEngine::act(Run& run, Next next, const LinkAttempt& attempt) {
  switch (next) {
    case Next::exchange_code: co_return co_await exchange_code(run, attempt);
    case Next::find_api_host: co_return co_await find_api_host(run, attempt);
    case Next::mint_code: co_return co_await mint_code(run, attempt);
    case Next::enable_skill: co_return co_await enable_skill(run, attempt);
    case Next::ask_status_again: co_await pauses_.pause(alexa::kAskAgainAfter); [[fallthrough]];
    case Next::ask_status: co_return co_await ask_status(run, attempt);
    case Next::complete: co_return co_await complete(run, attempt);
    case Next::withdraw_and_fail: co_return co_await withdraw_and_fail(run, attempt);
    case Next::wait:
    case Next::stop: break;
  }
  co_return std::nullopt;
}

Task<Outcome> LinkEngine::exchange_code(Run& run, const LinkAttempt& attempt) {
  auto verifier = alexa::amazon_code_verifier(*config_.keys, attempt.attempt_id, run.key_id);
  if (!verifier) co_return alexa::CallFailed{LinkStep::token, {"interrupted", 0, false}};
  alexa::AmazonCode code = run.amazon_code;
  auto tokens = co_await amazon_.exchange_code(run.skill, std::move(code), attempt.redirect_uri,
                                               std::move(*verifier), sink(run));
  if (!tokens) co_return alexa::CallFailed{LinkStep::token, tokens.error()};
  co_return alexa::Exchanged{alexa::seal_tokens(*tokens, attempt.attempt_id, *config_.keys, random_)};
}

Task<std::optional<Outcome>> LinkEngine::find_api_host(Run& run, const LinkAttempt& attempt) {
  if (run.api_hosts.empty()) {
    auto tokens = alexa::open_tokens(attempt.sealed_amazon_tokens, attempt.attempt_id, *config_.keys);
    if (!tokens) co_return alexa::CallFailed{LinkStep::enablement, {"interrupted", 0, false}};
    run.api_hosts = co_await amazon_.find_api_hosts(std::move(tokens->access_token), sink(run));
    run.has_api_hosts = true;
  }
  std::string host = run.api_hosts.front();
  run.api_hosts.erase(run.api_hosts.begin());
  co_return alexa::HostFound{std::move(host)};
}

// A fresh code for each try: Alexa may have used the last one, and whatever it got for it must not live on
// (EN-10).
Task<std::optional<Outcome>> LinkEngine::mint_code(Run& run, const LinkAttempt& attempt) {
  co_await take_turn(run, attempt);
  if (!co_await is_still_there(attempt.attempt_id)) co_return std::nullopt;
  if (attempt.enablement_tries > 0)
    co_await pauses_.pause(amazon::pause_after_try(attempt.enablement_tries, random_));
  const Instant now = clock_.now();
  if (!co_await withdraw_code(run, attempt)) co_return std::nullopt;
  if (run.skill.external) co_return co_await ask_for_code(run, attempt);
  auto minted = oauth::mint_authorization_code(now, random_, *config_.keys);
  AuthorizationCodeRecord record;
  record.selector = minted.selector;
  record.code_hash = minted.code_hash;
  record.client_id = run.skill.client_id;
  record.skill = run.skill.name;
  record.user = attempt.user;
  record.scope = run.skill.scope;
  record.redirect_uri = attempt.redirect_uri;
  record.origin = GrantOrigin::app;
  record.attempt_id = attempt.attempt_id;
  record.expires_at = now + config_.find_client(run.skill.client_id)->authorization_code_lifetime;
  auto inserted = co_await store_.insert_code(std::move(record));
  if (!inserted) co_return std::nullopt;
  run.authorization_code = std::move(minted.code);
  co_return alexa::CodeMinted{minted.selector};
}

// The intent is stored already: the attempt stands at `exchanged`, or at the try before. The answer stays in
// memory; after a crash the same call is made again under the same id, or the next one after Amazon has been
// asked.
Task<Outcome> LinkEngine::ask_for_code(Run& run, LinkAttempt attempt) {
  auto granted = co_await external_codes_.request_code(run.skill, std::move(attempt), external_sink(run));
  if (!granted)
    co_return alexa::CallFailed{LinkStep::enablement,
                                {granted.error().code, granted.error().http_status, false}};
  run.external = std::move(*granted);
  co_return alexa::CodeMinted{std::nullopt};
}

Task<std::optional<Outcome>> LinkEngine::enable_skill(Run& run, const LinkAttempt& attempt) {
  auto tokens = alexa::open_tokens(attempt.sealed_amazon_tokens, attempt.attempt_id, *config_.keys);
  if (!tokens) co_return alexa::CallFailed{LinkStep::enablement, {"interrupted", 0, false}};
  const bool external = run.skill.external.has_value();
  std::string code(external ? run.external.code.reveal() : run.authorization_code.reveal());
  std::string redirect_uri = external ? run.external.redirect_uri : attempt.redirect_uri;
  auto enabled = co_await amazon_.enable(run.skill, attempt.api_host, std::move(tokens->access_token),
                                         std::move(code), std::move(redirect_uri), sink(run));
  run.was_answered = enabled.has_value();
  if (enabled) co_return alexa::Enabled{enabled->alexa_user_id};
  if (alexa::try_next_host(enabled.error()) && co_await has_another_host(run, attempt))
    co_return co_await find_api_host(run, attempt);
  co_return alexa::CallFailed{LinkStep::enablement, enabled.error()};
}

// An attempt that was taken up knows the host it was at, and asks for the others.
Task<bool> LinkEngine::has_another_host(Run& run, const LinkAttempt& attempt) {
  if (!run.has_api_hosts) {
    auto tokens = alexa::open_tokens(attempt.sealed_amazon_tokens, attempt.attempt_id, *config_.keys);
    if (!tokens) co_return false;
    run.api_hosts = co_await amazon_.find_api_hosts(std::move(tokens->access_token), sink(run));
    run.has_api_hosts = true;
    std::erase(run.api_hosts, attempt.api_host);
  }
  co_return !run.api_hosts.empty();
}

// "Enabled" alone may be the link that was there before this attempt, of another user even; ours is made when
// Alexa has redeemed our code, too. Whether it has redeemed an external server's code nobody can tell us:
// there the POST is repeated with a fresh code, and its answer is the proof. Alexa then holds the tokens of
// the last code.
Task<std::optional<Outcome>> LinkEngine::ask_status(Run& run, const LinkAttempt& attempt) {
  auto tokens = alexa::open_tokens(attempt.sealed_amazon_tokens, attempt.attempt_id, *config_.keys);
  if (!tokens) co_return alexa::AskFailed{{"interrupted", 0, false}};
  co_await take_turn(run, attempt);
  auto seen =
      co_await amazon_.status(run.skill, attempt.api_host, std::move(tokens->access_token), sink(run));
  const bool is_elsewhere = !seen && alexa::try_next_host(seen.error());
  if (!seen && !is_elsewhere) co_return alexa::AskFailed{seen.error()};
  const bool enabled = seen && seen->enabled;
  const auto alexa_user_id = seen ? seen->alexa_user_id : std::nullopt;
  const auto earlier = co_await linked_earlier(attempt, alexa_user_id);
  if (!earlier) co_return std::nullopt;
  if (run.skill.external)
    co_return alexa::StatusSeen{enabled, enabled && *earlier == Earlier::this_user, true, alexa_user_id};
  // What was not redeemed by now never will be; else it could be between this look and what follows from it.
  if (attempt.code_selector) {
    auto withdrawn = co_await store_.withdraw_unspent_code(*attempt.code_selector, clock_.now());
    if (!withdrawn) co_return std::nullopt;
  }
  auto redeemed = co_await redeemed_grant(attempt);
  if (!redeemed) co_return std::nullopt;
  const bool holds_live_tokens = *redeemed && !(*redeemed)->revoked_at;
  if (is_elsewhere && holds_live_tokens) co_return alexa::AskFailed{seen.error()};
  const bool is_ours = enabled && holds_live_tokens && *earlier != Earlier::other;
  co_return alexa::StatusSeen{enabled, is_ours, holds_live_tokens, alexa_user_id};
}

Task<std::optional<Outcome>> LinkEngine::complete(Run& run, LinkAttempt attempt) {
  auto tokens = alexa::open_tokens(attempt.sealed_amazon_tokens, attempt.attempt_id, *config_.keys);
  std::optional<Grant> kept;  // none of ours in external mode
  if (!run.skill.external) {
    auto grant = co_await grant_to_keep(attempt);
    if (!grant) co_return std::nullopt;
    if (!*grant)
      co_return alexa::AskFailed{{"bad_answer", 0, false}};  // "linked", and yet Alexa holds no live token
    kept = *std::move(grant);
  }
  const bool is_certain = run.was_answered && (!kept || kept->attempt_id == attempt.attempt_id);
  AccountLink link;
  link.skill = attempt.skill;
  link.user = attempt.user;
  link.status = LinkStatus::LINKED;
  link.origin = GrantOrigin::app;
  link.attempt_id = attempt.attempt_id;
  if (kept) link.grant_id = kept->grant_id;
  link.alexa_user_id = attempt.alexa_user_id;
  link.api_host = attempt.api_host;
  if (tokens)
    link.sealed_amazon_tokens =
        alexa::seal_tokens(*tokens, attempt.skill, attempt.user, *config_.keys, random_);
  link.evidence = EvidenceSource::enablement_answer;
  link.checked_at = link.changed_at = clock_.now();
  attempt.status = AttemptStatus::linked;
  attempt.sealed_amazon_tokens.clear();

  const auto stored = co_await store_.complete_link(attempt, std::move(link),
                                                    is_certain ? LinkProof::answer : LinkProof::status,
                                                    std::exchange(run.hops, {}), run.stored_at);
  if (!stored) co_return std::nullopt;
  run.taken_over = !*stored;
  if (run.taken_over) co_return std::nullopt;
  log::info("link.linked", {{"trace_id", attempt.attempt_id.text()},
                            {"skill", attempt.skill.text()},
                            {"user", attempt.user.text()}});
  metrics_.link_finished(run.skill.name, attempt.platform);
  co_return alexa::Stored{};
}

// Whoever has stood still for minutes may have lost the attempt to somebody who has linked with this code.
Task<bool> LinkEngine::withdraw_code(Run& run, const LinkAttempt& attempt) {
  if (!attempt.code_selector) co_return true;
  const auto withdrawn = co_await store_.withdraw_code_of(attempt.attempt_id, *attempt.code_selector,
                                                          run.stored_at, clock_.now());
  run.taken_over = withdrawn && !*withdrawn;
  co_return withdrawn && *withdrawn;
}

// What was issued dies first: a crash in between leaves an unfinished attempt, never a failed one with a live
// grant (SG-02).
Task<std::optional<Outcome>> LinkEngine::withdraw_and_fail(Run& run, const LinkAttempt& attempt) {
  if (!co_await withdraw_code(run, attempt)) co_return std::nullopt;
  const auto stored = co_await store_.record_step(attempt, std::exchange(run.hops, {}), run.stored_at);
  if (!stored) co_return std::nullopt;
  run.taken_over = stored->has_value();
  if (run.taken_over) co_return std::nullopt;
  const auto step = enum_from_text(alexa::kLinkSteps, attempt.failed_step).value_or(LinkStep::enablement);
  const alexa::LinkErrorRow& row = alexa::find_link_error(step, attempt.failed_code);
  log::warn("link.failed", {{"trace_id", attempt.attempt_id.text()},
                            {"reference", ReferenceCode::of(attempt.attempt_id).text()},
                            {"skill", attempt.skill.text()},
                            {"user", attempt.user.text()},
                            {"step", attempt.failed_step},
                            {"code", attempt.failed_code},
                            {"cause", row.cause}});
  metrics_.link_failed(run.skill.name, row);
  co_return alexa::Stored{};
}

amazon::HopSink LinkEngine::sink(Run& run) {
  return [this, &run](Hop hop) {
    metrics_.amazon_answered(hop);
    run.hops.push_back(std::move(hop));
  };
}

amazon::HopSink LinkEngine::external_sink(Run& run) {
  return [this, &run](Hop hop) {
    metrics_.external_answered(run.skill.name, hop);
    run.hops.push_back(std::move(hop));
  };
}

Task<Result<LinkAttempt, FinishError>> LinkEngine::wait_for_end(AttemptId attempt_id) {
  const auto give_up_at = clock_.monotonic() + kWaitForEnd;
  while (clock_.monotonic() < give_up_at) {
    if (const auto here = running_.find(attempt_id); here != running_.end()) {
      const auto running = here->second;  // outlives its place in the map
      co_await running->ended.async_wait(asio::as_tuple(asio::use_awaitable));
      if (running->end == End::store_failed) co_return std::unexpected(FinishError::store_unavailable);
    }
    auto attempt = co_await store_.find_attempt(attempt_id);
    if (!attempt) co_return std::unexpected(FinishError::store_unavailable);
    if (*attempt && is_finished((*attempt)->status)) co_return std::move(**attempt);
    if (*attempt && alexa::is_unsettled(**attempt) && !running_.contains(attempt_id))
      co_return std::unexpected(FinishError::in_progress);
    co_await pauses_.pause(kPollOtherThreads);  // it runs on another thread
  }
  co_return std::unexpected(FinishError::in_progress);
}

}  // namespace couplet::server
