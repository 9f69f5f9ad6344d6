// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/skill_route.hpp"

#include <utility>

namespace couplet::ride_hailer {
namespace {

Task<http::Response> answer(Skill& skill, const http::Request& request) {
  auto body = parse_json_object(request.body);
  if (!body) co_return http::text_response(400, "not a skill request");
  const auto answered = co_await skill.answer(std::move(*body));
  if (!answered) co_return http::text_response(400, "not a request for this skill");
  co_return http::json_response(200, json::serialize(*answered));
}

}  // namespace

void add_skill_route(http::Router& router, Skill& skill) {
  router.add("POST", "/alexa/skill",
             [&skill](const http::Request& request) { return answer(skill, request); });
}

}  // namespace couplet::ride_hailer
