// SPDX-License-Identifier: Apache-2.0
// Everything one I/O thread uses to answer a request: built once, in the order in which things need each
// other. Nothing mutable is shared with another thread but the database's queue and the metrics.
#pragma once
#include <boost/asio/io_context.hpp>

#include "amazon/chain_fetcher.hpp"
#include "amazon/patient_amazon.hpp"
#include "http/circuit_breaker.hpp"
#include "http/router.hpp"
#include "oauth/client_registry.hpp"
#include "server/common/caller.hpp"
#include "server/events/accept_grant_endpoint.hpp"
#include "server/events/event_endpoint.hpp"
#include "server/links/launch_page.hpp"
#include "server/links/link_engine.hpp"
#include "server/links/link_finish_endpoint.hpp"
#include "server/links/link_start_endpoint.hpp"
#include "server/links/link_status_endpoint.hpp"
#include "server/links/link_statuses_endpoint.hpp"
#include "server/links/reconciler.hpp"
#include "server/links/return_page.hpp"
#include "server/links/unlink_endpoint.hpp"
#include "server/links/user_erasure_endpoint.hpp"
#include "server/links/user_export_endpoint.hpp"
#include "server/oauth/active_tokens.hpp"
#include "server/oauth/authorization_request_endpoint.hpp"
#include "server/oauth/authorization_response_endpoint.hpp"
#include "server/oauth/authorize_endpoint.hpp"
#include "server/oauth/introspection_endpoint.hpp"
#include "server/oauth/jwks_endpoint.hpp"
#include "server/oauth/metadata_endpoint.hpp"
#include "server/oauth/revocation_endpoint.hpp"
#include "server/oauth/token_endpoint.hpp"
#include "server/oauth/userinfo_endpoint.hpp"
#include "server/purger.hpp"

namespace couplet::server {

class Application {
 public:
  Application(const Config& config, storage::Database& database, const oauth::ClientRegistry& clients,
              amazon::ChainCache& chains, const Clock& clock, Random& random, Metrics& metrics,
              boost::asio::io_context& context);
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  [[nodiscard]] const http::Router& router() const { return router_; }
  [[nodiscard]] LinkEngine& engine() { return engine_; }
  [[nodiscard]] Disabler& disabler() { return disabler_; }
  [[nodiscard]] Reconciler& reconciler() { return reconciler_; }
  [[nodiscard]] Purger& purger() { return purger_; }

 private:
  std::unique_ptr<storage::Store> store_;
  http::CurlClient http_client_;
  http::CircuitBreaker breaker_;
  amazon::AmazonClient amazon_client_;
  TimerPauses pauses_;
  amazon::PatientAmazon amazon_;
  http::CurlClient chain_client_;
  amazon::ChainFetcher chains_;
  http::CurlClient forward_client_;
  AmazonSession session_;
  LinkCheck link_check_;
  Disabler disabler_;
  Reconciler reconciler_;
  Purger purger_;
  ExternalCodeClient external_codes_;
  LinkEngine engine_;
  FailureLimiter failures_;
  oauth::IssuerProfile profile_;
  oauth::AccessTokenIssuer issuer_;
  oauth::AccessTokenVerifier verifier_;
  ActiveTokens active_tokens_;
  CallerAuthentication callers_;

  TokenEndpoint token_;
  IntrospectionEndpoint introspection_;
  RevocationEndpoint revocation_;
  UserinfoEndpoint userinfo_;
  MetadataEndpoint metadata_;
  JwksEndpoint jwks_;
  AuthorizeEndpoint authorize_;
  AuthorizationRequestEndpoint authorization_request_;
  AuthorizationResponseEndpoint authorization_response_;
  EventEndpoint events_;
  AcceptGrantEndpoint accept_grant_;
  LinkStartEndpoint link_start_;
  LinkFinishEndpoint link_finish_;
  LinkStatusEndpoint link_status_;
  LinkStatusesEndpoint link_statuses_;
  UnlinkEndpoint unlink_;
  UserErasureEndpoint user_erasure_;
  UserExportEndpoint user_export_;
  LinkTraceEndpoint link_trace_;
  LaunchPage launch_page_;
  ReturnPage return_page_;

  http::Router router_;
};

/// The HTTP client that reaches Amazon, or what stands in for it.
[[nodiscard]] http::CurlClientOptions amazon_client_options(const Config& config);

}  // namespace couplet::server
