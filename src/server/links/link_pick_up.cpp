// SPDX-License-Identifier: Apache-2.0
// Which attempts LinkEngine takes up that nobody is working on any more.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/concurrently.hpp"
#include "server/links/link_engine.hpp"

namespace couplet::server {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kPage = 200;
constexpr std::size_t kTogether = 32;

storage::BegunAttempt place_of(const LinkAttempt& attempt) {
  return {attempt.created_at, attempt.attempt_id};
}

}  // namespace

// An outage of Amazon's leaves very many open that are not due: they are looked through a page at a time, and
// requests have their turn in between. What is due is taken up together, as each may have to wait for Amazon.
Task<void> LinkEngine::pick_up(Instant older_than, Unsettled unsettled) {
  std::size_t looked_at = 0;
  std::size_t taken_up = 0;
  while (looked_at < kMostLookedAt && taken_up < kMostTakenUp) {
    auto page = co_await store_.unfinished_attempts(picked_up_to_, kPage);
    if (!page) co_return;
    const bool is_last = page->size() < kPage;
    picked_up_to_ = is_last ? std::nullopt : std::optional(place_of(page->back()));
    looked_at += page->size();
    std::erase_if(*page, [&](const LinkAttempt& each) { return !is_due(each, older_than, unsettled); });
    taken_up += page->size();
    co_await run_concurrently(page->size(), kTogether, [&](std::size_t index) {
      LinkAttempt& due = (*page)[index];
      return config_.find_skill(due.skill) ? take_up(std::move(due)) : give_up(std::move(due));
    });
    if (is_last) co_return;
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
}

bool LinkEngine::is_due(const LinkAttempt& attempt, Instant older_than, Unsettled unsettled) const {
  if (attempt.updated_at >= older_than) return false;
  if (!config_.find_skill(attempt.skill)) return clock_.now() - attempt.created_at >= kGivenUpWithoutSkill;
  return unsettled == Unsettled::ask_at_once || !alexa::is_unsettled(attempt) ||
         clock_.now() >= alexa::next_look(attempt);
}

// By storing it with a new time: of several nodes one succeeds.
Task<bool> LinkEngine::make_ours(LinkAttempt& attempt) {
  const Instant seen_at = attempt.updated_at;
  attempt.updated_at = std::max(clock_.now(), seen_at + milliseconds{1});
  const auto moved = co_await store_.record_step(attempt, {}, seen_at);
  co_return moved && !*moved;
}

}  // namespace couplet::server
