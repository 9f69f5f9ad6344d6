// SPDX-License-Identifier: Apache-2.0
#include "server/config/signing_key_history.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace couplet::server {
namespace {

bool names(const Config& config, const std::string& kid) {
  return std::ranges::any_of(config.signing_keys, [&](const PrivateJwk& key) { return kid_of(key) == kid; });
}

seconds longest_lifetime(const Config& config) {
  seconds longest{0};
  for (const Client& client : config.clients) longest = std::max(longest, client.access_token_lifetime);
  return longest;
}

}  // namespace

std::string kid_of(const PrivateJwk& key) { return SigningKey::from_jwk(key)->kid(); }

SigningKeyHistory::SigningKeyHistory(const Config& config, Instant started) {
  for (const PrivateJwk& key : config.signing_keys) published_.emplace(kid_of(key), Published{key, started});
  follow(config);
}

std::shared_ptr<const Config> SigningKeyHistory::carry_over(const std::shared_ptr<const Config>& next,
                                                            Instant now) {
  published_.at(signer_).last_signed = now;
  auto complete = std::make_shared<Config>(*next);
  std::map<std::string, Published> published;
  for (const auto& [kid, known] : published_) {
    const bool stays = names(*next, kid);
    const Instant dead_at = known.last_signed ? *known.last_signed + longest_lifetime_ : now;
    if (!stays && dead_at <= now) continue;
    published.emplace(kid, known);
    if (stays) continue;
    complete->signing_keys.push_back(known.key);
    log::warn("signing_key.removed_early",
              {{"kid", kid},
               {"published_for", std::chrono::ceil<seconds>(dead_at - now).count()},
               {"next", "it stays published until its last token is dead, unless this process ends before"}});
  }
  for (const PrivateJwk& key : next->signing_keys) published.try_emplace(kid_of(key), Published{key, {}});
  if (const std::string signer = kid_of(next->signing_keys.front()); !published_.contains(signer))
    log::warn("signing_key.unpublished",
              {{"kid", signer},
               {"next", "whoever keeps the JWK set refuses its tokens for up to 300 s; append a key first"}});
  published_ = std::move(published);
  follow(*next);
  return complete;
}

void SigningKeyHistory::follow(const Config& config) {
  signer_ = kid_of(config.signing_keys.front());
  longest_lifetime_ = std::max(longest_lifetime_, longest_lifetime(config));
}

}  // namespace couplet::server
