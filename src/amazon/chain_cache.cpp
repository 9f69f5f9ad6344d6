// SPDX-License-Identifier: Apache-2.0
#include "amazon/chain_cache.hpp"

#include <algorithm>

#include "alexa/signed_request.hpp"

namespace couplet::amazon {
namespace {

constexpr minutes kMinute{1};

// Makes room for one more by letting the one go whose `time` is longest ago.
template <class Map, class Time>
void make_room(Map& map, std::size_t most, Time time) {
  if (map.size() < most) return;
  map.erase(std::ranges::min_element(map, {}, [&](const auto& entry) { return entry.second.*time; }));
}

}  // namespace

ChainCache::ChainCache(TrustStore trust, const Clock& clock, ChainLimits limits)
    : trust_(std::move(trust)), clock_(clock), limits_(limits), minute_began_at_(clock.monotonic()) {}

std::optional<ChainResult> ChainCache::find(const std::string& url) {
  const Monotonic now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  if (Chain* const chain = valid_chain(url)) {
    if (now >= chain->due_at) return std::nullopt;
    chain->used_at = now;
    return chain->certificate;
  }
  const auto problem = problems_.find(url);
  if (problem == problems_.end()) return std::nullopt;
  if (now - problem->second.found_at < limits_.problem_age) return std::unexpected(problem->second.problem);
  problems_.erase(problem);
  return std::nullopt;
}

std::optional<SigningCertificate> ChainCache::find_overdue(const std::string& url) {
  const std::lock_guard lock(mutex_);
  Chain* const chain = valid_chain(url);
  if (!chain) return std::nullopt;
  chain->used_at = clock_.monotonic();
  return chain->certificate;
}

// Absent, and gone, when one of its certificates is not valid now.
ChainCache::Chain* ChainCache::valid_chain(const std::string& url) {
  const auto chain = chains_.find(url);
  if (chain == chains_.end()) return nullptr;
  if (chain->second.certificate.valid_at(clock_.now())) return &chain->second;
  chains_.erase(chain);
  return nullptr;
}

ChainCache::Part ChainCache::join(const std::string& url, const std::optional<std::string>& peer, Wake wake) {
  const Monotonic now = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  // A fetch whose thread has gone would keep its URL waiting for ever.
  std::erase_if(fetches_, [&](const auto& fetch) {
    return now - fetch.second.began_at > 2 * Monotonic(limits_.fetch_deadline);
  });
  if (const auto fetch = fetches_.find(url); fetch != fetches_.end()) {
    if (fetch->second.waiting.size() >= limits_.waiting_per_fetch) return Part::none;
    fetch->second.waiting.push_back(std::move(wake));
    return Part::wait;
  }
  if (!may_fetch(peer, now)) return Part::none;
  fetches_[url] = Fetch{now, {std::move(wake)}};
  return Part::fetch;
}

bool ChainCache::may_fetch(const std::optional<std::string>& peer, Monotonic now) {
  if (now - minute_began_at_ >= kMinute) {
    minute_began_at_ = now;
    fetches_this_minute_ = 0;
    fetches_by_peer_.clear();
  }
  if (fetches_.size() >= limits_.fetches_at_once || fetches_this_minute_ >= limits_.fetches_per_minute)
    return false;
  if (peer) {
    std::size_t& fetches = fetches_by_peer_[*peer];
    if (fetches >= limits_.fetches_per_peer) return false;
    ++fetches;
  }
  ++fetches_this_minute_;
  return true;
}

void ChainCache::settle(const std::string& url, const ChainResult& result) {
  const Monotonic now = clock_.monotonic();
  std::vector<Wake> waiting;
  {
    const std::lock_guard lock(mutex_);
    keep(url, result, now);
    if (auto fetch = fetches_.extract(url)) waiting = std::move(fetch.mapped().waiting);
  }
  for (const Wake& wake : waiting) wake(result);
}

// Problems of other URLs never drive out certificates: anybody can name a URL, only Amazon can make it good.
void ChainCache::keep(const std::string& url, const ChainResult& result, Monotonic now) {
  if (result) {
    problems_.erase(url);
    if (!chains_.contains(url)) make_room(chains_, limits_.chains, &Chain::used_at);
    chains_.insert_or_assign(url, Chain{*result, now + limits_.chain_age, now});
    return;
  }
  if (result.error() == ChainProblem::unavailable) {
    if (Chain* const chain = valid_chain(url)) {  // nothing was heard against it
      chain->due_at = std::max(chain->due_at, now + limits_.retry_age);
      return;
    }
  }
  chains_.erase(url);
  make_room(problems_, limits_.problems, &Problem::found_at);
  problems_.insert_or_assign(url, Problem{result.error(), now});
}

Result<SigningCertificate, ChainFault> ChainCache::verify(std::string_view pem) const {
  return SigningCertificate::verify(pem, trust_, alexa::kSignerName, clock_.now());
}

ChainCache::Sizes ChainCache::sizes() const {
  const std::lock_guard lock(mutex_);
  return {chains_.size(), problems_.size(), fetches_.size()};
}

}  // namespace couplet::amazon
