// SPDX-License-Identifier: Apache-2.0
#include "emulator/outgoing_calls.hpp"

#include <algorithm>
#include <utility>

#include "emulator/wait.hpp"

namespace couplet::emulator {

namespace {

struct UrlParts {
  std::string host;  // with the port, as the Host header has it
  std::string path;
  std::string query;
};

UrlParts parts_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view rest = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  const std::size_t host_end = std::min(rest.find_first_of("/?"), rest.size());
  UrlParts parts{std::string(rest.substr(0, host_end)), "/", ""};
  rest.remove_prefix(host_end);
  const std::size_t question = std::min(rest.find('?'), rest.size());
  if (question > 0) parts.path = std::string(rest.substr(0, question));
  parts.query = std::string(rest.substr(std::min(question + 1, rest.size())));
  return parts;
}

std::string_view header_of(const http::Headers& headers, std::string_view name) {
  const auto found =
      std::ranges::find(headers, name, [](const auto& pair) { return std::string_view(pair.first); });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

ShownFields shown_request(const http::OutgoingRequest& request, const UrlParts& parts) {
  ShownFields fields = shown_form(parts.query);
  const std::string_view authorization = header_of(request.headers, "Authorization");
  if (!authorization.empty()) fields.emplace_back("Authorization", masked_authorization(authorization));
  const ShownFields body = shown_body(header_of(request.headers, "Content-Type"), request.body);
  fields.insert(fields.end(), body.begin(), body.end());
  return fields;
}

http::TransportError reset_error(bool maybe_sent) {
  return {http::TransportError::Kind::reset, maybe_sent, milliseconds{0}, "a fault was ordered"};
}

}  // namespace

Task<Result<http::IncomingResponse, http::TransportError>> OutgoingCalls::send(http::OutgoingRequest request,
                                                                               std::string note) {
  const UrlParts parts = parts_of(request.url);
  const std::string method = request.method;
  JournalEntry entry;
  entry.direction = Direction::out;
  entry.method = method;
  entry.host = parts.host;
  entry.path = parts.path;
  entry.request = shown_request(request, parts);
  entry.note = note;
  const std::uint64_t seq = journal_.begin(std::move(entry));
  const auto began = clock_.monotonic();
  auto answer = co_await send_with_faults(std::move(request),
                                          CallFacts{Direction::out, method, parts.host, parts.path});
  JournalOutcome outcome;
  outcome.elapsed = std::chrono::duration_cast<milliseconds>(clock_.monotonic() - began);
  outcome.note = std::move(note);
  if (answer) {
    outcome.status = answer->status;
    outcome.response = shown_body(answer->header("content-type"), answer->body);
  } else {
    outcome.note +=
        (outcome.note.empty() ? "" : "; ") + std::string(http::transport_error_text(answer.error().kind));
  }
  journal_.finish(seq, std::move(outcome));
  co_return answer;
}

Task<Result<http::IncomingResponse, http::TransportError>> OutgoingCalls::send_with_faults(
    http::OutgoingRequest request, CallFacts facts) {
  const auto fault = faults_.take(facts);
  if (!fault) co_return co_await client_.send(std::move(request));
  co_await wait_for(fault->delay);
  if (fault->reset == ResetPoint::before) co_return std::unexpected(reset_error(false));
  if (fault->status)
    co_return http::IncomingResponse{
        *fault->status, {{"content-type", "application/json"}}, fault->body, milliseconds{0}};
  auto answer = co_await client_.send(std::move(request));
  if (answer && fault->reset == ResetPoint::after) co_return std::unexpected(reset_error(true));
  co_return answer;
}

}  // namespace couplet::emulator
