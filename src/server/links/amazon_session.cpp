// SPDX-License-Identifier: Apache-2.0
#include "server/links/amazon_session.hpp"

#include "alexa/accept_grant.hpp"
#include "base/log.hpp"

namespace couplet::server {
namespace {

using amazon::AmazonResult;

constexpr seconds kRefreshBeforeExpiry{60};
// Longer than a refresh with all its tries takes; after a crash nobody refreshes for as long.
constexpr seconds kRefreshLease{30};
constexpr seconds kRefreshPatience{15};
constexpr milliseconds kLookAgain{100};

// Amazon refuses an expired token with either (alexa-protocol 1.8).
bool may_be_stale(const alexa::AmazonFailure& failure) {
  return failure.code == "unauthorized" || failure.code == "forbidden";
}

std::string refresh_lease(const AccountLink& link) {
  return "amazon_refresh/" + link.skill.text() + "/" + link.user.text();
}

}  // namespace

AmazonSession::AmazonSession(const Config& config, storage::Store& store, amazon::AmazonApi& amazon,
                             Pauses& pauses, const Clock& clock, Random& random, Metrics& metrics)
    : config_(config),
      store_(store),
      amazon_(amazon),
      pauses_(pauses),
      clock_(clock),
      random_(random),
      metrics_(metrics) {}

Task<AmazonResult<alexa::Enablement>> AmazonSession::status(const Skill& skill, AccountLink link) {
  const auto call = [&](alexa::AmazonAccessToken token) {
    return amazon_.status(skill, link.api_host, std::move(token), sink(link.skill, link.user));
  };
  co_return co_await with_token<alexa::Enablement>(skill, link, call);
}

Task<AmazonResult<alexa::Enablement>> AmazonSession::status(const Skill& skill, OwedDisablement& owed) {
  const auto call = [&](alexa::AmazonAccessToken token) {
    return amazon_.status(skill, owed.api_host, std::move(token), sink(owed.skill, owed.user));
  };
  co_return co_await with_token<alexa::Enablement>(skill, owed, call);
}

Task<bool> AmazonSession::has_messaging_tokens(const AccountLink& link) {
  const auto sealed = co_await store_.find_messaging_tokens(link.skill, link.user);
  co_return sealed && *sealed;
}

// Fresh ones, stored again where they had to be refreshed.
Task<AmazonResult<alexa::AmazonTokens>> AmazonSession::messaging_tokens(const Skill& skill,
                                                                        const AccountLink& link) {
  const auto sealed = co_await store_.find_messaging_tokens(link.skill, link.user);
  if (!sealed || !*sealed) co_return std::unexpected(alexa::AmazonFailure{"other", 0, false});
  auto tokens = alexa::open_messaging_tokens(**sealed, link.skill, link.user, *config_.keys);
  if (!tokens) co_return std::unexpected(alexa::AmazonFailure{"other", 0, false});
  if (tokens->expires_at - clock_.now() >= kRefreshBeforeExpiry) co_return *std::move(tokens);
  const Skill messenger = alexa::with_messaging_pair(skill);
  auto fresh = co_await amazon_.refresh(messenger, *std::move(tokens), sink(link.skill, link.user));
  if (!fresh) co_return fresh;
  Bytes box = alexa::seal_messaging_tokens(*fresh, link.skill, link.user, *config_.keys, random_);
  const auto stored = co_await store_.replace_messaging_tokens(link.skill, link.user, std::move(box));
  if (!stored)
    log::warn("amazon.tokens_not_stored", {{"skill", link.skill.text()}, {"user", link.user.text()}});
  co_return fresh;
}

Task<AmazonResult<alexa::Enablement>> AmazonSession::status_as_messenger(const Skill& skill,
                                                                         AccountLink link) {
  const auto tokens = co_await messaging_tokens(skill, link);
  if (!tokens) co_return std::unexpected(tokens.error());
  alexa::AmazonAccessToken for_hosts = tokens->access_token;
  const auto hosts = co_await amazon_.find_api_hosts(std::move(for_hosts), sink(link.skill, link.user));
  std::optional<alexa::AmazonFailure> failure;
  for (const std::string& host : hosts) {
    alexa::AmazonAccessToken token = tokens->access_token;
    auto seen = co_await amazon_.status(skill, host, std::move(token), sink(link.skill, link.user));
    if (seen && seen->enabled) co_return seen;
    if (!seen) failure = seen.error();
  }
  // Not enabled: only if no region is left that could not say.
  if (failure) co_return std::unexpected(*failure);
  co_return alexa::Enablement{};
}

Task<AmazonResult<void>> AmazonSession::disable(const Skill& skill, OwedDisablement& owed) {
  const auto call = [&](alexa::AmazonAccessToken token) {
    return amazon_.disable(skill, owed.api_host, std::move(token), sink(owed.skill, owed.user));
  };
  auto gone = co_await with_token<void>(skill, owed, call);
  if (!gone && may_be_stale(gone.error())) co_return AmazonResult<void>{};
  co_return gone;
}

// One call with the stored token; a refreshed one before it when it is about to expire, or after it when it
// was refused.
template <class T, class Holder, class Call>
Task<AmazonResult<T>> AmazonSession::with_token(const Skill& skill, Holder& holder, Call call) {
  auto tokens = alexa::open_tokens(holder.sealed_amazon_tokens, holder.skill, holder.user, *config_.keys);
  if (!tokens) {
    log::error("amazon.tokens_unreadable", {{"skill", holder.skill.text()},
                                            {"user", holder.user.text()},
                                            {"next", "was a master key removed?"}});
    co_return std::unexpected(alexa::AmazonFailure{"other", 0, false});
  }
  const bool expires_soon = tokens->expires_at - clock_.now() < kRefreshBeforeExpiry;
  if (!expires_soon) {
    auto first = co_await call(tokens->access_token);
    if (first || !may_be_stale(first.error())) co_return first;
  }
  const auto fresh = co_await fresh_tokens(skill, holder, std::move(*tokens));
  if (!fresh) co_return std::unexpected(fresh.error());
  co_return co_await call(fresh->access_token);
}

// One refresh at a time for each link, wherever it is needed: the others wait for what it brings (LW-09).
Task<AmazonSession::Tokens> AmazonSession::fresh_tokens(const Skill& skill, AccountLink& link,
                                                        alexa::AmazonTokens tokens) {
  const std::string lease = refresh_lease(link);
  const std::string holder = to_base64url(random_.bytes<12>());
  const auto give_up_at = clock_.monotonic() + kRefreshPatience;
  while (true) {
    const auto taken = co_await store_.take_lease(lease, holder, clock_.now(), clock_.now() + kRefreshLease);
    const bool is_ours = taken && *taken;
    if (const auto theirs = co_await refreshed_by_another(link)) {
      if (is_ours) static_cast<void>(co_await store_.release_lease(lease, holder));
      co_return *theirs;
    }
    if (is_ours || !taken) break;  // a store that cannot lease is no reason not to refresh
    if (clock_.monotonic() >= give_up_at)
      co_return std::unexpected(alexa::AmazonFailure{"timeout", 0, false});
    co_await pauses_.pause(kLookAgain);
  }
  auto fresh = co_await refresh(skill, link.skill, link.user, std::move(tokens));
  if (fresh) {
    // What cannot be stored is used all the same; the next call refreshes again.
    // Nor are they stored over those of a link that was made meanwhile.
    Bytes before = std::exchange(link.sealed_amazon_tokens,
                                 alexa::seal_tokens(*fresh, link.skill, link.user, *config_.keys, random_));
    const auto stored = co_await store_.replace_amazon_tokens(link.skill, link.user, std::move(before),
                                                              link.sealed_amazon_tokens);
    if (!stored)
      log::warn("amazon.tokens_not_stored", {{"skill", link.skill.text()}, {"user", link.user.text()}});
  }
  static_cast<void>(co_await store_.release_lease(lease, holder));  // else it runs out
  co_return fresh;
}

// Whoever has claimed the disablement is alone with its tokens.
Task<AmazonSession::Tokens> AmazonSession::fresh_tokens(const Skill& skill, OwedDisablement& owed,
                                                        alexa::AmazonTokens tokens) {
  auto fresh = co_await refresh(skill, owed.skill, owed.user, std::move(tokens));
  if (fresh)
    owed.sealed_amazon_tokens = alexa::seal_tokens(*fresh, owed.skill, owed.user, *config_.keys, random_);
  co_return fresh;
}

// Absent while the stored tokens are still those of `link`; `unauthorized` once it has ended.
Task<std::optional<AmazonSession::Tokens>> AmazonSession::refreshed_by_another(const AccountLink& link) {
  const auto stored = co_await store_.find_link(link.skill, link.user);
  if (!stored) co_return std::nullopt;
  if (!is_same_link(*stored, link) || (*stored)->status != LinkStatus::LINKED)
    co_return Tokens(std::unexpected(alexa::AmazonFailure{"unauthorized", 401, false}));
  if ((*stored)->sealed_amazon_tokens == link.sealed_amazon_tokens) co_return std::nullopt;
  auto tokens = alexa::open_tokens((*stored)->sealed_amazon_tokens, link.skill, link.user, *config_.keys);
  if (!tokens) co_return std::nullopt;
  co_return Tokens(*std::move(tokens));
}

Task<AmazonSession::Tokens> AmazonSession::refresh(const Skill& skill, const SkillName& name,
                                                   const UserId& user, alexa::AmazonTokens tokens) {
  auto fresh = co_await amazon_.refresh(skill, std::move(tokens), sink(name, user));
  if (!fresh && fresh.error().code == "invalid_grant")
    co_return std::unexpected(alexa::AmazonFailure{"unauthorized", 401, false});
  co_return fresh;
}

amazon::HopSink AmazonSession::sink(const SkillName& skill, const UserId& user) {
  return [this, skill = skill.text(), user = user.text()](Hop hop) {
    metrics_.amazon_answered(hop);
    log::info("amazon.called", {{"call", hop.name},
                                {"skill", skill},
                                {"user", user},
                                {"status", hop.status},
                                {"latency_ms", hop.elapsed.count()},
                                {"cause", hop.cause}});
  };
}

}  // namespace couplet::server
