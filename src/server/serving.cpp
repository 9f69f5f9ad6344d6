// SPDX-License-Identifier: Apache-2.0
#include "server/serving.hpp"

#include <algorithm>

namespace couplet::server {

void Servings::replace(std::vector<std::shared_ptr<Serving>> next) {
  const std::lock_guard lock(mutex_);
  for (std::size_t thread = 0; thread < present_.size(); ++thread)
    former_.push_back({thread, std::move(present_[thread])});
  present_ = std::move(next);
}

std::shared_ptr<Serving> Servings::present(std::size_t thread) const {
  const std::lock_guard lock(mutex_);
  return present_.at(thread);
}

std::vector<std::shared_ptr<const http::Router>> Servings::routers() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const http::Router>> routers;
  for (const auto& serving : present_) routers.emplace_back(serving, &serving->application.router());
  return routers;
}

bool Servings::links_under_way() const {
  const std::lock_guard lock(mutex_);
  const auto busy = [](Serving& serving) { return serving.application.engine().under_way() > 0; };
  return std::ranges::any_of(present_, [&](const auto& serving) { return busy(*serving); }) ||
         std::ranges::any_of(former_, [&](const Former& one) { return busy(*one.serving); });
}

// Only this thread could take another reference to a former serving of its own, so a count of one stays one.
void Servings::forget_unused(std::size_t thread) {
  std::vector<Former> unused;  // ends after the lock
  const std::lock_guard lock(mutex_);
  const auto used = [thread](const Former& one) {
    return one.thread != thread || one.serving.use_count() > 1 ||
           one.serving->application.engine().under_way() > 0;
  };
  const auto first = std::ranges::partition(former_, used).begin();
  unused.assign(std::make_move_iterator(first), std::make_move_iterator(former_.end()));
  former_.erase(first, former_.end());
}

std::size_t Servings::former() const {
  const std::lock_guard lock(mutex_);
  return former_.size();
}

void Servings::clear() {
  const std::lock_guard lock(mutex_);
  present_.clear();
  former_.clear();
}

}  // namespace couplet::server
