// SPDX-License-Identifier: Apache-2.0
#include "amazon/amazon_client.hpp"

#include <charconv>

#include "alexa/accept_grant.hpp"
#include "base/log.hpp"

namespace couplet::amazon {
namespace {

using alexa::AmazonFailure;
using alexa::AmazonTokens;
using alexa::Enablement;

AmazonFailure from_transport(const http::TransportError& error) {
  using Kind = http::TransportError::Kind;
  switch (error.kind) {
    case Kind::timeout: return {"timeout", 0, error.maybe_sent};
    case Kind::reset: return {"unavailable", 0, error.maybe_sent};
    case Kind::too_large:
    case Kind::malformed: return {"bad_answer", 0, error.maybe_sent};
    case Kind::refused_url:
    case Kind::refused_address:
    case Kind::resolve:
    case Kind::connect:
    case Kind::tls:
    case Kind::overloaded:
    case Kind::circuit_open: return {"unreachable", 0, error.maybe_sent};
  }
  return {"unreachable", 0, error.maybe_sent};
}

// In seconds; the form with a date is taken for none, as the RFC lets a client do.
std::optional<seconds> retry_after_of(const http::IncomingResponse& response) {
  const std::string_view text = response.header("retry-after");
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = !text.empty() && error == std::errc{} && end == text.data() + text.size();
  return is_number && value >= 0 ? std::optional(seconds{value}) : std::nullopt;
}

}  // namespace

/// What came back, and the hop that will report it once it has been understood.
struct AmazonClient::Answer {
  AmazonResult<http::IncomingResponse> response;
  Hop hop;

  /// Reads the answer with `read(status, body)` and hands the hop to the trace, with the cause where it
  /// failed.
  template <class T, class Read>
  AmazonResult<T> understand(const HopSink& trace, Read read) && {
    AmazonResult<T> result = std::unexpected(AmazonFailure{});
    if (response)
      result = read(response->status, std::string_view(response->body));
    else
      result = std::unexpected(response.error());
    if (!result) hop.cause = result.error().code;
    if (!result && response) result.error().retry_after = retry_after_of(*response);
    trace(std::move(hop));
    return result;
  }
};

AmazonClient::AmazonClient(http::Client& http, const Clock& clock, AmazonHosts hosts,
                           AmazonDeadlines deadlines)
    : http_(http), clock_(clock), hosts_(std::move(hosts)), deadlines_(deadlines) {}

http::OutgoingRequest AmazonClient::token_request(std::string body) const {
  http::OutgoingRequest request;
  request.method = "POST";
  request.url = hosts_.token_url;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"},
                     {"Accept", "application/json"}};
  request.body = std::move(body);
  request.deadlines = deadlines_.token;
  return request;
}

http::OutgoingRequest AmazonClient::api_request(std::string method, const std::string& host,
                                                const std::string& path,
                                                const alexa::AmazonAccessToken& token) const {
  http::OutgoingRequest request;
  request.method = std::move(method);
  request.url = "https://" + host + path;
  // Title case: a lower-case "bearer" is answered 400 (alexa-protocol 1.7).
  request.headers = {{"Authorization", "Bearer " + std::string(token.reveal())},
                     {"Accept", "application/json"}};
  request.deadlines = deadlines_.enablement;
  return request;
}

Task<AmazonClient::Answer> AmazonClient::call(std::string hop_name, http::OutgoingRequest request) {
  Hop hop{.at = clock_.now(), .name = std::move(hop_name), .status = 0, .elapsed = {}, .cause = {}};
  auto response = co_await http_.send(std::move(request));
  if (!response) {
    const http::TransportError& error = response.error();
    log::warn(
        "amazon.no_answer",
        {{"hop", hop.name}, {"kind", http::transport_error_text(error.kind)}, {"detail", error.log_detail}});
    hop.elapsed = error.elapsed;
    co_return Answer{std::unexpected(from_transport(error)), std::move(hop)};
  }
  hop.status = response->status;
  hop.elapsed = response->elapsed;
  co_return Answer{std::move(*response), std::move(hop)};
}

