// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks/webhook_sender.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "server/webhooks/webhook_message.hpp"
#include "server/webhooks/webhook_request.hpp"

namespace couplet::server {
namespace {

namespace asio = boost::asio;

constexpr milliseconds kLookAgain{1000};  // a retry is due, or another process has ordered one
constexpr seconds kReportEvery{10};
constexpr seconds kAfterStoreFailure{5};
constexpr seconds kToRecord{5};  // what a call came to
constexpr std::size_t kAddressAtOnce = 200;

bool wants(const WebhookTarget& target, const LinkNews& news) {
  const auto names = [](const auto& list, const auto& one) {
    return list.empty() || std::ranges::find(list, one) != list.end();
  };
  return names(target.skills, news.skill) && names(target.events, news.type);
}

std::string_view outcome_of(const WebhookAnswer& answer, bool given_up) {
  if (answer.kind == WebhookAnswer::Kind::taken) return "delivered";
  if (answer.kind == WebhookAnswer::Kind::gone) return "gone";
  return given_up ? "given_up" : "failed";
}

void log_failure(const WebhookDelivery& delivery, const WebhookAnswer& answer,
                 const std::optional<Instant>& next_try_at) {
  log::write(next_try_at ? log::Level::warn : log::Level::error,
             next_try_at ? "webhook.failed" : "webhook.given_up",
             {{"target", delivery.target},
              {"webhook_id", webhook_id(delivery.news)},
              {"type", enum_text(kLinkNewsTypes, delivery.news.type)},
              {"tries", delivery.tries + 1},
              {"status", answer.status},
              {"problem", answer.problem},
              {"next", next_try_at ? to_iso8601(*next_try_at) : "`couplet webhooks retry` sends it again"}});
}

}  // namespace

WebhookSender::Target::Target(asio::io_context& context, WebhookTarget what)
    : settings(std::move(what)),
      client(std::make_unique<http::CurlClient>(context, webhook_client_options(settings))) {}

WebhookSender::WebhookSender(asio::io_context& context, std::unique_ptr<storage::Store> store,
                             const Clock& clock, Random& random, Metrics& metrics)
    : context_(context),
      store_(std::move(store)),
      clock_(clock),
      random_(random),
      metrics_(metrics),
      pause_(context) {}

void WebhookSender::use(const Config& config) {
  std::map<std::string, TargetPtr> targets;
  for (const WebhookTarget& target : config.webhooks) {
    auto made = std::make_shared<Target>(context_, target);
    // What is under way must not be sent a second time beside itself.
    if (const auto before = targets_.find(target.name); before != targets_.end())
      made->in_flight = before->second->in_flight;
    targets.emplace(target.name, std::move(made));
  }
  targets_ = std::move(targets);
  reported_at_ = {};
  wake();
}

void WebhookSender::wake() {
  woken_ = true;
  pause_.cancel();
}

void WebhookSender::stop() {
  stopping_ = true;
  for (const auto& [name, target] : targets_) target->client.reset();
  pause_.cancel();
}

Task<void> WebhookSender::run() {
  const auto self = shared_from_this();
  while (!stopping_) {
    woken_ = false;
    const bool more = co_await address();
    const auto targets = targets_;  // a reload may replace them meanwhile
    for (const auto& [name, target] : targets) co_await send_due(target);
    co_await report_backlog();
    if (more || woken_ || stopping_) continue;
    pause_.expires_after(kLookAgain);
    co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

// True when there may be more.
Task<bool> WebhookSender::address() {
  auto news = co_await store_->unaddressed_news(kAddressAtOnce);
  if (!news || news->empty()) co_return false;
  std::vector<storage::NewsAddress> addresses;
  for (const LinkNews& one : *news) addresses.push_back({one.sequence, targets_for(one)});
  auto addressed = co_await store_->address_news(std::move(addresses), clock_.now());
  co_return addressed && news->size() == kAddressAtOnce;
}

std::vector<std::string> WebhookSender::targets_for(const LinkNews& news) const {
  std::vector<std::string> names;
  for (const auto& [name, target] : targets_)
    if (wants(target->settings, news)) names.push_back(name);
  return names;
}

Task<void> WebhookSender::send_due(TargetPtr target) {
  const std::size_t allowed = target->failing ? 1 : target->settings.connections;
  const Instant now = clock_.now();
  if (now < target->paused_until || target->in_flight.size() >= allowed) co_return;
  auto due = co_await store_->due_deliveries(target->settings.name, now, allowed + target->in_flight.size());
  if (!due || stopping_) co_return;
  for (WebhookDelivery& delivery : *due) {
    if (target->in_flight.size() >= allowed) co_return;
    if (!target->in_flight.insert(delivery.news.sequence).second) continue;
    asio::co_spawn(context_, deliver(shared_from_this(), target, std::move(delivery)), asio::detached);
  }
}

Task<void> WebhookSender::deliver(std::shared_ptr<WebhookSender> self, TargetPtr target,
                                  WebhookDelivery delivery) {
  const Instant due_at = *delivery.next_try_at;
  const std::int64_t sequence = delivery.news.sequence;
  const std::string name = delivery.target;
  if (co_await self->claim(*target, delivery)) co_await self->send(target, std::move(delivery), due_at);
  target->in_flight.erase(sequence);
  if (const auto now = self->targets_.find(name); now != self->targets_.end())
    now->second->in_flight.erase(sequence);  // after a reload it is another
  self->wake();
}

// Until the call must be over nobody else sends it, and the user's later news stand behind it. After a crash
// it is due again when the claim has run out.
Task<bool> WebhookSender::claim(Target& target, WebhookDelivery& delivery) {
  if (stopping_) co_return false;
  const Instant until = clock_.now() + target.settings.timeout + kToRecord;
  const auto claimed = co_await store_->reschedule_delivery(delivery.news.sequence, delivery.target,
                                                            *delivery.next_try_at, until);
  if (!claimed) target.paused_until = clock_.now() + kAfterStoreFailure;
  delivery.next_try_at = until;
  co_return claimed && *claimed;
}

Task<void> WebhookSender::send(TargetPtr target, WebhookDelivery delivery, Instant due_at) {
  if (stopping_) co_return co_await give_back(delivery, due_at);
  http::OutgoingRequest request = webhook_request(target->settings, delivery.news, clock_.now());
  const auto response = co_await target->client->send(std::move(request));
  if (stopping_ && !response) co_return co_await give_back(delivery, due_at);
  if (!response)
    log::warn("webhook.no_answer", {{"target", delivery.target}, {"detail", response.error().log_detail}});
  const WebhookAnswer answer = read_webhook_answer(response, clock_.now());
  target->failing = answer.kind != WebhookAnswer::Kind::taken;
  if (answer.retry_after) target->paused_until = clock_.now() + *answer.retry_after;
  auto recorded = co_await record(*target, delivery, answer);
  // It is due again when the claim has run out.
  if (!recorded) target->paused_until = clock_.now() + kAfterStoreFailure;
}

Task<void> WebhookSender::give_back(const WebhookDelivery& delivery, Instant due_at) {
  static_cast<void>(co_await store_->reschedule_delivery(delivery.news.sequence, delivery.target,
                                                         *delivery.next_try_at, due_at));
}

Task<storage::Result<void>> WebhookSender::record(Target& target, const WebhookDelivery& delivery,
                                                  const WebhookAnswer& answer) {
  const Instant now = clock_.now();
  if (answer.kind == WebhookAnswer::Kind::failed) co_return co_await record_failure(target, delivery, answer);
  metrics_.webhook_tried(delivery.target, outcome_of(answer, false));
  if (answer.kind == WebhookAnswer::Kind::gone) {
    log::error("webhook.target_gone", {{"target", delivery.target},
                                       {"next", "nothing is sent there until `couplet webhooks retry`"}});
    co_return co_await store_->record_target_gone(delivery.target, now);
  }
  log::info("webhook.delivered", {{"target", delivery.target},
                                  {"webhook_id", webhook_id(delivery.news)},
                                  {"type", enum_text(kLinkNewsTypes, delivery.news.type)},
                                  {"tries", delivery.tries + 1}});
  co_return co_await store_->record_delivered(delivery.news.sequence, delivery.target, now);
}

Task<storage::Result<void>> WebhookSender::record_failure(Target& target, const WebhookDelivery& delivery,
                                                          const WebhookAnswer& answer) {
  const Instant now = clock_.now();
  const auto next_try_at = next_webhook_try(delivery, answer, target.settings.give_up_after, now, random_);
  metrics_.webhook_tried(delivery.target, outcome_of(answer, !next_try_at));
  log_failure(delivery, answer, next_try_at);
  storage::FailedTry failed{answer.status, answer.problem, next_try_at};
  co_return co_await store_->record_failed_try(delivery.news.sequence, delivery.target, std::move(failed),
                                               now);
}

Task<void> WebhookSender::report_backlog() {
  const Instant now = clock_.now();
  if (now - reported_at_ < kReportEvery) co_return;
  reported_at_ = now;
  auto backlog = co_await store_->webhook_backlog();
  if (!backlog) co_return;
  for (const auto& [name, target] : targets_) {
    const auto found = std::ranges::find(*backlog, name, &storage::TargetBacklog::target);
    const storage::TargetBacklog of = found == backlog->end() ? storage::TargetBacklog{} : *found;
    const milliseconds age = of.oldest_waiting_since ? now - *of.oldest_waiting_since : milliseconds{0};
    metrics_.webhook_backlog(name, of.waiting, of.given_up, age);
  }
}

}  // namespace couplet::server
