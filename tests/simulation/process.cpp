// SPDX-License-Identifier: Apache-2.0
#include "simulation/process.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/json.hpp"
#include "oauth/metadata.hpp"
#include "server/common/testing/test_config.hpp"

namespace couplet::simulation {
namespace {

namespace asio = boost::asio;

/// A request that owns the bytes it looks at.
struct OwnedRequest {
  std::string query;
  std::string body;
  std::string authorization;
  http::HeaderView::Pairs headers;
  http::Request request;

  OwnedRequest(std::string method_query, std::string text, std::string credentials, std::string user)
      : query(std::move(method_query)),
        body(std::move(text)),
        authorization(std::move(credentials)),
        headers{{"Authorization", authorization}, {"Content-Type", "application/x-www-form-urlencoded"}},
        request{.method = "POST",
                .path = "/",
                .query = query,
                .headers = http::HeaderView(headers),
                .body = body,
                .peer_address = "192.0.2.1",
                .request_id = "simulated",
                .tls = true,
                .path_parameters = {{"skill", "ride-hailer"}, {"user", std::move(user)}}} {}
  OwnedRequest(const OwnedRequest&) = delete;
  OwnedRequest& operator=(const OwnedRequest&) = delete;
};

template <class Endpoint>
Task<http::Response> call(Endpoint& endpoint, std::shared_ptr<OwnedRequest> owned) {
  co_return co_await endpoint.handle(owned->request);
}

std::shared_ptr<OwnedRequest> linking_request(std::string query, std::string user) {
  return std::make_shared<OwnedRequest>(std::move(query), "",
                                        "Bearer " + std::string(server::testing::kApiKey), std::move(user));
}

std::string outcome_of(const http::Response& response) {
  const auto body = parse_json_object(response.body);
  if (!body) return std::to_string(response.status);
  return std::string(find_string(*body, "status").value_or(find_string(*body, "code").value_or("?")));
}

JwkSet published_keys(const server::Config& config) {
  const auto key = SigningKey::from_jwk(config.signing_keys.front());
  return std::move(*JwkSet::from_json(oauth::jwks_json({&*key})));
}

}  // namespace

template <class T>
Task<amazon::AmazonResult<T>> AmazonOverTheWire::at_amazon(Task<amazon::AmazonResult<T>> work,
                                                           std::string name, amazon::HopSink trace) {
  struct Waiting {
    std::shared_ptr<Alarm> alarm;
    std::optional<amazon::AmazonResult<T>> result;
  };
  const auto waiting =
      std::make_shared<Waiting>(make_alarm(co_await asio::this_coro::executor), std::nullopt);
  const std::weak_ptr<Waiting> listener = waiting;  // gone when our process dies; Amazon does not care
  asio::co_spawn(model_.context(), std::move(work),
                 [listener](std::exception_ptr, amazon::AmazonResult<T> result) {
                   const auto still = listener.lock();
                   if (!still) return;
                   still->result.emplace(std::move(result));
                   still->alarm->cancel();
                 });
  if (!waiting->result) co_await wait_for(waiting->alarm);
  const auto& result = *waiting->result;
  trace(Hop{.at = clock_.now(),
            .name = std::move(name),
            .status = result ? 200 : result.error().http_status,
            .elapsed = {},
            .cause = result ? "" : result.error().code});
  co_return result;
}

Task<amazon::AmazonResult<alexa::AmazonTokens>> AmazonOverTheWire::exchange_code(
    const Skill&, alexa::AmazonCode code, std::string, alexa::AmazonCodeVerifier, amazon::HopSink trace) {
  auto work = model_.exchange(std::string(code.reveal()), clock_.now());
  co_return co_await at_amazon(std::move(work), "lwa.token", std::move(trace));
}

Task<amazon::AmazonResult<alexa::AmazonTokens>> AmazonOverTheWire::refresh(const Skill&,
                                                                           alexa::AmazonTokens tokens,
                                                                           amazon::HopSink trace) {
  auto work = model_.refresh(std::string(tokens.refresh_token.reveal()), clock_.now());
  co_return co_await at_amazon(std::move(work), "lwa.refresh", std::move(trace));
}

Task<std::vector<std::string>> AmazonOverTheWire::find_api_hosts(alexa::AmazonAccessToken, amazon::HopSink) {
  co_return std::vector<std::string>{"api.amazonalexa.com"};
}

Task<amazon::AmazonResult<alexa::Enablement>> AmazonOverTheWire::enable(const Skill&, std::string,
                                                                        alexa::AmazonAccessToken token,
                                                                        std::string authorization_code,
                                                                        std::string redirect_uri,
                                                                        amazon::HopSink trace) {
  auto work =
      model_.enable(std::string(token.reveal()), std::move(authorization_code), std::move(redirect_uri));
  co_return co_await at_amazon(std::move(work), "alexa.enable", std::move(trace));
}

Task<amazon::AmazonResult<alexa::Enablement>> AmazonOverTheWire::status(const Skill&, std::string,
                                                                        alexa::AmazonAccessToken token,
                                                                        amazon::HopSink trace) {
  auto work = model_.status(std::string(token.reveal()));
  co_return co_await at_amazon(std::move(work), "alexa.status", std::move(trace));
}

Task<amazon::AmazonResult<void>> AmazonOverTheWire::disable(const Skill&, std::string,
                                                            alexa::AmazonAccessToken token,
                                                            amazon::HopSink trace) {
  auto work = model_.disable(std::string(token.reveal()));
  co_return co_await at_amazon(std::move(work), "alexa.disable", std::move(trace));
}

Task<alexa::ExternalResult<alexa::ExternalGrant>> NoExternalCodes::request_code(const Skill&, LinkAttempt,
                                                                                amazon::HopSink) {
  throw std::logic_error("no skill here has an external authorization server");
  co_return std::unexpected(alexa::ExternalFailure{});
}

Process::Process(std::string name, const server::Config& config, storage::Database& database,
                 AmazonModel& amazon, Pauses& pauses, const Clock& clock, Random& random,
                 server::Metrics& metrics)
    : name_(std::move(name)),
      clock_(clock),
      store_(database.open_store()),
      wire_(amazon, clock),
      amazon_(wire_, pauses, clock, random),
      session_(config, *store_, amazon_, pauses, clock, random, metrics),
      check_(*store_, session_, clock, metrics),
      disabler_(config, *store_, session_, check_, pauses, clock, random, metrics),
      engine_(config, *store_, amazon_, no_external_codes_, pauses, clock, random, metrics),
      clients_(config.clients),
      profile_{config.settings.server.public_url, {}, {}},
      issuer_(profile_, std::move(*SigningKey::from_jwk(config.signing_keys.front())), *config.keys),
      verifier_(profile_, published_keys(config), *config.keys),
      events_(*store_, verifier_),
      limiter_(clock),
      callers_(config, clock),
      token_(*store_, *store_, clients_, issuer_, *config.keys, clock, random, limiter_),
      unlink_(config, callers_, *store_, disabler_, clock, metrics),
      status_(config, callers_, *store_, *store_, *store_, check_) {}

Process::~Process() {
  for (const auto& weak : inbound_) {
    const auto call = weak.lock();
    if (!call) continue;
    call->ended = true;  // the connection breaks
    call->alarm->cancel();
  }
}

Task<std::optional<TokenReply>> Process::post_token(std::string body) {
  const auto call_state = std::make_shared<Inbound>(co_await asio::this_coro::executor);
  inbound_.push_back(call_state);
  // base64("alexa:alexa-secret")
  auto owned = std::make_shared<OwnedRequest>("", std::move(body), "Basic YWxleGE6YWxleGEtc2VjcmV0", "");
  asio::co_spawn(context_, call(token_, std::move(owned)),
                 [weak = std::weak_ptr(call_state)](std::exception_ptr, http::Response response) {
                   const auto still = weak.lock();
                   if (!still) return;
                   still->response = std::move(response);
                   still->ended = true;
                   still->alarm->cancel();
                 });
  while (!call_state->ended) co_await wait_for(call_state->alarm);
  if (!call_state->response) co_return std::nullopt;
  const auto answer = parse_json_object(call_state->response->body).value_or(json::object{});
  const auto text = [&](const char* name) { return std::string(find_string(answer, name).value_or("")); };
  co_return TokenReply{call_state->response->status, text("access_token"), text("refresh_token"),
                       text("error")};
}

Task<std::string> Process::unlink(std::string user) {
  co_return outcome_of(co_await call(unlink_, linking_request("", std::move(user))));
}

Task<std::string> Process::fresh_status(std::string user) {
  co_return outcome_of(co_await call(status_, linking_request("fresh=true", std::move(user))));
}

Task<std::string> Process::take(AlexaEvent event) {
  alexa::ReceivedEvent received;
  received.event.skill = SkillName("ride-hailer");
  received.event.request_id = std::move(event.request_id);
  received.event.type = event.type;
  received.event.alexa_user_id = std::move(event.alexa_user_id);
  received.event.created_at = event.created_at;
  received.event.received_at = clock_.now();
  if (!event.access_token.empty()) received.access_token.emplace(std::move(event.access_token));
  const auto receipt = co_await events_.record(std::move(received));
  co_return receipt ? std::string(enum_text(kEventOutcomes, receipt->outcome)) : "not stored";
}

}  // namespace couplet::simulation
