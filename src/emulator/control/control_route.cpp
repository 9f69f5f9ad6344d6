// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/control_route.hpp"

#include <utility>

#include "emulator/calls/same_site.hpp"

namespace couplet::emulator {

namespace {

bool may_not_call(const http::Request& request) {
  return request.method != "GET" && is_from_another_site(request);
}

http::Response not_from_here() { return control_refusal(403, "this came from another site's page"); }

Task<http::Response> run(const ControlAction& action, const http::Request& request) {
  co_return may_not_call(request) ? not_from_here() : action(request);
}

Task<http::Response> run_slow(const SlowControlAction& action, const http::Request& request) {
  if (may_not_call(request)) co_return not_from_here();
  co_return co_await action(request);
}

}  // namespace

void add_control_route(http::Router& router, std::string_view method, std::string_view pattern,
                       ControlAction action) {
  router.add(method, pattern,
             [action = std::move(action)](const http::Request& request) { return run(action, request); });
}

void add_control_route(http::Router& router, std::string_view method, std::string_view pattern,
                       SlowControlAction action) {
  router.add(method, pattern, [action = std::move(action)](const http::Request& request) {
    return run_slow(action, request);
  });
}

http::Response control_answer(const json::value& body) {
  return http::json_response(200, json::serialize(body)).header("Cache-Control", "no-store");
}

http::Response control_refusal(int status, std::string_view message) {
  return http::json_response(status, json::serialize(json::object{{"message", message}}));
}

}  // namespace couplet::emulator
