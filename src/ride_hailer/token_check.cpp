// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/token_check.hpp"

#include <utility>

namespace couplet::ride_hailer {
namespace {

constexpr std::chrono::seconds kRememberFor{30};
constexpr std::size_t kRemembered = 10'000;

}  // namespace

Task<Result<std::string, TokenFault>> TokenCheck::user_of(AccessToken token) {
  if (own_) {
    const auto user_id = own_->user_of(token);
    if (!user_id) co_return std::unexpected(TokenFault::inactive);
    co_return *user_id;
  }
  const Digest digest = sha256(token.reveal());
  const auto known = known_.find(digest);
  if (known != known_.end() && clock_.monotonic() < known->second.good_until) co_return known->second.user_id;
  const auto info = co_await couplet_.introspect(std::move(token));
  if (!info) co_return std::unexpected(TokenFault::unavailable);
  if (!info->active) co_return std::unexpected(TokenFault::inactive);
  remember(digest, info->user_id);
  co_return info->user_id;
}

void TokenCheck::forget(std::string_view user_id) {
  std::erase_if(known_, [user_id](const auto& entry) { return entry.second.user_id == user_id; });
}

void TokenCheck::revoke(std::string_view user_id) {
  forget(user_id);
  if (own_) own_->revoke(user_id);
}

void TokenCheck::remember(const Digest& digest, std::string user_id) {
  const auto now = clock_.monotonic();
  if (known_.size() >= kRemembered)
    std::erase_if(known_, [now](const auto& entry) { return entry.second.good_until <= now; });
  if (known_.size() >= kRemembered) known_.clear();
  known_[digest] = {std::move(user_id), now + kRememberFor};
}

}  // namespace couplet::ride_hailer
