// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/outgoing_calls.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "emulator/calls/wait.hpp"

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

http::TransportError fault_error(http::TransportError::Kind kind, bool maybe_sent) {
  return {kind, maybe_sent, milliseconds{0}, "a fault was ordered"};
}

http::IncomingResponse as_incoming(const http::Response& response) {
  http::IncomingResponse incoming{response.status, {}, response.body, milliseconds{0}};
  for (const auto& [name, value] : response.headers) incoming.headers.emplace_back(ascii_lower(name), value);
  return incoming;
}

/// How long the body takes to drip in.
milliseconds drip_time(std::size_t bytes, std::size_t bytes_per_second) {
  if (bytes_per_second == 0) return milliseconds{0};
  return milliseconds(static_cast<std::int64_t>(bytes * 1000 / bytes_per_second));
}

}  // namespace

Task<Result<http::IncomingResponse, http::TransportError>> OutgoingCalls::send(http::OutgoingRequest request,
                                                                               std::string note,
                                                                               CallSubject subject) {
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
  auto answer = co_await send_with_faults(
      std::move(request),
      CallFacts{Direction::out, method, parts.host, parts.path, subject.user, subject.skill_id});
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

Task<OutgoingCalls::Answer> OutgoingCalls::send_with_faults(http::OutgoingRequest request, CallFacts facts) {
  const auto fault = faults_.take(facts);
  if (!fault) co_return co_await client_.send(std::move(request));
  co_return co_await send_under(*fault, std::move(request));
}

Task<OutgoingCalls::Answer> OutgoingCalls::send_under(FaultAction fault, http::OutgoingRequest request) {
  using Kind = http::TransportError::Kind;
  const milliseconds patience = request.deadlines.total;
  const std::size_t limit = request.response_limit_bytes;
  co_await wait_for(std::min(fault.delay, patience));
  if (fault.delay >= patience) co_return std::unexpected(fault_error(Kind::timeout, false));
  if (fault.reset == ResetPoint::before) co_return std::unexpected(fault_error(Kind::reset, false));
  const auto instead = answer_instead(fault);
  Answer answer = instead ? Answer(as_incoming(*instead)) : co_await client_.send(std::move(request));
  if (!answer) co_return answer;
  if (fault.reset == ResetPoint::after) co_return std::unexpected(fault_error(Kind::reset, true));
  answer->body = spoiled(std::move(answer->body), fault);
  if (answer->body.size() > limit) co_return std::unexpected(fault_error(Kind::too_large, true));
  const milliseconds dripping = drip_time(answer->body.size(), fault.drip);
  co_await wait_for(std::min(dripping, patience));
  if (dripping >= patience) co_return std::unexpected(fault_error(Kind::timeout, true));
  co_return answer;
}

}  // namespace couplet::emulator
