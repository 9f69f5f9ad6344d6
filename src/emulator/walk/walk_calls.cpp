// SPDX-License-Identifier: Apache-2.0
#include "emulator/walk/walk_calls.hpp"

#include <algorithm>
#include <utility>

namespace couplet::emulator {

namespace {

std::string_view header_of(const http::Headers& headers, std::string_view name) {
  const auto found =
      std::ranges::find(headers, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

ShownFields received(const http::IncomingResponse& response) {
  const std::string_view location = response.header("location");
  if (location.empty()) return shown_body(response.header("content-type"), response.body);
  const std::size_t question = std::min(location.find('?'), location.size());
  ShownFields fields{{"location", std::string(location.substr(0, question))}};
  const ShownFields query = shown_form(location.substr(std::min(question + 1, location.size())));
  fields.insert(fields.end(), query.begin(), query.end());
  return fields;
}

}  // namespace

std::string_view WalkAnswer::header(std::string_view lower_case_name) const {
  return header_of(headers, lower_case_name);
}

json::object WalkAnswer::json_body() const {
  auto parsed = parse_json_object(body);
  return parsed ? std::move(*parsed) : json::object{};
}

std::string answered(const WalkAnswer& answer) {
  if (answer.status == 0) return "no answer (" + answer.failure + ")";
  const json::object body = answer.json_body();
  std::string text = "answered " + std::to_string(answer.status);
  for (const char* member : {"code", "step", "detail", "message", "title"})
    if (const auto value = find_string(body, member))
      text += std::string(", ") + member + " " + std::string(*value);
  return text;
}

Task<WalkAnswer> WalkCalls::send(std::string who, http::OutgoingRequest request) {
  WalkAnswer answer;
  answer.line.who = std::move(who);
  answer.line.method = request.method;
  const std::size_t question = request.url.find('?');
  answer.line.url = request.url.substr(0, question);
  if (question != std::string::npos)
    answer.line.sent = shown_form(std::string_view(request.url).substr(question + 1));
  const std::string_view authorization = header_of(request.headers, "Authorization");
  if (!authorization.empty())
    answer.line.sent.emplace_back("Authorization", masked_authorization(authorization));
  const ShownFields sent = shown_body(header_of(request.headers, "Content-Type"), request.body);
  answer.line.sent.insert(answer.line.sent.end(), sent.begin(), sent.end());
  auto response = co_await client_.send(std::move(request));
  if (!response) {
    answer.line.elapsed = response.error().elapsed;
    answer.failure =
        std::string(http::transport_error_text(response.error().kind)) + ": " + response.error().log_detail;
    co_return answer;
  }
  answer.line.status = answer.status = response->status;
  answer.line.elapsed = response->elapsed;
  answer.line.received = received(*response);
  answer.body = std::move(response->body);
  answer.headers = std::move(response->headers);
  co_return answer;
}

Task<WalkAnswer> WalkCalls::get(std::string who, std::string url) {
  http::OutgoingRequest request;
  request.url = std::move(url);
  request.response_limit_bytes = 4 * 1024 * 1024;
  return send(std::move(who), std::move(request));
}

Task<WalkAnswer> WalkCalls::post_json(std::string who, std::string url, json::object body,
                                      http::Headers headers) {
  http::OutgoingRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers = std::move(headers);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = json::serialize(body);
  request.deadlines.total = request.deadlines.first_byte = std::chrono::seconds(30);
  return send(std::move(who), std::move(request));
}

Task<WalkAnswer> WalkCalls::post_form(std::string who, std::string url, std::string form) {
  http::OutgoingRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  request.body = std::move(form);
  return send(std::move(who), std::move(request));
}

}  // namespace couplet::emulator
