// SPDX-License-Identifier: Apache-2.0
// Wakes the refresher when a refresh is due and the clock simply runs.
#pragma once
#include <boost/asio/io_context.hpp>
#include <memory>

#include "emulator/alexa/refresher.hpp"
#include "emulator/state/adjustable_clock.hpp"

namespace couplet::emulator {

class RefreshTimer {
 public:
  RefreshTimer(Refresher& refresher, const AdjustableClock& clock) : refresher_(refresher), clock_(clock) {}
  /// Both outlive the context's run.
  void start(boost::asio::io_context& context);
  /// Thread: any. What is under way is finished.
  void stop();

 private:
  struct Loop;
  static Task<void> run(std::shared_ptr<Loop> loop, Refresher& refresher, const AdjustableClock& clock);

  Refresher& refresher_;
  const AdjustableClock& clock_;
  std::shared_ptr<Loop> loop_;
};

}  // namespace couplet::emulator
