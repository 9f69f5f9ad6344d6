// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/control_scenarios.hpp"

#include <utility>

#include "emulator/scenario/scenario_player.hpp"

namespace couplet::emulator {

namespace {

constexpr const char* kOwnUrl = "http://this.emulator";  // never leaves the process

struct ScenarioOrder {
  std::string text;
  ScenarioVariables variables;
};

Result<ScenarioOrder, std::string> read_order(const http::Request& request) {
  if (request.headers.get("Content-Type").value_or("").starts_with("text/plain"))
    return ScenarioOrder{std::string(request.body), {}};
  const auto body = parse_json_object(request.body);
  const auto text = body ? find_string(*body, "text") : std::nullopt;
  if (!text) return std::unexpected(R"(send the scenario as text/plain, or {"text": "…", "variables": {…}})");
  ScenarioOrder order{std::string(*text), {}};
  const json::object* variables = find_object(*body, "variables");
  for (const auto& [name, value] : variables ? *variables : json::object{}) {
    if (!value.is_string()) return std::unexpected("variables." + std::string(name) + " must be a string");
    order.variables[std::string(name)] = std::string(value.get_string());
  }
  return order;
}

http::Response refused(const ScenarioFault& fault) {
  const json::object body{
      {"message", fault_text("scenario", fault)}, {"line", fault.line}, {"column", fault.column}};
  return http::json_response(400, json::serialize(body));
}

}  // namespace

ControlScenarios::ControlScenarios(const http::Router& browser_router, http::Client& provider,
                                   const Clock& clock)
    : client_(kOwnUrl, browser_router, provider), clock_(clock) {}

void ControlScenarios::add_routes(http::Router& router) {
  add_control_route(router, "POST", "/_emulator/api/scenarios",
                    [this](const http::Request& request) { return play(request); });
}

Task<http::Response> ControlScenarios::play(const http::Request& request) {
  const auto order = read_order(request);
  if (!order) co_return control_refusal(400, order.error());
  auto scenario = read_scenario(order->text, order->variables);
  if (!scenario) co_return refused(scenario.error());
  const std::string title = scenario->title;
  ScenarioPlayer player(std::move(*scenario), kOwnUrl, client_, clock_);
  json::array steps;
  bool passed = true;
  for (const PlayedStep& step : co_await player.play()) {
    passed = step.problem.empty();
    steps.push_back(to_json(step));
  }
  co_return control_answer(json::object{{"title", title}, {"passed", passed}, {"steps", std::move(steps)}});
}

}  // namespace couplet::emulator
