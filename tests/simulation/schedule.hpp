// SPDX-License-Identifier: Apache-2.0
// Who goes next: everything that waits for something outside waits here, and the seed picks one.
#pragma once
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <vector>

#include "base/pauses.hpp"
#include "base/random.hpp"
#include "base/task.hpp"

namespace couplet::simulation {

/// Numbers from the seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  /// 0 … below-1
  std::uint32_t roll(std::size_t below) {
    std::uint32_t number = 0;
    for (const std::byte byte : random_.bytes<4>())
      number = number << 8 | std::to_integer<std::uint32_t>(byte);
    return number % static_cast<std::uint32_t>(below);
  }
  bool chance(std::uint32_t percent) { return roll(100) < percent; }

 private:
  SeededRandom random_;
};

/// A wait that somebody else ends.
using Alarm = boost::asio::steady_timer;
inline std::shared_ptr<Alarm> make_alarm(const boost::asio::any_io_executor& executor) {
  return std::make_shared<Alarm>(executor, Alarm::time_point::max());
}
inline Task<void> wait_for(std::shared_ptr<Alarm> alarm) {
  co_await alarm->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

class Schedule {
 public:
  explicit Schedule(Dice& dice) : dice_(dice) {}

  /// Until the seed picks this one.
  Task<void> turn() {
    auto alarm = make_alarm(co_await boost::asio::this_coro::executor);
    waiting_.push_back(alarm);
    co_await wait_for(std::move(alarm));
  }

  /// Wakes one of those that wait; false when there is none. Those whose process died are forgotten.
  bool wake_one() {
    std::erase_if(waiting_, [](const auto& alarm) { return alarm.expired(); });
    if (waiting_.empty()) return false;
    const std::size_t index = dice_.roll(waiting_.size());
    const auto alarm = waiting_[index].lock();
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
    alarm->cancel();
    return true;
  }

 private:
  Dice& dice_;
  std::vector<std::weak_ptr<Alarm>> waiting_;
};

/// A pause takes a turn, and no real time.
class TurnPauses final : public Pauses {
 public:
  TurnPauses(Schedule& schedule, FakeClock& clock) : schedule_(schedule), clock_(clock) {}
  Task<void> pause(milliseconds length) override {
    co_await schedule_.turn();
    clock_.advance(length);
  }

 private:
  Schedule& schedule_;
  FakeClock& clock_;
};

}  // namespace couplet::simulation
