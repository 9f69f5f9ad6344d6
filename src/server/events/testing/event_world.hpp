// SPDX-License-Identifier: Apache-2.0
// What the tests of Alexa's events share: a signing certificate, signed requests, a memory store, and the
// endpoint.
#pragma once
#include "base/json.hpp"
#include "base/testing/run_task.hpp"
#include "base/testing/test_certificates.hpp"
#include "oauth/metadata.hpp"
#include "server/common/testing/test_config.hpp"
#include "server/events/event_endpoint.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server::testing {

inline constexpr const char* kChainUrl = "https://s3.amazonaws.com/echo.api/echo-api-cert.pem";

/// What a test says is behind every URL.
class FakeChains final : public amazon::ChainSource {
 public:
  explicit FakeChains(amazon::ChainResult answer) : result(std::move(answer)) {}
  Task<amazon::ChainResult> find(std::string url, std::string peer_address) override {
    urls.push_back(std::move(url));
    peers.push_back(std::move(peer_address));
    co_return result;
  }
  amazon::ChainResult result;
  std::vector<std::string> urls, peers;
};

/// The skill's own service.
class FakeService final : public http::Client {
 public:
  Task<Result<http::IncomingResponse, http::TransportError>> send(http::OutgoingRequest request) override {
    requests.push_back(std::move(request));
    co_return answer;
  }
  void answers(int status, std::string body) {
    http::IncomingResponse response;
    response.status = status;
    response.headers = {{"content-type", "application/json"}, {"set-cookie", "a=b"}};
    response.body = std::move(body);
    answer = std::move(response);
  }
  Result<http::IncomingResponse, http::TransportError> answer = http::IncomingResponse{};
  std::vector<http::OutgoingRequest> requests;
};

struct EventWorld {
  static constexpr std::int64_t kStartSeconds = 1'800'000'000;

  Config config = test_config();
  FakeClock clock{from_unix_seconds(kStartSeconds)};
  SeededRandom random{3};
  couplet::testing::TestChain chain{couplet::testing::ChainRecipe(clock.now())};
  FakeChains chains{verified()};
  FakeService service;
  std::unique_ptr<storage::Database> database = storage::make_memory_database();
  std::unique_ptr<storage::Store> store = database->open_store();
  oauth::IssuerProfile profile{std::string(kPublicUrl),
                               {{SkillName("ride-hailer"), "https://link.example.org/skills/ride-hailer"}},
                               {}};
  oauth::AccessTokenIssuer issuer{profile, key(), *config.keys};
  oauth::AccessTokenVerifier verifier{profile, keys(), *config.keys};
  Metrics metrics;
  EventEndpoint endpoint{config, chains, *store, verifier, service, clock, metrics};

  SigningKey key() const { return std::move(*SigningKey::from_jwk(config.signing_keys.front())); }
  JwkSet keys() const {
    const SigningKey own = key();
    return std::move(*JwkSet::from_json(oauth::jwks_json({&own})));
  }
  SigningCertificate verified() const {
    const couplet::testing::TemporaryPem root(chain.root.pem());
    return SigningCertificate::verify(chain.pem(), TrustStore::load(root.path()).value(), alexa::kSignerName,
                                      clock.now())
        .value();
  }

  /// A link that was made in the Alexa app; the grant, and the access token that Alexa got.
  struct Linked {
    Grant grant;
    std::string access_token;
  };
  Linked link(const std::string& user) {
    AuthorizationCodeRecord code;
    code.selector = CodeSelector::make(clock.now(), random);
    code.origin = GrantOrigin::alexa;
    Grant grant;
    grant.grant_id = GrantId::make(clock.now(), random);
    grant.client_id = ClientId("alexa");
    grant.skill = SkillName("ride-hailer");
    grant.user = UserId(user);
    grant.origin = GrantOrigin::alexa;
    grant.refresh_selector = RefreshSelector::make(clock.now(), random);
    grant.created_at = clock.now();
    run_task(store->insert_code(code)).value();
    run_task(store->spend_code(code.selector, grant, clock.now())).value();
    const auto issued = issuer.issue(grant, "rides", config.clients.front(), clock.now(), random);
    return {grant, std::string(issued.access_token.reveal())};
  }
  AccountLink link_of(const std::string& user) {
    return run_task(store->find_link(SkillName("ride-hailer"), UserId(user))).value().value();
  }
  bool is_live(const Grant& grant) {
    return !run_task(store->find_grant(grant.grant_id)).value().value().revoked_at;
  }

  /// A message as Alexa writes it, of now.
  struct Message {
    std::string type = "AlexaSkillEvent.SkillDisabled";
    std::string access_token{};
    std::string alexa_user_id = "amzn1.ask.account.ANNA";
    std::string request_id = "request-1";
    std::string skill_id = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555";
    seconds age{0};      // of timestamp
    seconds created{0};  // before now
  };
  std::string text(const Message& of) const {
    json::object request{{"type", of.type},
                         {"requestId", of.request_id},
                         {"timestamp", to_iso8601(clock.now() - of.age)},
                         {"eventCreationTime", to_iso8601(clock.now() - of.created)}};
    if (!of.access_token.empty()) request["body"] = json::object{{"accessToken", of.access_token}};
    const json::object system{{"application", json::object{{"applicationId", of.skill_id}}},
                              {"user", json::object{{"userId", of.alexa_user_id}}}};
    return json::serialize(json::object{
        {"version", "1.0"}, {"context", json::object{{"System", system}}}, {"request", request}});
  }

  using Headers = http::HeaderView::Pairs;
  http::Response post(std::string_view body, const Headers& headers,
                      const std::string& skill = "ride-hailer") {
    const http::Request request{.method = "POST",
                                .path = "/alexa/ride-hailer/events",
                                .query = "",
                                .headers = http::HeaderView(headers),
                                .body = body,
                                .peer_address = "192.0.2.1",
                                .request_id = "our-request-1",
                                .tls = true,
                                .path_parameters = {{"skill", skill}}};
    return run_task(endpoint.handle(request));
  }
  std::string signature(std::string_view body) const { return to_base64(chain.leaf.sign(body)); }
  /// Signed as Alexa does.
  http::Response send(const std::string& body) {
    const std::string signed_256 = signature(body), signed_1 = to_base64(chain.leaf.sign(body, "SHA1"));
    return post(
        body, {{"signaturecertchainurl", kChainUrl}, {"signature", signed_1}, {"signature-256", signed_256}});
  }
  http::Response send(const Message& message) { return send(text(message)); }
  [[nodiscard]] bool counted(const std::string& metric) { return metrics.exposition({}).contains(metric); }
  /// The check that refused the last request; a world counts one refusal of a kind.
  [[nodiscard]] bool refused_by(const std::string& reason) {
    return counted("couplet_events_refused_total{reason=\"" + reason + "\"");
  }
};

}  // namespace couplet::server::testing
