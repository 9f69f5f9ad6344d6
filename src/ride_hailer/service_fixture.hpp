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

#include "base/form.hpp"
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

// Ride Hailer and a browser that keeps one cookie and reads the CSRF token off the page.
struct RideHailerRoutes : CoupletFixture {
  Config config = make_config();
  Service service{config, http_client, clock, random};
  http::Server server{{}, real_clock, random};
  std::string cookie;

  Config make_config() {
    Config made;
    made.base_url = "http://127.0.0.1:8000";
    made.session_key = SessionKey{"0123456789abcdef0123456789abcdef"};
    made.couplet = access();
    made.skill_id = "amzn1.ask.skill.1";
    made.users = {{"user-alice", "Alice", "alice", Password{"wonderland"}},
                  {"user-bob", "Bob", "bob", Password{"wonderland"}}};
    return made;
  }
  void SetUp() override {
    const auto started = server.start(runtime.contexts(), {&service.router()});
    ASSERT_TRUE(started) << started.error().message;
    CoupletFixture::SetUp();
  }
  void TearDown() override {
    server.stop(std::chrono::seconds{1});
    CoupletFixture::TearDown();
  }

  http::IncomingResponse send(const std::string& method, const std::string& path, std::string body = {},
                              const std::string& type = "application/x-www-form-urlencoded") {
    http::OutgoingRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + path;
    request.body = std::move(body);
    if (!cookie.empty()) request.headers.emplace_back("Cookie", cookie);
    if (method == "POST") request.headers.emplace_back("Content-Type", type);
    auto answer = wait(http_client.send(std::move(request)));
    if (!answer) throw std::runtime_error(answer.error().log_detail);
    const std::string set_cookie{answer->header("set-cookie")};
    if (!set_cookie.empty()) cookie = set_cookie.substr(0, set_cookie.find(';'));
    return std::move(*answer);
  }
  http::IncomingResponse get(const std::string& path) { return send("GET", path); }
  http::IncomingResponse post(const std::string& path, std::string_view csrf,
                              const std::vector<std::pair<std::string, std::string>>& fields = {}) {
    FormWriter form;
    form.add("csrf_token", csrf);
    for (const auto& [name, value] : fields) form.add(name, value);
    return send("POST", path, form.text());
  }
  static std::string csrf_of(const http::IncomingResponse& page) {
    constexpr std::string_view kMark = R"(name="csrf_token" value=")";
    const auto at = page.body.find(kMark);
    if (at == std::string::npos) return {};
    return page.body.substr(at + kMark.size(), page.body.find('"', at + kMark.size()) - at - kMark.size());
  }
  std::string csrf() { return csrf_of(get("/alexa")); }
  http::IncomingResponse sign_in(const std::string& password = "wonderland") {
    return post("/sign-in", csrf_of(get("/sign-in")), {{"login", "alice"}, {"password", password}});
  }
};

}  // namespace couplet::ride_hailer
