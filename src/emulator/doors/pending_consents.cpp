// SPDX-License-Identifier: Apache-2.0
#include "emulator/doors/pending_consents.hpp"

#include <algorithm>

#include "emulator/state/random_text.hpp"

namespace couplet::emulator {

namespace {

constexpr std::chrono::minutes kLife{30};
constexpr std::size_t kLimit = 1000;

}  // namespace

std::string PendingConsents::add(AuthorizationRequest request) {
  forget_old();
  std::string form_token = random_letters_and_digits(random_, 32);
  pending_.emplace(form_token, Pending{std::move(request), clock_.now() + kLife});
  return form_token;
}

std::optional<AuthorizationRequest> PendingConsents::take(Front front, std::string_view form_token) {
  const auto found = pending_.find(form_token);
  if (found == pending_.end() || found->second.request.front != front) return std::nullopt;
  Pending taken = std::move(found->second);
  pending_.erase(found);
  if (clock_.now() >= taken.expires_at) return std::nullopt;
  return std::move(taken.request);
}

void PendingConsents::forget_old() {
  std::erase_if(pending_, [now = clock_.now()](const auto& entry) { return now >= entry.second.expires_at; });
  if (pending_.size() < kLimit) return;
  pending_.erase(
      std::ranges::min_element(pending_, {}, [](const auto& entry) { return entry.second.expires_at; }));
}

}  // namespace couplet::emulator
