// SPDX-License-Identifier: Apache-2.0
// A running server with the handlers a test gives it.
#pragma once
#include <functional>
#include <string>

#include "base/clock.hpp"
#include "http/server.hpp"

namespace couplet::http::testing {

class TestServer {
 public:
  /// Starts at once on 127.0.0.1 and any free port, with `threads` I/O threads. `clock` outlives it.
  TestServer(const std::function<void(Router&)>& add_routes, ListenOptions options = {},
             std::size_t threads = 1, const Clock* clock = nullptr, Observer observer = {});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  [[nodiscard]] std::string url(std::string_view path) const;
  Server& server() { return server_; }
  Runtime& runtime() { return runtime_; }

 private:
  SystemClock system_clock_;
  SystemRandom random_;
  Router router_;
  Runtime runtime_;
  Server server_;
};

}  // namespace couplet::http::testing
