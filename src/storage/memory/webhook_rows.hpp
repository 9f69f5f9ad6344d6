// SPDX-License-Identifier: Apache-2.0
// The outbox of the memory store: the verbs of WebhookStore, each run whole under its lock.
#pragma once
#include <map>
#include <span>
#include <utility>

#include "storage/store.hpp"

namespace couplet::storage::memory {

class WebhookRows {
 public:
  void tell(LinkNews news);
  /// Whether tell() was called since this was asked last.
  [[nodiscard]] bool take_told() { return std::exchange(told_, false); }

  [[nodiscard]] std::vector<LinkNews> unaddressed_news(std::size_t limit) const;
  void address_news(std::span<const NewsAddress> addresses, Instant now);
  [[nodiscard]] std::vector<WebhookDelivery> due_deliveries(const std::string& target, Instant now,
                                                            std::size_t limit) const;
  bool reschedule_delivery(std::int64_t sequence, const std::string& target, Instant seen, Instant to);
  void record_delivered(std::int64_t sequence, const std::string& target, Instant now);
  void record_failed_try(std::int64_t sequence, const std::string& target, const FailedTry& failed,
                         Instant now);
  void record_target_gone(const std::string& target, Instant now);
  std::size_t retry_given_up(const std::optional<std::string>& target, Instant now);
  [[nodiscard]] std::vector<WebhookDelivery> list_deliveries(std::int64_t after, std::size_t limit) const;
  [[nodiscard]] std::vector<TargetBacklog> backlog() const;
  std::size_t purge_news(Instant before, std::size_t limit);

 private:
  struct Told {
    LinkNews news;
    bool addressed = false;
  };
  using Key = std::pair<std::int64_t, std::string>;  // sequence and target

  [[nodiscard]] bool is_gone(const std::string& target) const;
  void forget_if_told(std::int64_t sequence);
  void settle_order(Instant now);

  std::map<std::int64_t, Told> news_;
  std::map<Key, WebhookDelivery> deliveries_;
  std::int64_t last_sequence_ = 0;
  bool told_ = false;
};

}  // namespace couplet::storage::memory
