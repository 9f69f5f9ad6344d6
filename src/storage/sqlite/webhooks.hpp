// SPDX-License-Identifier: Apache-2.0
// The link_news and webhook_deliveries tables: each verb of WebhookStore as SQL, on one connection. Those
// that change something expect to run inside the writer's transaction.
#pragma once
#include <span>
#include <utility>

#include "storage/sqlite/statement.hpp"
#include "storage/store.hpp"

namespace couplet::storage::sqlite {

class Webhooks {
 public:
  explicit Webhooks(Connection& connection);

  void tell(const LinkNews& news);
  /// Whether tell() was called since this was asked last.
  [[nodiscard]] bool take_told() { return std::exchange(told_, false); }

  std::vector<LinkNews> unaddressed_news(std::size_t limit);
  void address_news(std::span<const NewsAddress> addresses, Instant now);
  std::vector<WebhookDelivery> due_deliveries(const std::string& target, Instant now, std::size_t limit);
  bool reschedule_delivery(std::int64_t sequence, const std::string& target, Instant seen, Instant to);
  void record_delivered(std::int64_t sequence, const std::string& target, Instant now);
  void record_failed_try(std::int64_t sequence, const std::string& target, const FailedTry& failed,
                         Instant now);
  void record_target_gone(const std::string& target, Instant now);
  std::size_t retry_given_up(const std::optional<std::string>& target, Instant now);
  std::vector<WebhookDelivery> list_deliveries(std::int64_t after, std::size_t limit);
  std::vector<TargetBacklog> backlog();
  std::size_t purge_news(Instant before, std::size_t limit);

 private:
  void address(const NewsAddress& address, Instant now);
  bool is_gone(const std::string& target);
  void settle_order(Instant now);

  Statement tell_;
  Statement unaddressed_;
  Statement mark_addressed_;
  Statement delete_if_told_;
  Statement is_gone_;
  Statement add_delivery_;
  Statement due_;
  Statement reschedule_;
  Statement delete_delivery_;
  Statement release_next_;
  Statement fail_;
  Statement give_up_all_;
  Statement retry_;
  Statement hold_back_;
  Statement release_all_;
  Statement list_;
  Statement backlog_;
  Statement oldest_;
  Statement delete_deliveries_;
  Statement delete_news_;
  bool told_ = false;
};

}  // namespace couplet::storage::sqlite
