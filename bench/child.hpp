// SPDX-License-Identifier: Apache-2.0
// Programs under test, as processes of their own: their CPU time is theirs alone.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace couplet::bench {

/// Runs to its end; what it printed. Throws std::runtime_error when it fails.
[[nodiscard]] std::string output_of(const std::vector<std::string>& command);

/// A server that prints "listening NAME http://ADDRESS:PORT" and "ready". Stopped by the destructor.
class ServerProcess {
 public:
  /// Its log lines are appended to `log_file`: writing them is part of its work.
  ServerProcess(const std::vector<std::string>& command, const std::string& log_file);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// Of a listener, in the order in which they were printed.
  [[nodiscard]] std::uint16_t port(std::size_t listener = 0) const { return ports_.at(listener); }
  /// User and system time of all its threads so far.
  [[nodiscard]] std::chrono::nanoseconds cpu_time() const;
  [[nodiscard]] std::size_t resident_bytes() const;

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::vector<std::uint16_t> ports_;
};

}  // namespace couplet::bench
