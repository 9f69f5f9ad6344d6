// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/service.hpp"

#include "ride_hailer/asset_routes.hpp"
#include "ride_hailer/skill_route.hpp"

namespace couplet::ride_hailer {
namespace {

std::vector<UserEntry> users_to_show(const Config& config) {
  return config.development ? config.users : std::vector<UserEntry>{};
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
      tokens_(couplet_, clock, config.authorization ? &authorization_ : nullptr),
      skill_(config.skill_id, users_, rides_, tokens_),
      account_routes_(visits_, users_, sessions_, rides_, pages_, clock),
      alexa_routes_(visits_, sessions_, couplet_, tokens_, pages_, config.base_url + "/alexa/return"),
      alexa_login_routes_(visits_, sessions_, couplet_, pages_) {
  account_routes_.add_to(router_);
  alexa_routes_.add_to(router_);
  alexa_login_routes_.add_to(router_);
  if (config.authorization)
    authorization_routes_.emplace(*config.authorization, authorization_, users_, clock).add_to(router_);
  add_skill_route(router_, skill_);
  add_asset_routes(router_);
}

Service::~Service() { password_pool_.join(); }

}  // namespace couplet::ride_hailer
