// SPDX-License-Identifier: Apache-2.0
#include "emulator/events/event_delivery.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <ranges>

#include "emulator/signing/skill_call.hpp"

namespace couplet::emulator {

namespace {

namespace asio = boost::asio;

constexpr unsigned kWorkers = 16;
constexpr milliseconds kLook{500};  // the clock may be moved meanwhile, and nobody tells the timer

}  // namespace

Task<void> EventDelivery::attempt(PendingEvent event) {
  std::string note = "skill event of " + event.user_id;
  if (event.attempts > 0) note += ", try " + std::to_string(event.attempts + 1);
  if (event.wrong) note += ", wrong way " + std::string(event.wrong->name);
  if (switches_.has({"event_timestamp", "as_sent"}))
    if (auto* request = event.message["request"].if_object())
      (*request)["timestamp"] = request_time(wall_clock_.now());
  http::OutgoingRequest call = signer_.signed_call(event.url, std::move(event.message), event.wrong);
  const auto answer = co_await calls_.send(std::move(call), std::move(note));
  DeliveryAttempt outcome;
  if (answer)
    outcome.status = answer->status;
  else
    outcome.problem = http::transport_error_text(answer.error().kind);
  queue_.finish(event.id, std::move(outcome));
}

Task<bool> EventDelivery::deliver(std::uint64_t id) {
  auto event = queue_.take(id);
  if (!event) co_return false;
  co_await attempt(std::move(*event));
  wake();
  co_return true;
}

Task<void> EventDelivery::deliver_all() {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, event] : queue_.pending()) ids.push_back(id);
  if (queue_.mode.order == EventOrder::reversed) std::ranges::reverse(ids);
  for (const std::uint64_t id : ids) co_await deliver(id);
}

void EventDelivery::start(asio::io_context& context) {
  timer_.emplace(context);
  asio::co_spawn(context, loop(), asio::detached);
}

void EventDelivery::stop() {
  if (!timer_) return;
  asio::post(timer_->get_executor(), [this] {
    stopping_ = true;
    timer_->cancel();
  });
}

void EventDelivery::wake() {
  if (timer_) timer_->cancel();
}

Task<void> EventDelivery::loop() {
  while (!stopping_) {
    const auto due = queue_.next_due();
    const bool is_due = due && *due <= clock_.now();
    if (is_due) add_workers();
    if (due)
      timer_->expires_after(is_due ? kLook : std::clamp(*due - clock_.now(), milliseconds(1), kLook));
    else
      timer_->expires_at(asio::steady_timer::time_point::max());
    boost::system::error_code woken;
    co_await timer_->async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

/// As many as there may be: one that finds nothing to do ends at once. Counted first, because a worker may
/// come to its end inside co_spawn().
void EventDelivery::add_workers() {
  for (unsigned missing = kWorkers - workers_; missing > 0; --missing) {
    ++workers_;
    asio::co_spawn(timer_->get_executor(), work(), asio::detached);
  }
}

Task<void> EventDelivery::work() {
  while (!stopping_) {
    auto event = queue_.take_due();
    if (!event) break;
    co_await attempt(std::move(*event));
  }
  --workers_;
  wake();
}

}  // namespace couplet::emulator
