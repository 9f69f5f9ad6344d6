// SPDX-License-Identifier: Apache-2.0
#include "storage/memory/webhook_rows.hpp"

#include <algorithm>
#include <set>

namespace couplet::storage::memory {

void WebhookRows::tell(LinkNews news) {
  news.sequence = ++last_sequence_;
  news_.emplace(news.sequence, Told{std::move(news), false});
  told_ = true;
}

std::vector<LinkNews> WebhookRows::unaddressed_news(std::size_t limit) const {
  std::vector<LinkNews> news;
  for (const auto& [sequence, told] : news_)
    if (!told.addressed && news.size() < limit) news.push_back(told.news);
  return news;
}

void WebhookRows::address_news(std::span<const NewsAddress> addresses, Instant now) {
  for (const NewsAddress& address : addresses) {
    const auto told = news_.find(address.sequence);
    if (told == news_.end() || std::exchange(told->second.addressed, true)) continue;
    for (const std::string& target : address.targets) {
      WebhookDelivery delivery;
      delivery.news = told->second.news;
      delivery.target = target;
      delivery.waiting_since = now;
      if (is_gone(target)) {
        delivery.given_up_at = now;
        delivery.last_status = kTargetGoneStatus;
        delivery.last_problem = kTargetGoneProblem;
      }
      deliveries_.try_emplace({address.sequence, target}, std::move(delivery));
    }
    forget_if_told(address.sequence);
  }
  settle_order(now);
}

bool WebhookRows::is_gone(const std::string& target) const {
  return std::ranges::any_of(deliveries_, [&](const auto& row) {
    return row.second.target == target && row.second.given_up_at &&
           row.second.last_status == kTargetGoneStatus;
  });
}

std::vector<WebhookDelivery> WebhookRows::due_deliveries(const std::string& target, Instant now,
                                                         std::size_t limit) const {
  std::vector<WebhookDelivery> due;
  for (const auto& [key, delivery] : deliveries_)
    if (delivery.target == target && delivery.next_try_at && *delivery.next_try_at <= now)
      due.push_back(delivery);
  std::ranges::sort(due, {}, [](const WebhookDelivery& delivery) {
    return std::pair(*delivery.next_try_at, delivery.news.sequence);
  });
  if (due.size() > limit) due.resize(limit);
  return due;
}

bool WebhookRows::reschedule_delivery(std::int64_t sequence, const std::string& target, Instant seen,
                                      Instant to) {
  const auto found = deliveries_.find({sequence, target});
  if (found == deliveries_.end() || found->second.next_try_at != seen) return false;
  found->second.next_try_at = to;
  return true;
}

void WebhookRows::record_delivered(std::int64_t sequence, const std::string& target, Instant now) {
  deliveries_.erase({sequence, target});
  forget_if_told(sequence);
  settle_order(now);
}

void WebhookRows::record_failed_try(std::int64_t sequence, const std::string& target, const FailedTry& failed,
                                    Instant now) {
  const auto found = deliveries_.find({sequence, target});
  if (found == deliveries_.end() || found->second.given_up_at) return;
  WebhookDelivery& delivery = found->second;
  ++delivery.tries;
  delivery.next_try_at = failed.next_try_at;
  if (!failed.next_try_at) delivery.given_up_at = now;
  delivery.last_status = failed.status;
  delivery.last_problem = failed.problem;
  settle_order(now);
}

void WebhookRows::record_target_gone(const std::string& target, Instant now) {
  for (auto& [key, delivery] : deliveries_) {
    if (delivery.target != target || delivery.given_up_at) continue;
    delivery.next_try_at.reset();
    delivery.given_up_at = now;
    delivery.last_status = kTargetGoneStatus;
    delivery.last_problem = kTargetGoneProblem;
  }
}

std::size_t WebhookRows::retry_given_up(const std::optional<std::string>& target, Instant now) {
  std::size_t count = 0;
  for (auto& [key, delivery] : deliveries_) {
    if (!delivery.given_up_at || (target && delivery.target != *target)) continue;
    delivery.given_up_at.reset();
    delivery.tries = 0;
    delivery.waiting_since = now;
    ++count;
  }
  settle_order(now);
  return count;
}

std::vector<WebhookDelivery> WebhookRows::list_deliveries(std::int64_t after, std::size_t limit) const {
  std::vector<WebhookDelivery> page;
  std::set<std::int64_t> of_page;
  for (const auto& [key, delivery] : deliveries_) {
    if (key.first <= after) continue;
    of_page.insert(key.first);
    if (of_page.size() <= limit) page.push_back(delivery);
  }
  return page;
}

std::vector<TargetBacklog> WebhookRows::backlog() const {
  std::map<std::string, TargetBacklog> by_target;
  for (const auto& [key, delivery] : deliveries_) {
    TargetBacklog& of = by_target[delivery.target];
    of.target = delivery.target;
    ++(delivery.given_up_at ? of.given_up : of.waiting);
    if (delivery.given_up_at) continue;
    of.oldest_waiting_since =
        std::min(of.oldest_waiting_since.value_or(delivery.waiting_since), delivery.waiting_since);
  }
  std::vector<TargetBacklog> backlog;
  for (auto& [target, of] : by_target) backlog.push_back(std::move(of));
  return backlog;
}

std::size_t WebhookRows::purge_news(Instant before, std::size_t limit) {
  std::vector<std::pair<Instant, std::int64_t>> old;
  for (const auto& [sequence, told] : news_)
    if (told.news.at < before) old.emplace_back(told.news.at, sequence);
  std::ranges::sort(old);
  if (old.size() > limit) old.resize(limit);
  for (const auto& [at, sequence] : old) {
    news_.erase(sequence);
    std::erase_if(deliveries_, [&](const auto& row) { return row.first.first == sequence; });
  }
  settle_order(before);
  return old.size();
}

void WebhookRows::forget_if_told(std::int64_t sequence) {
  const auto first = deliveries_.lower_bound({sequence, std::string()});
  if (first == deliveries_.end() || first->first.first != sequence) news_.erase(sequence);
}

// Of the deliveries that wait for one target and user the first has next_try_at, and no other.
void WebhookRows::settle_order(Instant now) {
  std::set<std::pair<std::string, UserId>> seen;
  for (auto& [key, delivery] : deliveries_) {
    if (delivery.given_up_at) continue;
    const bool is_first = seen.emplace(delivery.target, delivery.news.user).second;
    if (!is_first) delivery.next_try_at.reset();
    if (is_first && !delivery.next_try_at) delivery.next_try_at = now;
  }
}

}  // namespace couplet::storage::memory
