// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/control_refresh.hpp"

#include <algorithm>
#include <array>

#include "base/concurrently.hpp"

namespace couplet::emulator {

namespace {

constexpr std::size_t kMostUsers = 1000;
constexpr std::size_t kUsersAtOnce = 32;

struct RefreshOrder {
  std::vector<std::string> users;
  std::string skill_id;
  RefreshManner manner;
};

std::vector<std::string> users_of(const json::object& body) {
  std::vector<std::string> users;
  if (const auto user = find_string(body, "user")) users.emplace_back(*user);
  if (const json::array* several = find_array(body, "users"))
    for (const json::value& entry : *several)
      if (const auto* text = entry.if_string()) users.emplace_back(*text);
  return users;
}

Result<RefreshOrder, std::string> read_order(const json::object& body) {
  constexpr std::array<std::string_view, 5> kMembers{"user", "users", "skill_id", "mode", "count"};
  for (const auto& member : body)
    if (std::ranges::find(kMembers, std::string_view(member.key())) == kMembers.end())
      return std::unexpected("a refresh takes user or users, skill_id, mode and count");
  const auto manner = manner_from_json(body);
  if (!manner) return std::unexpected(manner.error());
  RefreshOrder order{users_of(body), std::string(find_string(body, "skill_id").value_or("")), *manner};
  if (order.users.empty() || order.users.size() > kMostUsers ||
      body.contains("user") == body.contains("users"))
    return std::unexpected("give user, or users: an array of 1 to 1000 account ids");
  return order;
}

}  // namespace

void ControlRefresh::add_routes(http::Router& router) {
  constexpr std::string_view kPath = "/_emulator/api/refresh";
  add_control_route(router, "GET", kPath, [this](const http::Request&) { return show(); });
  add_control_route(router, "PUT", kPath, [this](const http::Request& request) { return set_plan(request); });
  add_control_route(router, "POST", kPath, [this](const http::Request& request) { return refresh(request); });
}

http::Response ControlRefresh::show() const {
  const RefreshCounts& counts = world_.refresh_counts;
  const auto next = refresher_.next_due();
  json::object body = to_json(world_.refresh_plan);
  body["next_due"] = next ? json::value(to_iso8601(*next)) : json::value(nullptr);
  body["counts"] = json::object{{"refreshed", counts.refreshed},
                                {"answer_lost", counts.lost},
                                {"dropped", counts.dropped},
                                {"failed", counts.failed}};
  return control_answer(body);
}

http::Response ControlRefresh::set_plan(const http::Request& request) {
  const auto body = parse_json_object(request.body);
  if (!body) return control_refusal(400, "the body must be a JSON object");
  const auto plan = plan_from_json(*body, world_.refresh_plan);
  if (!plan) return control_refusal(400, plan.error());
  world_.refresh_plan = *plan;
  return show();
}

Task<http::Response> ControlRefresh::refresh(const http::Request& request) {
  const auto body = parse_json_object(request.body);
  if (!body) co_return control_refusal(400, "the body must be a JSON object");
  const auto order = read_order(*body);
  if (!order) co_return control_refusal(400, order.error());
  if (!world_.directory.find_skill(order->skill_id)) co_return control_refusal(404, "no skill has this id");
  for (const std::string& user : order->users)
    if (!world_.directory.find_user(user))
      co_return control_refusal(404, "no Amazon account has the id " + user);
  std::vector<std::vector<RefreshOutcome>> outcomes(order->users.size());
  auto one = [&](std::size_t index) -> Task<void> {
    outcomes[index] = co_await refresher_.refresh(order->users[index], order->skill_id, order->manner);
  };
  co_await run_concurrently(order->users.size(), kUsersAtOnce, one);
  json::array shown;
  for (const auto& of_user : outcomes)
    for (const RefreshOutcome& outcome : of_user) shown.push_back(to_json(outcome));
  co_return control_answer(json::object{{"outcomes", std::move(shown)}});
}

}  // namespace couplet::emulator
