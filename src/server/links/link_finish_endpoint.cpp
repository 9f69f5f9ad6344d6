// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_finish_endpoint.hpp"

#include "base/json.hpp"
#include "server/common/problem.hpp"
#include "server/links/link_outcome.hpp"
#include "server/links/returned_link.hpp"

namespace couplet::server {
namespace {

std::optional<std::string_view> non_empty(const json::object& body, std::string_view name) {
  const auto text = find_string(body, name);
  return text && !text->empty() ? text : std::nullopt;
}

}  // namespace

LinkFinishEndpoint::LinkFinishEndpoint(const Config& config, const CallerAuthentication& callers,
                                       LinkEngine& engine, const Clock& clock, Metrics& metrics)
    : config_(config), callers_(callers), engine_(engine), clock_(clock), metrics_(metrics) {}

Task<http::Response> LinkFinishEndpoint::handle(const http::Request& request) {
  const auto caller = callers_.authenticate(request);
  if (!caller) co_return caller.error();
  const auto target = callers_.find_target(*caller, request);
  if (!target) co_return target.error();
  const auto body = parse_json_object(request.body);
  if (!body)
    co_return request_problem(
        {400, "invalid_request", "the body must be one JSON object without repeated members"});

  const Skill& skill = *target->skill;
  const ReturnedParameters parameters{non_empty(*body, "code"), non_empty(*body, "error"),
                                      non_empty(*body, "error_description"), non_empty(*body, "state")};
  Returned returned = read_returned(parameters, skill, *config_.keys, clock_.now());
  const auto* const error = std::get_if<ReturnedError>(&returned);
  const auto* const started =
      error ? (error->started ? &*error->started : nullptr) : &std::get<ReturnedCode>(returned).started;
  const alexa::Reader reader =
      alexa::reader_of(skill, started ? started->locale : "", request.headers.get("accept-language"));
  if (started && started->user != target->user) {
    const alexa::LinkErrorRow& row = alexa::find_link_error(alexa::LinkStep::authorization, "user_mismatch");
    log_refusal(request, skill, row, started);
    metrics_.link_failed(skill.name, row);
    co_return link_problem(row, reader, std::nullopt);
  }
  if (error) {
    log_refusal(request, skill, *error->row, started);
    metrics_.link_failed(skill.name, *error->row);
    if (started) co_await engine_.record_refusal(*started, *error->row);
    co_return link_problem(*error->row, reader, started ? std::optional(started->attempt_id) : std::nullopt);
  }
  auto& answer = std::get<ReturnedCode>(returned);
  const AttemptId attempt_id = answer.started.attempt_id;
  auto attempt = co_await engine_.finish(skill, std::move(answer.started), std::move(answer.code));
  co_return link_outcome(attempt, attempt_id, reader);
}

}  // namespace couplet::server
