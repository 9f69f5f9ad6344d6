// SPDX-License-Identifier: Apache-2.0
#include "server/common/problem.hpp"

#include "base/json.hpp"
#include "domain/reference_code.hpp"
#include "server/common/json_shapes.hpp"

namespace couplet::server {
namespace {

http::Response problem_response(int status, json::object body) {
  http::Response response = http::json_response(status, json::serialize(body));
  for (auto& [name, value] : response.headers)
    if (name == "Content-Type") value = "application/problem+json";
  response.header("Cache-Control", "no-store");
  if (status == 503) response.header("Retry-After", "5");
  return response;
}

json::value text_or_null(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

}  // namespace

http::Response link_problem(const alexa::LinkErrorRow& row, const alexa::Reader& reader,
                            std::optional<AttemptId> trace_id,
                            const std::optional<alexa::ManageUrls>& manage_urls) {
  const std::string_view step = enum_text(alexa::kLinkSteps, row.step);
  json::object body{
      {"type", "urn:couplet:problem:" + std::string(step) + ":" + std::string(row.code)},
      {"title", row.cause},
      {"status", row.http_status},
      {"detail", row.advice},
      {"code", row.code},
      {"step", step},
      {"user_message", text_or_null(alexa::user_message(row, reader))},
      {"retryable", row.retry == alexa::Retry::with_new_attempt},
      {"trace_id", trace_id ? json::value(trace_id->text()) : json::value(nullptr)},
      {"reference", trace_id ? json::value(ReferenceCode::of(*trace_id).text()) : json::value(nullptr)}};
  if (manage_urls) body["manage_urls"] = to_json(*manage_urls);
  return problem_response(row.http_status, std::move(body));
}

http::Response request_problem(const RequestProblem& problem) {
  return problem_response(
      problem.status,
      {{"type", "urn:couplet:problem:request:" + std::string(problem.code)},
       {"title", problem.code},
       {"status", problem.status},
       {"detail", problem.detail},
       {"code", problem.code},
       {"step", nullptr},
       {"user_message", problem.user_message.empty()
                            ? alexa::text(alexa::TextKey::problem, alexa::reader_of(std::nullopt))
                            : problem.user_message},
       {"retryable", problem.retryable},
       {"trace_id", nullptr},
       {"reference", nullptr}});
}

http::Response store_unavailable() { return store_unavailable(alexa::reader_of(std::nullopt)); }

http::Response store_unavailable(const alexa::Reader& reader) {
  return request_problem({503, "temporarily_unavailable",
                          "the store cannot answer now; nothing was lost, ask again", true,
                          alexa::text(alexa::TextKey::momentary, reader)});
}

}  // namespace couplet::server