Task<AmazonResult<AmazonTokens>> AmazonClient::exchange_code(const Skill& skill, alexa::AmazonCode code,
                                                             std::string redirect_uri,
                                                             alexa::AmazonCodeVerifier verifier,
                                                             HopSink trace) {
  http::OutgoingRequest request =
      token_request(alexa::code_exchange_body(skill, code, redirect_uri, verifier));
  Answer answer = co_await call("lwa.token", std::move(request));
  co_return std::move(answer).understand<AmazonTokens>(trace, [this](int status, std::string_view body) {
    return alexa::read_token_answer(status, body, clock_.now());
  });
}

Task<AmazonResult<AmazonTokens>> AmazonClient::accept_grant(const Skill& skill, alexa::AmazonCode code,
                                                            HopSink trace) {
  http::OutgoingRequest request = token_request(alexa::accept_grant_body(skill, code));
  Answer answer = co_await call("lwa.accept_grant", std::move(request));
  co_return std::move(answer).understand<AmazonTokens>(trace, [this](int status, std::string_view body) {
    return alexa::read_token_answer(status, body, clock_.now());
  });
}

Task<AmazonResult<AmazonTokens>> AmazonClient::refresh(const Skill& skill, AmazonTokens tokens,
                                                       HopSink trace) {
  http::OutgoingRequest request = token_request(alexa::refresh_body(skill, tokens.refresh_token));
  Answer answer = co_await call("lwa.refresh", std::move(request));
  co_return std::move(answer).understand<AmazonTokens>(trace, [&](int status, std::string_view body) {
    return alexa::read_token_answer(status, body, clock_.now(), &tokens);
  });
}

Task<std::vector<std::string>> AmazonClient::find_api_hosts(alexa::AmazonAccessToken token, HopSink trace) {
  // Any regional host answers; the first is North America's, as the guide's samples ask.
  http::OutgoingRequest request = api_request("GET", hosts_.api_hosts.front(), "/v1/alexaApiEndpoint", token);
  Answer answer = co_await call("alexa.endpoint", std::move(request));
  auto found = std::move(answer).understand<std::vector<std::string>>(
      trace, [this](int status, std::string_view body) {
        return alexa::read_endpoint_answer(status, body, hosts_.api_hosts);
      });
  co_return found && !found->empty() ? std::move(*found) : hosts_.api_hosts;
}

Task<AmazonResult<Enablement>> AmazonClient::enable(const Skill& skill, std::string api_host,
                                                    alexa::AmazonAccessToken token,
                                                    std::string authorization_code, std::string redirect_uri,
                                                    HopSink trace) {
  http::OutgoingRequest request = api_request("POST", api_host, alexa::enablement_path(skill), token);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = alexa::enablement_body(skill, authorization_code, redirect_uri);
  Answer answer = co_await call("alexa.enable", std::move(request));
  co_return std::move(answer).understand<Enablement>(trace, alexa::read_enable_answer);
}

Task<AmazonResult<Enablement>> AmazonClient::status(const Skill& skill, std::string api_host,
                                                    alexa::AmazonAccessToken token, HopSink trace) {
  http::OutgoingRequest request = api_request("GET", api_host, alexa::enablement_path(skill), token);
  Answer answer = co_await call("alexa.status", std::move(request));
  co_return std::move(answer).understand<Enablement>(trace, alexa::read_status_answer);
}

Task<AmazonResult<void>> AmazonClient::disable(const Skill& skill, std::string api_host,
                                               alexa::AmazonAccessToken token, HopSink trace) {
  http::OutgoingRequest request = api_request("DELETE", api_host, alexa::enablement_path(skill), token);
  Answer answer = co_await call("alexa.disable", std::move(request));
  co_return std::move(answer).understand<void>(
      trace, [](int status, std::string_view) { return alexa::read_disable_answer(status); });
}

}  // namespace couplet::amazon
