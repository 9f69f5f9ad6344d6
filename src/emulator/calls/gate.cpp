// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/gate.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"
#include "emulator/calls/note.hpp"
#include "emulator/calls/wait.hpp"

namespace couplet::emulator {

namespace {

constexpr std::string_view kOwnPages = "/_emulator";  // for people and tests; not part of the Amazon side

std::string host_of(const http::Request& request) {
  const std::string host = ascii_lower(request.headers.get("Host").value_or(""));
  return host.substr(0, host.find(':'));
}

ShownFields shown_request(const http::Request& request) {
  ShownFields fields = shown_form(request.query);
  if (const auto authorization = request.headers.get("Authorization"))
    fields.emplace_back("Authorization", masked_authorization(*authorization));
  const ShownFields body = shown_body(request.headers.get("Content-Type").value_or(""), request.body);
  fields.insert(fields.end(), body.begin(), body.end());
  return fields;
}

std::string_view header_of(const http::Response& response, std::string_view name) {
  const auto found = std::ranges::find_if(response.headers,
                                          [&](const auto& pair) { return ascii_lower(pair.first) == name; });
  return found == response.headers.end() ? std::string_view() : std::string_view(found->second);
}

/// The body, or where a redirect leads.
ShownFields shown_response(const http::Response& response) {
  const std::string_view location = header_of(response, "location");
  if (location.empty()) return shown_body(header_of(response, "content-type"), response.body);
  const std::size_t question = std::min(location.find('?'), location.size());
  ShownFields fields{{"location", std::string(location.substr(0, question))}};
  const ShownFields query = shown_form(location.substr(std::min(question + 1, location.size())));
  fields.insert(fields.end(), query.begin(), query.end());
  return fields;
}

}  // namespace

Task<http::Response> Gate::pass(const http::Request& request) {
  const std::string host = host_of(request);
  const http::Router* router = router_of(host);
  if (router && request.path.starts_with(kOwnPages)) {
    http::Request own = request;
    co_return co_await router->dispatch(own);
  }
  JournalEntry entry;
  entry.method = request.method;
  entry.host = host;
  entry.path = request.path;
  entry.request = shown_request(request);
  const std::uint64_t seq = journal_.begin(std::move(entry));
  const auto began = clock_.monotonic();
  http::Response response =
      router ? co_await effect(request, CallFacts{Direction::in, request.method, host, request.path}, *router)
             : with_note(http::text_response(421, "The emulator does not stand in for this host."),
                         "unknown Host " + host);
  JournalOutcome outcome;
  if (response.status != http::kNoAnswer) outcome.status = response.status;
  outcome.elapsed = std::chrono::duration_cast<milliseconds>(clock_.monotonic() - began);
  outcome.response = shown_response(response);
  outcome.note = note_of(response);
  journal_.finish(seq, std::move(outcome));
  co_return response;
}

const http::Router* Gate::router_of(const std::string& host) const {
  const auto found = routers_.find(host);
  if (found != routers_.end()) return found->second;
  const bool is_address =
      !host.empty() && std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return is_address ? addresses_ : nullptr;
}

Task<http::Response> Gate::effect(http::Request request, CallFacts facts, const http::Router& router) {
  const CallSubject subject = faults_.asks_for_subjects() ? subject_of_(request) : CallSubject{};
  facts.user = subject.user;
  facts.skill_id = subject.skill_id;
  const auto fault = faults_.take(facts);
  if (!fault) co_return co_await router.dispatch(request);
  co_await wait_for(fault->delay);

  if (fault->reset == ResetPoint::before)
    co_return with_note(http::Response{http::kNoAnswer, {}, ""}, "fault: closed before the effect");
  if (auto instead = answer_instead(*fault))
    co_return with_note(spoil(std::move(*instead), *fault), "fault: answered instead of the effect");
  http::Response response = co_await router.dispatch(request);
  if (fault->reset == ResetPoint::after)
    co_return with_note(
        http::Response{http::kNoAnswer, {}, ""},
        "fault: closed after the effect, which had answered " + std::to_string(response.status));
  co_return spoil(std::move(response), *fault);
}

http::Response Gate::spoil(http::Response response, const FaultAction& action) {
  const std::string note = spoiling_note(action);
  if (note.empty()) return response;
  response.body = spoiled(std::move(response.body), action);
  response.bytes_per_second = action.drip;
  return with_note(std::move(response), "fault: " + note);
}

}  // namespace couplet::emulator
