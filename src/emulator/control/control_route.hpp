// SPDX-License-Identifier: Apache-2.0
// What all parts of /_emulator/api have in common: who may call, and how they answer.
#pragma once
#include <functional>
#include <string_view>

#include "base/json.hpp"
#include "base/task.hpp"
#include "http/router.hpp"

namespace couplet::emulator {

using ControlAction = std::function<http::Response(const http::Request&)>;
using SlowControlAction = std::function<Task<http::Response>(const http::Request&)>;

/// Effects: calls that change something are refused with 403 when they come from another site's page
void add_control_route(http::Router& router, std::string_view method, std::string_view pattern,
                       ControlAction action);
void add_control_route(http::Router& router, std::string_view method, std::string_view pattern,
                       SlowControlAction action);

[[nodiscard]] http::Response control_answer(const json::value& body);
/// {"message": …}
[[nodiscard]] http::Response control_refusal(int status, std::string_view message);

}  // namespace couplet::emulator
