// SPDX-License-Identifier: Apache-2.0
// For this folder's tests: Ride Hailer on a real port, a Couplet that answers what it is told, and a plain
// browser.
#pragma once
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/client.hpp"
#include "http/server.hpp"
#include "ride_hailer/service.hpp"

namespace couplet::ride_hailer {

/// One call that reached the fake Couplet.
struct SeenCall {
  std::string line;  // "POST /v1/skills/…"
  std::string authorization;
  std::string body;
};

/// Answers every path with what `answer` says. Thread: set between calls only.
class FakeCouplet {
 public:
  FakeCouplet(http::Runtime& runtime, const Clock& clock, Random& random) : server_({}, clock, random) {
    const auto handler = [this](const http::Request& request) { return handle(request); };
    for (const char* method : {"GET", "POST", "DELETE"}) router_.add(method, "/{path...}", handler);
    const auto started =
        server_.start(runtime.contexts(), std::vector<const http::Router*>(runtime.size(), &router_));
    if (!started) throw std::runtime_error(started.error().message);
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  void stop() { server_.stop(std::chrono::seconds{1}); }

  http::Response answer = http::json_response(200, "{}");
  std::vector<SeenCall> seen;

 private:
  Task<http::Response> handle(const http::Request& request) {
    seen.push_back({std::string(request.method) + " " + std::string(request.path),
                    std::string(request.headers.get("Authorization").value_or("")),
                    std::string(request.body)});
    co_return answer;
  }

  http::Router router_;
  http::Server server_;
};

/// One thread runs Couplet, Ride Hailer and the client.
struct CoupletFixture : testing::Test {
  SystemRandom random;
  FakeClock clock{from_unix_seconds(1'760'000'000)};
  SystemClock real_clock;
  http::Runtime runtime{1};
  http::CurlClient http_client{runtime.context(0),
                               {.ca_file = {}, .connect_to = {}, .allowed_hosts = {}, .allow_http = true}};
  FakeCouplet couplet{runtime, real_clock, random};

  void SetUp() override { runtime.start(); }
  void TearDown() override {
    couplet.stop();
    runtime.stop(std::chrono::seconds{2});
  }

  template <class T>
  T wait(Task<T> task) {
    return boost::asio::co_spawn(runtime.context(0), std::move(task), boost::asio::use_future).get();
  }
  [[nodiscard]] CoupletAccess access() const {
    return {couplet.url(), ApiKey{"cpk_test"}, "ride-hailer", "ride-hailer-api",
            IntrospectionSecret{"s3cret:+"}};
  }
  void couplet_says(int status, std::string body) {
    couplet.answer = http::json_response(status, std::move(body));
  }
};

}  // namespace couplet::ride_hailer
