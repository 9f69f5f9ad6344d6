// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/control_events.hpp"

#include <charconv>
#include <utility>

#include "emulator/calls/same_site.hpp"
#include "emulator/control/control_api.hpp"
#include "emulator/control/event_json.hpp"

namespace couplet::emulator {

namespace {

std::uint64_t id_of(const http::Request& request) {
  const std::string& text = request.path_parameter("event");
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size() ? id : 0;
}

http::Response no_such_event() { return control_refusal(404, "no event with this id is pending"); }

}  // namespace

void ControlEvents::add(http::Router& router, std::string_view method, std::string_view pattern,
                        Action action) {
  router.add(method, pattern,
             [this, action](const http::Request& request) { return (this->*action)(request); });
}

void ControlEvents::add_routes(http::Router& router) {
  add(router, "GET", "/_emulator/api/events", &ControlEvents::list);
  add(router, "POST", "/_emulator/api/events", &ControlEvents::send);
  add(router, "DELETE", "/_emulator/api/events", &ControlEvents::drop_all);
  add(router, "DELETE", "/_emulator/api/events/{event}", &ControlEvents::drop);
  add(router, "PUT", "/_emulator/api/events/mode", &ControlEvents::put_mode);
  add(router, "POST", "/_emulator/api/events/deliver", &ControlEvents::deliver_all);
  add(router, "POST", "/_emulator/api/events/{event}/deliver", &ControlEvents::deliver);
  add(router, "GET", "/_emulator/api/wrong-ways", &ControlEvents::list_wrong_ways);
  add(router, "GET", "/_emulator/api/signing", &ControlEvents::show_signing);
  add(router, "POST", "/_emulator/api/signing/rotate", &ControlEvents::rotate);
}

Task<http::Response> ControlEvents::list(const http::Request&) {
  json::array pending;
  for (const auto& [id, event] : queue_.pending()) pending.push_back(to_json(event));
  json::array finished;
  for (const FinishedEvent& event : queue_.finished()) finished.push_back(to_json(event));
  co_return control_answer(json::object{
      {"mode", to_json(queue_.mode)}, {"pending", std::move(pending)}, {"finished", std::move(finished)}});
}

Task<http::Response> ControlEvents::send(const http::Request& request) {
  if (is_from_another_site(request)) co_return control_refusal(403, "this came from another site's page");
  const auto body = parse_json_object(request.body);
  if (!body) co_return control_refusal(400, "the body must be a JSON object");
  const auto wish = event_wish_from_json(*body);
  if (!wish) co_return control_refusal(400, wish.error());
  const auto id = source_.queue(*wish);
  if (!id) co_return control_refusal(400, id.error());
  if (!find_bool(*body, "queue").value_or(false)) co_await delivery_.deliver(*id);
  co_return state_of(*id);
}

http::Response ControlEvents::state_of(std::uint64_t id) const {
  if (const FinishedEvent* finished = queue_.find_finished(id)) return control_answer(to_json(*finished));
  const auto pending = queue_.pending().find(id);
  if (pending == queue_.pending().end()) return no_such_event();
  json::object shown = to_json(pending->second);
  shown["outcome"] = nullptr;
  return control_answer(shown);
}

Task<http::Response> ControlEvents::drop_all(const http::Request& request) {
  if (is_from_another_site(request)) co_return control_refusal(403, "this came from another site's page");
  while (!queue_.pending().empty()) queue_.remove(queue_.pending().begin()->first);
  co_return http::Response{204, {}, ""};
}

Task<http::Response> ControlEvents::drop(const http::Request& request) {
  if (is_from_another_site(request)) co_return control_refusal(403, "this came from another site's page");
  co_return queue_.remove(id_of(request)) ? http::Response{204, {}, ""} : no_such_event();
}

Task<http::Response> ControlEvents::deliver_all(const http::Request& request) {
  if (is_from_another_site(request)) co_return control_refusal(403, "this came from another site's page");
  co_await delivery_.deliver_all();
  co_return co_await list(request);
}

Task<http::Response> ControlEvents::deliver(const http::Request& request) {
  if (is_from_another_site(request)) co_return control_refusal(403, "this came from another site's page");
  const std::uint64_t id = id_of(request);
  if (!co_await delivery_.deliver(id)) co_return no_such_event();
  co_return state_of(id);
}

Task<http::Response> ControlEvents::put_mode(const http::Request& request) {
  if (is_from_another_site(request)) co_return control_refusal(403, "this came from another site's page");
  const auto body = parse_json_object(request.body);
  if (!body) co_return control_refusal(400, "the body must be a JSON object");
  const auto mode = delivery_mode_from_json(*body, queue_.mode);
  if (!mode) co_return control_refusal(400, mode.error());
  queue_.mode = *mode;
  delivery_.wake();
  co_return control_answer(to_json(queue_.mode));
}

Task<http::Response> ControlEvents::list_wrong_ways(const http::Request&) {
  json::array ways;
  for (const WrongWay& way : wrong_ways()) ways.push_back(to_json(way));
  co_return control_answer(json::object{{"wrong_ways", std::move(ways)}});
}

Task<http::Response> ControlEvents::show_signing(const http::Request&) {
  const auto chain = certificates_.chain();
  co_return control_answer(
      json::object{{"chain_url", "https://s3.amazonaws.com/echo.api/" + chain->file_name()},
                   {"root", certificates_.root_pem()}});
}

Task<http::Response> ControlEvents::rotate(const http::Request& request) {
  if (is_from_another_site(request)) co_return control_refusal(403, "this came from another site's page");
  certificates_.rotate();
  co_return co_await show_signing(request);
}

}  // namespace couplet::emulator
