// SPDX-License-Identifier: Apache-2.0
// Brings the outbox to the targets of the configuration: at least once, and of each user one after the other
// (WH-08), also where several processes share the outbox. What waits and when is in the store; here is only
// what is under way.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <set>

#include "http/client.hpp"
#include "server/common/metrics.hpp"
#include "server/config/config.hpp"
#include "server/webhooks/webhook_retry.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Held by its coroutines, so it lives until the last call has ended. Thread: the io_context's, each method.
class WebhookSender : public std::enable_shared_from_this<WebhookSender> {
 public:
  /// The store is for this alone; the references outlive the io_context's work.
  WebhookSender(boost::asio::io_context& context, std::unique_ptr<storage::Store> store, const Clock& clock,
                Random& random, Metrics& metrics);

  /// Sends to these targets from now on. Calls under way end as they began; what waits for a target that is
  /// not among them waits until it is back, or is purged.
  void use(const Config& config);
  /// Looks at the outbox when it is woken, and once a second, until stop().
  Task<void> run();
  /// There may be something to send.
  void wake();
  /// Calls under way are cut off and given back to the store: another process, or the next start, sends them.
  void stop();

 private:
  /// One target, and what is under way to it.
  struct Target {
    Target(boost::asio::io_context& context, WebhookTarget what);
    const WebhookTarget settings;
    std::unique_ptr<http::CurlClient> client;  // gone after stop()
    std::set<std::int64_t> in_flight;          // sequences
    Instant paused_until{};
    bool failing = false;  // the last call failed: one call at a time until one gets through
  };
  using TargetPtr = std::shared_ptr<Target>;

  Task<bool> address();
  Task<void> send_due(TargetPtr target);
  static Task<void> deliver(std::shared_ptr<WebhookSender> self, TargetPtr target, WebhookDelivery delivery);
  Task<bool> claim(Target& target, WebhookDelivery& delivery);
  Task<void> send(TargetPtr target, WebhookDelivery delivery, Instant due_at);
  Task<void> give_back(const WebhookDelivery& delivery, Instant due_at);
  Task<storage::Result<void>> record(Target& target, const WebhookDelivery& delivery,
                                     const WebhookAnswer& answer);
  Task<storage::Result<void>> record_failure(Target& target, const WebhookDelivery& delivery,
                                             const WebhookAnswer& answer);
  Task<void> report_backlog();
  [[nodiscard]] std::vector<std::string> targets_for(const LinkNews& news) const;

  boost::asio::io_context& context_;
  std::unique_ptr<storage::Store> store_;
  const Clock& clock_;
  Random& random_;
  Metrics& metrics_;
  boost::asio::steady_timer pause_;
  std::map<std::string, TargetPtr> targets_;
  Instant reported_at_{};
  bool woken_ = false;
  bool stopping_ = false;
};

}  // namespace couplet::server
