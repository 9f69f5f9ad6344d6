// SPDX-License-Identifier: Apache-2.0
#include "server/application.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/log.hpp"
#include "oauth/metadata.hpp"
#include "server/routes.hpp"

namespace couplet::server {
namespace {

SigningKey signing_key(const Config& config, std::size_t index) {
  return std::move(*SigningKey::from_jwk(config.signing_keys[index]));
}

std::string public_keys(const Config& config) {
  std::vector<SigningKey> keys;
  for (std::size_t i = 0; i < config.signing_keys.size(); ++i) keys.push_back(signing_key(config, i));
  std::vector<const SigningKey*> pointers;
  for (const SigningKey& key : keys) pointers.push_back(&key);
  return oauth::jwks_json(pointers);
}

FailureLimits failure_limits(const Config& config) {
  FailureLimits limits;
  limits.per_address = static_cast<std::uint32_t>(config.settings.limits.authentication_failures_per_minute);
  limits.per_client_and_address = std::max(1U, limits.per_address / 3);
  return limits;
}

oauth::IssuerProfile issuer_profile(const Config& config) {
  oauth::IssuerProfile profile{.issuer = config.settings.server.public_url, .audiences = {}, .subjects = {}};
  for (const Skill& skill : config.skills) profile.audiences.emplace(skill.name, skill.audience);
  if (config.subject_key) profile.subjects = oauth::Subjects(*config.subject_key);
  return profile;
}

std::string metadata_text(const Config& config) {
  oauth::ServerMetadata metadata = oauth::server_metadata(config.settings.server.public_url);
  const bool has_login =
      std::ranges::any_of(config.skills, [](const Skill& skill) { return !skill.login_url.empty(); });
  if (has_login) metadata.authorization_endpoint = metadata.issuer + "/oauth/authorize";
  metadata.revocation_endpoint = metadata.issuer + "/oauth/revoke";
  metadata.userinfo_endpoint = metadata.issuer + "/oauth/userinfo";
  for (const Client& client : config.clients)
    for (const std::string& scope : client.scopes)
      if (std::ranges::find(metadata.scopes_supported, scope) == metadata.scopes_supported.end())
        metadata.scopes_supported.push_back(scope);
  return oauth::metadata_json(metadata);
}

amazon::HopSink report_fetches(Metrics& metrics) {
  return [&metrics](const Hop& hop) {
    metrics.amazon_answered(hop);
    log::write(hop.cause.empty() ? log::Level::info : log::Level::warn, "events.certificate_fetched",
               {{"status", hop.status}, {"latency_ms", hop.elapsed.count()}, {"cause", hop.cause}});
  };
}

http::CircuitBreaker::Report report_circuits(Metrics& metrics) {
  return [&metrics](const std::string& host, bool open) {
    metrics.circuit_changed(host, open);
    log::write(open ? log::Level::error : log::Level::info, "amazon.circuit",
               {{"host", host},
                {"state", open ? "open" : "closed"},
                {"next", open ? "links and unlinks wait; one call tries every few seconds" : ""}});
  };
}

}  // namespace

http::CurlClientOptions amazon_client_options(const Config& config) {
  http::CurlClientOptions options;
  const AmazonSettings& settings = config.settings.amazon;
  options.ca_file = settings.ca_file;
  if (!settings.connect_to.empty()) options.connect_to = {"::" + settings.connect_to};
  options.allowed_hosts = settings.api_hosts;
  options.allowed_hosts.emplace_back(boost::urls::parse_uri(settings.token_url)->host());
  return options;
}

Application::Application(const Config& config, storage::Database& database,
                         const oauth::ClientRegistry& clients, amazon::ChainCache& chains, const Clock& clock,
                         Random& random, Metrics& metrics, boost::asio::io_context& context)
    : store_(database.open_store()),
      http_client_(context, amazon_client_options(config)),
      breaker_(http_client_, clock, report_circuits(metrics)),
      amazon_client_(breaker_, clock, config.amazon_hosts, config.amazon_deadlines),
      amazon_(amazon_client_, pauses_, clock, random),
      chain_client_(context, chain_client_options(config)),
      chains_(chain_client_, chains, clock, report_fetches(metrics)),
      forward_client_(context, forward_client_options(config)),
      session_(config, *store_, amazon_, pauses_, clock, random, metrics),
      link_check_(*store_, session_, clock, metrics),
      disabler_(config, *store_, session_, link_check_, pauses_, clock, random, metrics),
      reconciler_(config, *store_, link_check_, clock, random, metrics),
      purger_(config, *store_, clock),
      external_codes_(config, clock, random, context),
      engine_(config, *store_, amazon_, external_codes_, pauses_, clock, random, metrics),
      failures_(clock, failure_limits(config)),
      profile_(issuer_profile(config)),
      issuer_(profile_, signing_key(config, 0), *config.keys),
      verifier_(profile_, std::move(*JwkSet::from_json(public_keys(config))), *config.keys),
      active_tokens_(*store_, clients, verifier_, clock),
      callers_(config, clock),
      token_(*store_, *store_, clients, issuer_, *config.keys, clock, random, failures_),
      introspection_(active_tokens_, clients, *config.keys, clock, failures_),
      revocation_(*store_, clients, verifier_, *config.keys, clock, failures_),
      userinfo_(active_tokens_, clock, config.settings.server.userinfo_scope, failure_limits(config)),
      metadata_(metadata_text(config)),
      jwks_(public_keys(config)),
      authorize_(config, clients, clock, random),
      authorization_request_(config, callers_, *store_, clock, random),
      authorization_response_(config, callers_, clients, *store_, clock, random),
      events_(config, chains_, *store_, verifier_, forward_client_, clock, metrics),
      accept_grant_(config, callers_, *store_, *store_, amazon_client_, verifier_, clock, random, metrics),
      link_start_(config, callers_, clock, random, metrics),
      link_finish_(config, callers_, engine_, clock, metrics),
      link_status_(config, callers_, *store_, *store_, *store_, link_check_),
      link_statuses_(callers_, *store_, *store_),
      unlink_(config, callers_, *store_, disabler_, clock, metrics),
      user_erasure_(config, callers_, *store_, disabler_, pauses_, clock, random, metrics),
      user_export_(callers_, *store_, clock),
      link_trace_(callers_, *store_),
      launch_page_(config, clock),
      return_page_(config, engine_, *store_, clock, metrics),
      router_(routes({token_,
                      introspection_,
                      revocation_,
                      userinfo_,
                      metadata_,
                      jwks_,
                      authorize_,
                      authorization_request_,
                      authorization_response_,
                      events_,
                      accept_grant_,
                      link_start_,
                      link_finish_,
                      link_status_,
                      link_statuses_,
                      unlink_,
                      user_erasure_,
                      user_export_,
                      link_trace_,
                      launch_page_,
                      return_page_,
                      config.settings})) {}

}  // namespace couplet::server
