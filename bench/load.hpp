// SPDX-License-Identifier: Apache-2.0
// A closed loop of HTTP clients on one thread: each connection sends its next request when its answer is
// complete.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace couplet::bench {

struct Load {
  std::uint16_t port = 0;
  std::size_t connections = 64;
  std::chrono::milliseconds duration{1000};
  int expected_status = 200;
  /// Writes the next request into the string; false when there is none left, which ends the run.
  std::function<bool(std::string&)> next_request;
};

struct Measured {
  std::uint64_t answers = 0;
  std::uint64_t unexpected = 0;  // answers with another status, and connections that broke
  double seconds = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  [[nodiscard]] double per_second() const { return seconds > 0 ? static_cast<double>(answers) / seconds : 0; }
};

/// Throws std::runtime_error when nobody listens.
[[nodiscard]] Measured run_load(const Load& load);

struct WholeAnswer {
  std::string head;  // status line and header fields
  std::string body;
};

/// One request on a connection of its own. Throws std::runtime_error on another status.
[[nodiscard]] WholeAnswer ask_once(std::uint16_t port, const std::string& request, int expected_status);

}  // namespace couplet::bench
