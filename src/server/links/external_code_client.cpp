// SPDX-License-Identifier: Apache-2.0
#include "server/links/external_code_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/log.hpp"

namespace couplet::server {
namespace {

namespace asio = boost::asio;
using alexa::ExternalFailure;
using alexa::ExternalGrant;
using alexa::ExternalResult;

constexpr int kCalls = 3;
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kConnect{2000};
constexpr std::size_t kLargestAnswer = 16 * 1024;
constexpr std::size_t kConnections = 8;

std::unique_ptr<http::CurlClient> client_for(const ExternalAuthorization& external,
                                             asio::io_context& context) {
  const auto url = boost::urls::parse_uri(external.code_url);
  http::CurlClientOptions options;
  options.allowed_hosts = {ascii_lower(std::string(url->host()))};
  options.allow_http = url->scheme() == "http";  // the configuration let it pass for loopback only
  options.peer_addresses =
      external.allow_private ? http::PeerAddresses::any : http::PeerAddresses::public_only;
  options.connections_per_host = kConnections;
  return std::make_unique<http::CurlClient>(context, std::move(options));
}

ExternalFailure from_transport(const http::TransportError& error) {
  using Kind = http::TransportError::Kind;
  switch (error.kind) {
    case Kind::timeout: return {"external_timeout", 0};
    case Kind::too_large:
    case Kind::malformed: return {"external_bad_answer", 0};
    case Kind::refused_url:
    case Kind::refused_address: return {"external_forbidden_address", 0};
    case Kind::tls: return {"external_untrusted", 0};
    case Kind::reset:
    case Kind::resolve:
    case Kind::connect:
    case Kind::overloaded:
    case Kind::circuit_open: break;
  }
  return {"external_unreachable", 0};
}

}  // namespace

ExternalCodeClient::ExternalCodeClient(const Config& config, const Clock& clock, Random& random,
                                       asio::io_context& context)
    : clock_(clock), random_(random) {
  for (const Skill& skill : config.skills)
    if (skill.external) clients_.emplace(skill.name, client_for(*skill.external, context));
}

http::OutgoingRequest ExternalCodeClient::request_for(const Skill& skill, const LinkAttempt& attempt) const {
  const ExternalAuthorization& external = *skill.external;
  const std::string id = alexa::external_call_id(attempt);
  const std::int64_t timestamp = unix_seconds(clock_.now());
  http::OutgoingRequest request;
  request.method = "POST";
  request.url = external.code_url;
  request.body = alexa::external_code_body(skill, attempt);
  request.headers = {{"Content-Type", "application/json"},
                     {"Accept", "application/json"},
                     {"User-Agent", "couplet"},
                     {"webhook-id", id},
                     {"webhook-timestamp", std::to_string(timestamp)},
                     {"webhook-signature", external.signer->sign(id, timestamp, request.body)}};
  request.deadlines = {std::min(kConnect, external.timeout), external.timeout, external.timeout};
  request.response_limit_bytes = kLargestAnswer;
  return request;
}

Task<ExternalResult<ExternalGrant>> ExternalCodeClient::call(const Skill& skill, const LinkAttempt& attempt,
                                                             const amazon::HopSink& trace) {
  Hop hop{.at = clock_.now(), .name = "external.code", .status = 0, .elapsed = {}, .cause = {}};
  auto response = co_await clients_.at(skill.name)->send(request_for(skill, attempt));
  ExternalResult<ExternalGrant> result = std::unexpected(ExternalFailure{});
  if (response) {
    hop.status = response->status;
    hop.elapsed = response->elapsed;
    result = alexa::read_external_code_answer(response->status, response->body, skill, attempt);
  } else {
    hop.elapsed = response.error().elapsed;
    result = std::unexpected(from_transport(response.error()));
    log::warn("external.no_answer", {{"trace_id", attempt.attempt_id.text()},
                                     {"kind", http::transport_error_text(response.error().kind)},
                                     {"detail", response.error().log_detail}});
  }
  if (!result) hop.cause = result.error().code;
  trace(std::move(hop));
  co_return result;
}

// 100 and 200 ms, each stretched at random by up to half, so that many do not come back together.
milliseconds ExternalCodeClient::pause_after(int tries) {
  const milliseconds pause = kFirstPause * (1 << (tries - 1));
  const auto part = std::to_integer<int>(random_.bytes<1>()[0]);
  return pause + pause * part / 512;
}

Task<ExternalResult<ExternalGrant>> ExternalCodeClient::request_code(const Skill& skill, LinkAttempt attempt,
                                                                     amazon::HopSink trace) {
  for (int tries = 1;; ++tries) {
    auto result = co_await call(skill, attempt, trace);
    if (result || tries == kCalls || !alexa::may_repeat(result.error())) co_return result;
    asio::steady_timer pause(co_await asio::this_coro::executor, pause_after(tries));
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace couplet::server
