// SPDX-License-Identifier: Apache-2.0
// Posts the events of the queue. In the program a loop does it; tests and the control interface ask for it.
// Thread: the emulator's.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <vector>

#include "base/task.hpp"
#include "emulator/calls/outgoing_calls.hpp"
#include "emulator/events/event_queue.hpp"
#include "emulator/signing/request_signer.hpp"
#include "emulator/switches/switches.hpp"

namespace couplet::emulator {

class EventDelivery {
 public:
  /// Tries are paced by `clock`, and dated by `wall_clock`.
  EventDelivery(EventQueue& queue, RequestSigner& signer, OutgoingCalls& calls, const Switches& switches,
                const Clock& clock, const Clock& wall_clock)
      : queue_(queue),
        signer_(signer),
        calls_(calls),
        switches_(switches),
        clock_(clock),
        wall_clock_(wall_clock) {}

  /// One try of one event, whatever holds it. False when it is not pending or under way.
  Task<bool> deliver(std::uint64_t id);
  /// One try of each event that is pending now, in the order of the mode.
  Task<void> deliver_all();

  /// Delivers what is due as long as `context` runs, several at a time, one after another for each user.
  void start(boost::asio::io_context& context);
  /// Lets `context` come to its end. Thread: any.
  void stop();
  /// Something has been queued, released or made due.
  void wake();

 private:
  Task<void> attempt(PendingEvent event);
  Task<void> loop();
  void add_workers();
  Task<void> work();

  EventQueue& queue_;
  RequestSigner& signer_;
  OutgoingCalls& calls_;
  const Switches& switches_;
  const Clock& clock_;
  const Clock& wall_clock_;
  std::optional<boost::asio::steady_timer> timer_;  // of the loop
  bool stopping_ = false;
  unsigned workers_ = 0;
};

}  // namespace couplet::emulator
