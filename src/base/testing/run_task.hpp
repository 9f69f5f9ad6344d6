// SPDX-License-Identifier: Apache-2.0
// Runs a task to its end on an io_context of its own; for tests.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "base/clock.hpp"
#include "base/task.hpp"

namespace couplet {

namespace detail {

template <class T>
Task<void> keep_result(Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

inline Task<std::monostate> without_value(Task<void> task) {
  co_await std::move(task);
  co_return std::monostate{};
}

}  // namespace detail

/// The task's value. Rethrows what the task throws; throws std::runtime_error when it has not ended after
/// `deadline`.
template <class T>
T run_task(Task<T> task, seconds deadline = seconds{30}) {
  std::optional<T> result;  // outlives the io_context, which destroys what is left of the task
  std::exception_ptr fault;
  boost::asio::io_context context{1};
  boost::asio::co_spawn(context, detail::keep_result(std::move(task), result),
                        [&fault](std::exception_ptr thrown) { fault = std::move(thrown); });
  context.run_for(deadline);
  if (fault) std::rethrow_exception(fault);
  if (!result) throw std::runtime_error("the task did not end before its deadline");
  return *std::move(result);
}

inline void run_task(Task<void> task, seconds deadline = seconds{30}) {
  run_task(detail::without_value(std::move(task)), deadline);
}

}  // namespace couplet
