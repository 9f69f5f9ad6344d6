// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/control_directives.hpp"

#include <utility>

#include "emulator/alexa/directive.hpp"
#include "emulator/calls/same_site.hpp"
#include "emulator/control/control_api.hpp"

namespace couplet::emulator {

void ControlDirectives::add_routes(http::Router& router) {
  router.add("POST", "/_emulator/api/directives",
             [this](const http::Request& request) { return send(request); });
}

Task<http::Response> ControlDirectives::send(const http::Request& request) {
  if (is_from_another_site(request)) co_return control_refusal(403, "this came from another site's page");
  const auto body = parse_json_object(request.body);
  if (!body) co_return control_refusal(400, "the body must be a JSON object");
  DirectiveRequest wanted;
  wanted.user_id = find_string(*body, "user").value_or("");
  wanted.skill_id = find_string(*body, "skill_id").value_or("");
  wanted.directive_namespace = find_string(*body, "namespace").value_or("");
  wanted.name = find_string(*body, "name").value_or("");
  wanted.endpoint_id = find_string(*body, "endpoint_id").value_or("");
  if (const json::object* payload = find_object(*body, "payload")) wanted.payload = *payload;
  if (wanted.directive_namespace.empty() || wanted.name.empty())
    co_return control_refusal(400, R"(give "namespace" and "name", as in Alexa.Discovery and Discover)");
  if (is_accept_grant(wanted.directive_namespace, wanted.name)) {
    const auto granted = co_await smart_home_.grant_again(wanted.user_id, wanted.skill_id);
    if (!granted) co_return control_refusal(502, granted.error());
    co_return control_answer(json::object{{"name", "AcceptGrant.Response"}});
  }
  const bool needs_device = !is_discovery(wanted.directive_namespace, wanted.name);
  if (needs_device && wanted.endpoint_id.empty())
    co_return control_refusal(400, R"(give "endpoint_id": the device that the directive is for)");
  const auto answer = co_await smart_home_.send(std::move(wanted));
  if (!answer) co_return control_refusal(502, answer.error());
  co_return control_answer(json::object{{"status", answer->status},
                                        {"name", answer->name},
                                        {"error_type", answer->error_type},
                                        {"unlinked", answer->unlinked},
                                        {"response", answer->response}});
}

}  // namespace couplet::emulator
