// SPDX-License-Identifier: Apache-2.0
// The coroutine type of everything that waits. Not for src/domain, src/oauth and src/alexa: they do not wait.
#pragma once
#include <boost/asio/awaitable.hpp>

namespace couplet {

/// Runs on, and comes back to, the io_context it was started on. Parameters by value, or owned by the caller
/// until the task ends.
template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace couplet
