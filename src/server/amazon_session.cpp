// SPDX-License-Identifier: Apache-2.0
#include "server/amazon_session.hpp"

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
