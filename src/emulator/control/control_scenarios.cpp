// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/control_scenarios.hpp"

#include <utility>

namespace couplet::emulator {

namespace {

http::Response refused(const ScenarioFault& fault) {
  const json::object body{
      {"message", fault_text("scenario", fault)}, {"line", fault.line}, {"column", fault.column}};
  return http::json_response(400, json::serialize(body));
}

}  // namespace

void ControlScenarios::add_routes(http::Router& router) {
  add_control_route(router, "GET", "/_emulator/api/scenarios",
                    [this](const http::Request&) { return list(); });
  add_control_route(router, "POST", "/_emulator/api/scenarios",
                    [this](const http::Request& request) { return play(request); });
}

http::Response ControlScenarios::list() const {
  json::array scenarios;
  for (const KnownScenario& known : stage_.library().scenarios)
    scenarios.push_back(json::object{{"name", known.name}, {"title", known.title}});
  return control_answer(json::object{{"scenarios", std::move(scenarios)}});
}

Result<ControlScenarios::Order, std::string> ControlScenarios::read_order(
    const http::Request& request) const {
  if (request.headers.get("Content-Type").value_or("").starts_with("text/plain"))
    return Order{std::string(request.body), {}};
  const auto body = parse_json_object(request.body);
  const auto text = body ? find_string(*body, "text") : std::nullopt;
  const auto name = body ? find_string(*body, "name") : std::nullopt;
  const KnownScenario* known = name ? stage_.library().find(*name) : nullptr;
  if (name && !known) return std::unexpected("there is no scenario of this name; GET lists them");
  if (text.has_value() == (known != nullptr))
    return std::unexpected(
        R"(send the scenario as text/plain, or {"text": "…", "variables": {…}}, or its "name" in place of the text)");
  Order order{known ? known->text : std::string(*text), {}};
  const json::object* variables = find_object(*body, "variables");
  for (const auto& [variable, value] : variables ? *variables : json::object{}) {
    if (!value.is_string())
      return std::unexpected("variables." + std::string(variable) + " must be a string");
    order.variables[std::string(variable)] = std::string(value.get_string());
  }
  return order;
}

Task<http::Response> ControlScenarios::play(const http::Request& request) {
  auto order = read_order(request);
  if (!order) co_return control_refusal(400, order.error());
  const auto report = co_await stage_.play(std::move(order->text), std::move(order->variables));
  if (!report) co_return refused(report.error());
  json::array steps;
  for (const PlayedStep& step : report->steps) steps.push_back(to_json(step));
  co_return control_answer(
      json::object{{"title", report->title}, {"passed", report->passed()}, {"steps", std::move(steps)}});
}

}  // namespace couplet::emulator
