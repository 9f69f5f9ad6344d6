// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/alexa_news.hpp"

#include <algorithm>

namespace couplet::ride_hailer {

bool AlexaNews::keep(std::string webhook_id, const std::string& user_id, AlexaNewsItem item) {
  if (!known_.insert(webhook_id).second) return false;
  in_order_.push_back(std::move(webhook_id));
  if (in_order_.size() > kRememberedIds) {
    known_.erase(in_order_.front());
    in_order_.pop_front();
  }
  auto& items = by_user_[user_id];
  items.push_back(std::move(item));
  // By when it happened: one that could not be delivered for days comes late.
  std::ranges::sort(items, std::ranges::greater{}, &AlexaNewsItem::at);
  if (items.size() > kPerUser) items.resize(kPerUser);
  return true;
}

std::vector<AlexaNewsItem> AlexaNews::of(const std::string& user_id) const {
  const auto found = by_user_.find(user_id);
  return found == by_user_.end() ? std::vector<AlexaNewsItem>{} : found->second;
}

}  // namespace couplet::ride_hailer
