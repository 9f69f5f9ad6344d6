// SPDX-License-Identifier: Apache-2.0
#include "server/events/event_endpoint.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "alexa/certificate_url.hpp"
#include "base/log.hpp"
#include "server/common/oauth_response.hpp"
#include "server/common/within.hpp"

namespace couplet::server {
namespace {

using alexa::RequestRefusal;

constexpr std::size_t kFetchesAtOnce = 4;
// Alexa waits 8 s for a skill.
constexpr http::Deadlines kForwardDeadlines{milliseconds{2000}, milliseconds{7000}, milliseconds{7000}};
constexpr std::size_t kForwardAnswerLimitBytes = 256 * 1024;
constexpr const char* kAccepted = R"({"version":"1.0","response":{}})";

http::Response without_body(int status) {
  http::Response response;
  response.status = status;
  if (status == 503) response.header("Retry-After", "5");
  return response;
}

// So that what stands behind may check the signature as well.
http::Headers forwarded_headers(const http::Request& request) {
  http::Headers headers{{"Content-Type", "application/json;charset=UTF-8"}, {"Accept", "application/json"}};
  for (const char* const name : {"SignatureCertChainUrl", "Signature-256", "Signature"})
    if (const auto value = request.headers.get(name)) headers.emplace_back(name, *value);
  headers.emplace_back("X-Request-Id", request.request_id);
  return headers;
}

}  // namespace

http::CurlClientOptions forward_client_options(const Config& config) {
  http::CurlClientOptions options;
  options.allowed_hosts = {"none.invalid"};  // an empty list would allow any
  for (const Skill& skill : config.skills) {
    if (skill.forward_to.empty()) continue;
    const auto url = boost::urls::parse_uri(skill.forward_to);
    options.allowed_hosts.push_back(ascii_lower(std::string(url->host())));
    options.allow_http =
        options.allow_http || url->scheme() == "http";  // loopback, or the start had been refused
  }
  return options;
}

http::CurlClientOptions chain_client_options(const Config& config) {
  http::CurlClientOptions options;
  const AmazonSettings& settings = config.settings.amazon;
  options.ca_file = settings.ca_file;
  options.allowed_hosts = {std::string(alexa::kCertificateHost)};
  options.connections_per_host = kFetchesAtOnce;
  options.waiting_per_host = 0;
  if (settings.connect_to.empty())
    options.peer_addresses = http::PeerAddresses::public_only;
  else
    options.connect_to = {"::" + settings.connect_to};
  return options;
}

EventEndpoint::EventEndpoint(const Config& config, amazon::ChainSource& chains, storage::EventStore& events,
                             const oauth::AccessTokenVerifier& verifier, http::Client& forward_client,
                             const Clock& clock, Metrics& metrics)
    : config_(config),
      requests_(chains, clock),
      recorder_(events, verifier),
      forward_client_(forward_client),
      clock_(clock),
      metrics_(metrics) {}

Task<http::Response> EventEndpoint::handle(const http::Request& request) {
  const Skill* const skill = config_.find_skill(SkillName(request.path_parameter("skill")));
  if (!skill) co_return without_body(404);
  auto message = co_await requests_.verify(request, *skill);
  if (!message) co_return refuse(request, *skill, message.error());
  if (message->event) co_return co_await take(request, *skill, *std::move(message));
  if (!skill->forward_to.empty()) co_return co_await forward(request, *skill);
  co_return refuse(request, *skill, RequestRefusal::unexpected_type);
}

Task<http::Response> EventEndpoint::take(const http::Request& request, const Skill& skill,
                                         alexa::SkillRequest message) {
  auto received = alexa::read_skill_event(message, skill, clock_.now());
  if (!received) co_return refuse(request, skill, received.error());
  const SkillEvent event = received->event;
  auto recorded = recorder_.record(*std::move(received));
  const auto receipt = co_await within(kStoreDeadline, std::move(recorded), request.owner);
  if (!receipt || !*receipt) {
    log::warn("events.not_stored", {{"request_id", request.request_id},
                                    {"skill", skill.name.text()},
                                    {"next", "Amazon sends it again"}});
    co_return without_body(503);
  }
  report(request, event, **receipt);
  co_return http::json_response(200, kAccepted);
}

http::Response EventEndpoint::refuse(const http::Request& request, const Skill& skill,
                                     RequestRefusal refusal) const {
  const std::string_view reason = enum_text(alexa::kRequestRefusals, refusal);
  metrics_.event_refused(skill.name, reason);
  log::warn("events.refused", {{"request_id", request.request_id},
                               {"address", request.peer_address},
                               {"skill", skill.name.text()},
                               {"reason", reason}});
  return without_body(refusal == RequestRefusal::unavailable ? 503 : 400);
}

void EventEndpoint::report(const http::Request& request, const SkillEvent& event,
                           const EventReceipt& receipt) const {
  const std::string_view type = enum_text(kSkillEventTypes, event.type);
  const std::string_view outcome = enum_text(kEventOutcomes, receipt.outcome);
  metrics_.event_received(event.skill, type, outcome);
  if (event.type == SkillEventType::SkillDisabled && receipt.outcome == EventOutcome::applied)
    metrics_.unlinked(event.skill, EvidenceSource::event);
  log::info("events.received", {{"request_id", request.request_id},
                                {"skill", event.skill.text()},
                                {"type", type},
                                {"alexa_request_id", event.request_id},
                                {"user", receipt.user ? receipt.user->text() : std::string()},
                                {"outcome", outcome}});
}

Task<http::Response> EventEndpoint::forward(const http::Request& request, const Skill& skill) {
  http::OutgoingRequest onward;
  onward.method = "POST";
  onward.url = skill.forward_to;
  onward.headers = forwarded_headers(request);
  onward.body = std::string(request.body);
  onward.deadlines = kForwardDeadlines;
  onward.response_limit_bytes = kForwardAnswerLimitBytes;
  auto answer = co_await forward_client_.send(std::move(onward));
  const bool is_answer = answer && answer->status >= 200 && (answer->status < 300 || answer->status >= 400);
  metrics_.event_forwarded(skill.name, is_answer);
  if (!is_answer) {
    log::warn("events.forward_failed",
              {{"request_id", request.request_id},
               {"skill", skill.name.text()},
               {"cause", answer ? "redirect" : http::transport_error_text(answer.error().kind)}});
    co_return without_body(502);
  }
  http::Response response;
  response.status = answer->status;
  if (const std::string_view type = answer->header("content-type"); !type.empty())
    response.header("Content-Type", std::string(type));
  response.body = std::move(answer->body);
  co_return response;
}

}  // namespace couplet::server
