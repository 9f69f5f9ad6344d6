// SPDX-License-Identifier: Apache-2.0
#include "emulator/alexa/refresh_timer.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace couplet::emulator {

namespace {

namespace asio = boost::asio;

constexpr milliseconds kLongestPause{500};  // a plan or a clock may be changed meanwhile
constexpr milliseconds kShortestPause{10};

milliseconds pause_until(std::optional<Instant> due, const AdjustableClock& clock) {
  if (!due || clock.frozen()) return kLongestPause;
  const auto left = static_cast<double>((*due - clock.now()).count()) / clock.rate();
  if (left >= static_cast<double>(kLongestPause.count())) return kLongestPause;
  return std::max(milliseconds(static_cast<std::int64_t>(left)), kShortestPause);
}

}  // namespace

struct RefreshTimer::Loop {
  explicit Loop(asio::io_context& io) : context(io), timer(io) {}
  asio::io_context& context;
  asio::steady_timer timer;
  bool stopping = false;
};

void RefreshTimer::start(asio::io_context& context) {
  loop_ = std::make_shared<Loop>(context);
  asio::co_spawn(context, run(loop_, refresher_, clock_), asio::detached);
}

void RefreshTimer::stop() {
  if (!loop_) return;
  asio::post(loop_->context, [loop = loop_] {
    loop->stopping = true;
    loop->timer.cancel();
  });
}

Task<void> RefreshTimer::run(std::shared_ptr<Loop> loop, Refresher& refresher, const AdjustableClock& clock) {
  while (!loop->stopping) {
    loop->timer.expires_after(pause_until(refresher.next_due(), clock));
    co_await loop->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!loop->stopping) co_await refresher.run_due();
  }
}

}  // namespace couplet::emulator
