// SPDX-License-Identifier: Apache-2.0
// Many tasks, a bounded number at a time. Thread: one io_context with one thread.
#pragma once
#include <cstddef>
#include <functional>

#include "base/task.hpp"

namespace couplet {

/// Runs step(0) … step(count - 1), at most `limit` of them at a time, and returns when all have ended. After
/// an exception no further one is begun, and the first is thrown to the caller.
Task<void> run_concurrently(std::size_t count, std::size_t limit,
                            std::function<Task<void>(std::size_t)> step);

}  // namespace couplet
