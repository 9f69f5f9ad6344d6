// SPDX-License-Identifier: Apache-2.0
// Waiting as a parameter: retries wait in real time, and in virtual time where the simulation runs them.
#pragma once
#include "base/clock.hpp"
#include "base/task.hpp"

namespace couplet {

class Pauses {
 public:
  virtual ~Pauses() = default;
  virtual Task<void> pause(milliseconds length) = 0;
};

/// On the io_context of whoever waits. Thread: any.
class TimerPauses final : public Pauses {
 public:
  Task<void> pause(milliseconds length) override;
};

}  // namespace couplet
