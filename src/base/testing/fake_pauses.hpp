// SPDX-License-Identifier: Apache-2.0
// A pause that takes no time but the clock's.
#pragma once
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <vector>

#include "base/pauses.hpp"

namespace couplet {

class FakePauses final : public Pauses {
 public:
  explicit FakePauses(FakeClock& clock) : clock_(clock) {}

  Task<void> pause(milliseconds length) override {
    taken.push_back(length);
    clock_.advance(length);
    if (meanwhile) meanwhile();
    co_await boost::asio::post(boost::asio::use_awaitable);  // others go on
  }

  std::vector<milliseconds> taken;
  std::function<void()> meanwhile;

 private:
  FakeClock& clock_;
};

}  // namespace couplet
