// SPDX-License-Identifier: Apache-2.0
#include "server/amazon_session.hpp"

#include "alexa/accept_grant.hpp"
#include "base/log.hpp"

namespace couplet::server {
namespace {

using amazon::AmazonResult;

constexpr seconds kRefreshBeforeExpiry{60};

}  // namespace

AmazonSession::AmazonSession(const Config& config, storage::Store& store, amazon::AmazonApi& amazon,
                             const Clock& clock, Random& random, Metrics& metrics)
    : config_(config), store_(store), amazon_(amazon), clock_(clock), random_(random), metrics_(metrics) {}

Task<AmazonResult<alexa::Enablement>> AmazonSession::status(const Skill& skill, AccountLink link) {
  co_return co_await with_token<alexa::Enablement>(
      skill, std::move(link), [this](const Skill& of, const AccountLink& at, alexa::AmazonAccessToken token) {
        return amazon_.status(of, at.api_host, std::move(token), sink(at));
      });
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
  auto fresh = co_await amazon_.refresh(messenger, *std::move(tokens), sink(link));
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
  const auto hosts = co_await amazon_.find_api_hosts(std::move(for_hosts), sink(link));
  std::optional<alexa::AmazonFailure> failure;
  for (const std::string& host : hosts) {
    alexa::AmazonAccessToken token = tokens->access_token;
    auto seen = co_await amazon_.status(skill, host, std::move(token), sink(link));
    if (seen && seen->enabled) co_return seen;
    if (!seen) failure = seen.error();
  }
  // Not enabled: only if no region is left that could not say.
  if (failure) co_return std::unexpected(*failure);
  co_return alexa::Enablement{};
}

Task<AmazonResult<void>> AmazonSession::disable(const Skill& skill, AccountLink link) {
  auto gone = co_await with_token<void>(
      skill, std::move(link), [this](const Skill& of, const AccountLink& at, alexa::AmazonAccessToken token) {
        return amazon_.disable(of, at.api_host, std::move(token), sink(at));
      });
  if (!gone && (gone.error().code == "unauthorized" || gone.error().code == "forbidden"))
    co_return AmazonResult<void>{};
  co_return gone;
}

// One call with the stored token; a refreshed one before it when it is about to expire, or after it when it
// was refused.
template <class T, class Call>
Task<AmazonResult<T>> AmazonSession::with_token(const Skill& skill, AccountLink link, Call call) {
  auto tokens = alexa::open_tokens(link.sealed_amazon_tokens, link.skill, link.user, *config_.keys);
  if (!tokens) {
    log::error(
        "amazon.tokens_unreadable",
        {{"skill", link.skill.text()}, {"user", link.user.text()}, {"next", "was a master key removed?"}});
    co_return std::unexpected(alexa::AmazonFailure{"other", 0, false});
  }
  bool refreshed = false;
  if (tokens->expires_at - clock_.now() < kRefreshBeforeExpiry) {
    auto fresh = co_await refresh(skill, link, std::move(*tokens));
    if (!fresh) co_return std::unexpected(fresh.error());
    tokens = std::move(*fresh);
    refreshed = true;
  }
  auto first = co_await call(skill, link, tokens->access_token);
  if (first || first.error().code != "unauthorized" || refreshed) co_return first;
  auto fresh = co_await refresh(skill, link, std::move(*tokens));
  if (!fresh) co_return std::unexpected(fresh.error());
  co_return co_await call(skill, link, fresh->access_token);
}

Task<AmazonResult<alexa::AmazonTokens>> AmazonSession::refresh(const Skill& skill, const AccountLink& link,
                                                               alexa::AmazonTokens tokens) {
  auto fresh = co_await amazon_.refresh(skill, std::move(tokens), sink(link));
  if (!fresh && fresh.error().code == "invalid_grant")
    co_return std::unexpected(alexa::AmazonFailure{"unauthorized", 401, false});
  if (!fresh) co_return fresh;
  // What cannot be stored is used all the same; the next call refreshes again.
  auto stored = co_await store_.replace_amazon_tokens(
      link.skill, link.user, alexa::seal_tokens(*fresh, link.skill, link.user, *config_.keys, random_));
  if (!stored)
    log::warn("amazon.tokens_not_stored", {{"skill", link.skill.text()}, {"user", link.user.text()}});
  co_return fresh;
}

amazon::HopSink AmazonSession::sink(const AccountLink& link) {
  return [this, skill = link.skill.text(), user = link.user.text()](Hop hop) {
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
