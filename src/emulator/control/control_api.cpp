// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/control_api.hpp"

#include <charconv>

#include "base/form.hpp"
#include "emulator/calls/same_site.hpp"
#include "emulator/control/event_json.hpp"

namespace couplet::emulator {

namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void ControlApi::add(http::Router& router, std::string_view method, std::string_view pattern, Action action) {
  router.add(method, pattern, [this, action](const http::Request& request) { return run(action, request); });
}

Task<http::Response> ControlApi::run(Action action, const http::Request& request) {
  if (request.method != "GET" && is_from_another_site(request))
    co_return control_refusal(403, "this came from another site's page");
  co_return (this->*action)(request);
}

void ControlApi::add_routes(http::Router& router) {
  add(router, "GET", "/_emulator/api", &ControlApi::index);
  add(router, "GET", "/_emulator/api/journal", &ControlApi::journal);
  add(router, "GET", "/_emulator/api/faults", &ControlApi::list_faults);
  add(router, "POST", "/_emulator/api/faults", &ControlApi::add_fault);
  add(router, "DELETE", "/_emulator/api/faults", &ControlApi::clear_faults);
  add(router, "DELETE", "/_emulator/api/faults/{fault}", &ControlApi::remove_fault);
  add(router, "GET", "/_emulator/api/switches", &ControlApi::show_switches);
  add(router, "GET", "/_emulator/api/switches/table", &ControlApi::show_switch_table);
  add(router, "PUT", "/_emulator/api/switches", &ControlApi::put_switches);
  add(router, "POST", "/_emulator/api/reset", &ControlApi::reset);
  add_directory_routes(router);
  router.add("POST", "/_emulator/api/voice", [this](const http::Request& request) { return say(request); });
}

http::Response ControlApi::index(const http::Request&) {
  json::object calls;
  calls["journal"] = "GET /_emulator/api/journal?since=N";
  calls["faults"] = "GET, POST, DELETE /_emulator/api/faults; DELETE /_emulator/api/faults/{id}";
  calls["users"] = "GET /_emulator/api/users; PUT /_emulator/api/users/{id}";
  calls["links"] = "GET /_emulator/api/users/{id}/links; DELETE /_emulator/api/users/{id}/links/{skill_id}";
  calls["alexa-link"] = "POST /_emulator/api/alexa-link";
  calls["skills"] = "GET /_emulator/api/skills; GET, PUT /_emulator/api/skills/{skill_id}";
  calls["voice"] = "POST /_emulator/api/voice";
  calls["events"] =
      "GET, POST, DELETE /_emulator/api/events; PUT /_emulator/api/events/mode; POST "
      "/_emulator/api/events/deliver; "
      "DELETE /_emulator/api/events/{id}; POST /_emulator/api/events/{id}/deliver";
  calls["directives"] = "POST /_emulator/api/directives";
  calls["signing"] =
      "GET /_emulator/api/wrong-ways; GET /_emulator/api/signing; POST /_emulator/api/signing/rotate";
  calls["clock"] = "GET, PUT /_emulator/api/clock; POST /_emulator/api/clock/advance";
  calls["refresh"] = "GET, PUT, POST /_emulator/api/refresh";
  calls["snapshot"] = "GET, PUT /_emulator/api/snapshot";
  calls["scenarios"] = "GET, POST /_emulator/api/scenarios";
  calls["switches"] = "GET, PUT /_emulator/api/switches; GET /_emulator/api/switches/table";
  calls["reset"] = "POST /_emulator/api/reset";
  return control_answer(calls);
}

http::Response ControlApi::journal(const http::Request& request) {
  const auto query = FormParameters::parse(request.query);
  const auto since = query ? whole_number(query->get("since").value_or("0")) : std::nullopt;
  if (!since) return control_refusal(400, "since is a number: the last seq you have seen");
  json::array entries;
  for (const JournalEntry* entry : world_.journal.since(*since)) entries.push_back(to_json(*entry));
  return control_answer(
      json::object{{"last_seq", world_.journal.last_seq()}, {"entries", std::move(entries)}});
}

http::Response ControlApi::list_faults(const http::Request&) {
  json::array faults;
  for (const Fault& fault : world_.faults.faults()) faults.push_back(to_json(fault));
  return control_answer(json::object{{"faults", std::move(faults)}});
}

http::Response ControlApi::add_fault(const http::Request& request) {
  const auto body = parse_json_object(request.body);
  if (!body) return control_refusal(400, "the body must be a JSON object");
  auto fault = fault_from_json(*body);
  if (!fault) return control_refusal(400, fault.error());
  const std::uint64_t id = world_.faults.add(std::move(*fault));
  return http::json_response(201, json::serialize(json::object{{"id", id}}));
}

http::Response ControlApi::remove_fault(const http::Request& request) {
  const auto id = whole_number(request.path_parameter("fault"));
  if (!id || !world_.faults.remove(*id)) return control_refusal(404, "no fault has this id");
  return {204, {}, ""};
}

http::Response ControlApi::clear_faults(const http::Request&) {
  world_.faults.clear();
  return {204, {}, ""};
}

http::Response ControlApi::show_switches(const http::Request&) {
  return control_answer(to_json(world_.switches));
}

http::Response ControlApi::show_switch_table(const http::Request&) {
  return control_answer(json::object{{"switches", switch_table_json(world_.switches)}});
}

http::Response ControlApi::put_switches(const http::Request& request) {
  const auto body = parse_json_object(request.body);
  if (!body) return control_refusal(400, "the body must be a JSON object");
  const auto switches = switches_from_json(*body, world_.switches);
  if (!switches) return control_refusal(400, switches.error());
  world_.switches = *switches;
  return show_switches(request);
}

http::Response ControlApi::reset(const http::Request&) {
  world_.reset();
  return {204, {}, ""};
}

/// "Alexa, disable Ride Hailer".
http::Response ControlApi::disable_by_voice(const VoiceRequest& said) {
  const Skill* skill = world_.directory.find_skill(said.skill_id);
  if (!skill || !enablement_.disable_for(said.user_id, *skill))
    return control_refusal(404, "this account does not have this skill enabled");
  return control_answer(json::object{{"disabled", true}});
}

Task<http::Response> ControlApi::say(const http::Request& request) {
  if (is_from_another_site(request)) co_return control_refusal(403, "this came from another site's page");
  const auto body = parse_json_object(request.body);
  if (!body) co_return control_refusal(400, "the body must be a JSON object");
  VoiceRequest said;
  said.user_id = find_string(*body, "user").value_or("");
  said.skill_id = find_string(*body, "skill_id").value_or("");
  if (find_bool(*body, "disable").value_or(false)) co_return disable_by_voice(said);
  said.intent = find_string(*body, "intent").value_or("");
  if (said.intent.empty() != find_bool(*body, "launch").value_or(false))
    co_return control_refusal(
        400, R"(give one of "intent": "…", "launch": true and "disable": true, with user and skill_id)");
  if (const json::object* slots = find_object(*body, "slots")) said.slots = *slots;
  const auto wrong = wrong_way_from_json(*body);
  if (!wrong) co_return control_refusal(400, wrong.error());
  said.wrong = *wrong;
  const auto answer = co_await voice_.say(std::move(said));
  if (!answer) co_return control_refusal(502, answer.error());
  json::object result{{"status", answer->status}, {"linked", answer->linked}, {"speech", answer->speech}};
  result["card"] = answer->card.empty() ? json::value(nullptr) : json::value(answer->card);
  result["response"] = answer->response;
  co_return control_answer(result);
}

}  // namespace couplet::emulator
