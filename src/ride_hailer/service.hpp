// SPDX-License-Identifier: Apache-2.0
// The one place where Ride Hailer's parts are put together.
#pragma once
#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/client.hpp"
#include "http/router.hpp"
#include "ride_hailer/account_routes.hpp"
#include "ride_hailer/alexa_login_routes.hpp"
#include "ride_hailer/alexa_routes.hpp"
#include "ride_hailer/api_routes.hpp"
#include "ride_hailer/config.hpp"
#include "ride_hailer/own_authorization_routes.hpp"
#include "ride_hailer/published_keys.hpp"
#include "ride_hailer/skill.hpp"
#include "ride_hailer/webhook_routes.hpp"

namespace couplet::ride_hailer {

/// Thread: one; all of its state is in memory and unlocked.
class Service {
 public:
  Service(const Config& config, http::Client& http_client, const Clock& clock, Random& random);
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  [[nodiscard]] const http::Router& router() const { return router_; }

 private:
  boost::asio::thread_pool password_pool_{1};
  Users users_;
  Sessions sessions_;
  Rides rides_;
  AlexaNews news_;
  Pages pages_;
  Visits visits_;
  CoupletClient couplet_;
  OwnAuthorization authorization_;
  PublishedKeys keys_;
  std::unique_ptr<TokenCheck> tokens_;
  Skill skill_;
  AccountRoutes account_routes_;
  AlexaRoutes alexa_routes_;
  AlexaLoginRoutes alexa_login_routes_;
  ApiRoutes api_routes_;
  std::optional<OwnAuthorizationRoutes> authorization_routes_;  // in external mode
  std::optional<WebhookRoutes> webhook_routes_;                 // where there is a secret
  http::Router router_;
};

}  // namespace couplet::ride_hailer
