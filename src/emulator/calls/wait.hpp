// SPDX-License-Identifier: Apache-2.0
// A pause ordered by a fault: real time, on the caller's io_context.
#pragma once
#include <chrono>

#include "base/task.hpp"

namespace couplet::emulator {

Task<void> wait_for(std::chrono::milliseconds delay);

}  // namespace couplet::emulator
