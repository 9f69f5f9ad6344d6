// SPDX-License-Identifier: Apache-2.0
#include "http/testing/test_server.hpp"

#include <stdexcept>

namespace couplet::http::testing {

TestServer::TestServer(const std::function<void(Router&)>& add_routes, ListenOptions options,
                       std::size_t threads, const Clock* clock, Observer observer)
    : runtime_(threads), server_(std::move(options), clock ? *clock : system_clock_, random_) {
  add_routes(router_);
  const std::vector<const Router*> routers(threads, &router_);
  if (auto started = server_.start(runtime_.contexts(), routers, std::move(observer)); !started)
    throw std::runtime_error(started.error().message);
  runtime_.start();
}

TestServer::~TestServer() {
  server_.stop(std::chrono::milliseconds{0});
  runtime_.stop(std::chrono::seconds{5});
}

std::string TestServer::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port()) + std::string(path);
}

}  // namespace couplet::http::testing
