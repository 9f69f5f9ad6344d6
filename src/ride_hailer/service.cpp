// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/service.hpp"

#include "ride_hailer/asset_routes.hpp"
#include "ride_hailer/introspected_tokens.hpp"
#include "ride_hailer/local_tokens.hpp"
#include "ride_hailer/own_issued_tokens.hpp"
#include "ride_hailer/skill_route.hpp"

namespace couplet::ride_hailer {
namespace {

std::vector<UserEntry> users_to_show(const Config& config) {
  return config.development ? config.users : std::vector<UserEntry>{};
}

std::unique_ptr<TokenCheck> make_token_check(const TokenSettings& settings, CoupletClient& couplet,
                                             PublishedKeys& keys, const Clock& clock) {
  if (settings.validation == TokenSettings::Validation::introspection)
    return std::make_unique<IntrospectedTokens>(couplet, settings.audience, clock);
  return std::make_unique<LocalTokens>(keys, ExpectedToken{settings.issuer, settings.audience}, clock);
}

}  // namespace

Service::Service(const Config& config, http::Client& http_client, const Clock& clock, Random& random)
    : users_(config.users, random, password_pool_),
      sessions_(SessionLimits{}, config.session_key, clock, random),
      rides_(clock),
      pages_(config.base_url, users_to_show(config)),
      visits_(sessions_, users_, pages_, is_https(config.base_url)),
      couplet_(config.couplet, http_client),
      authorization_(clock, random),
      keys_(config.couplet.url + "/oauth/jwks.json", http_client, clock),
      tokens_(config.authorization ? std::make_unique<OwnIssuedTokens>(authorization_)
                                   : make_token_check(config.tokens, couplet_, keys_, clock)),
      skill_(config.skill_id, users_, rides_, *tokens_),
      account_routes_(visits_, users_, sessions_, rides_, pages_, clock),
      alexa_routes_(visits_, sessions_, couplet_, *tokens_, news_, pages_, clock,
                    config.base_url + "/alexa/return"),
      alexa_login_routes_(visits_, sessions_, couplet_, pages_),
      api_routes_(users_, rides_, *tokens_) {
  account_routes_.add_to(router_);
  alexa_routes_.add_to(router_);
  alexa_login_routes_.add_to(router_);
  api_routes_.add_to(router_);
  if (config.authorization)
    authorization_routes_.emplace(*config.authorization, authorization_, users_, clock).add_to(router_);
  if (!config.webhook_secret.empty())
    webhook_routes_.emplace(config.webhook_secret, news_, *tokens_, users_, clock).add_to(router_);
  add_skill_route(router_, skill_);
  add_asset_routes(router_);
}

Service::~Service() { password_pool_.join(); }

}  // namespace couplet::ride_hailer
