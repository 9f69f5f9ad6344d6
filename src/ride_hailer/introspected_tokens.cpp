// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/introspected_tokens.hpp"

#include <utility>

namespace couplet::ride_hailer {
namespace {

constexpr std::chrono::seconds kRememberFor{30};
constexpr std::size_t kRemembered = 10'000;

}  // namespace

Task<Result<TokenOwner, TokenFault>> IntrospectedTokens::owner_of(AccessToken token) {
  const Digest digest = sha256(token.reveal());
  const auto known = known_.find(digest);
  if (known != known_.end() && clock_.monotonic() < known->second.good_until) co_return known->second.owner;
  auto info = co_await couplet_.introspect(std::move(token));
  if (!info) co_return std::unexpected(TokenFault::unavailable);
  if (!info->active) co_return std::unexpected(TokenFault::inactive);
  if (!audience_.empty() && info->audience != audience_) co_return std::unexpected(TokenFault::inactive);
  TokenOwner owner{std::move(info->user_id), std::move(info->scope)};
  remember(digest, owner);
  co_return owner;
}

void IntrospectedTokens::forget(std::string_view user_id) {
  std::erase_if(known_, [user_id](const auto& entry) { return entry.second.owner.user_id == user_id; });
}

void IntrospectedTokens::remember(const Digest& digest, TokenOwner owner) {
  const auto now = clock_.monotonic();
  if (known_.size() >= kRemembered)
    std::erase_if(known_, [now](const auto& entry) { return entry.second.good_until <= now; });
  if (known_.size() >= kRemembered) known_.clear();
  known_[digest] = {std::move(owner), now + kRememberFor};
}

}  // namespace couplet::ride_hailer
