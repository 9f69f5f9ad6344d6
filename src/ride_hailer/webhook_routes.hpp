// SPDX-License-Identifier: Apache-2.0
// Where Couplet tells that a user was linked or unlinked: docs/webhooks.md from the receiver's side.
#pragma once
#include "http/router.hpp"
#include "ride_hailer/alexa_news.hpp"
#include "ride_hailer/token_check.hpp"
#include "ride_hailer/users.hpp"
#include "ride_hailer/webhook_check.hpp"

namespace couplet::ride_hailer {

/// Thread: one.
class WebhookRoutes {
 public:
  WebhookRoutes(const CallSecret& secret, AlexaNews& news, TokenCheck& tokens, const Users& users,
                const Clock& clock);
  void add_to(http::Router& router);

 private:
  http::Response take(const http::Request& request);

  std::optional<WebhookCheck> webhooks_;
  AlexaNews& news_;
  TokenCheck& tokens_;
  const Users& users_;
  const Clock& clock_;
};

}  // namespace couplet::ride_hailer
