// SPDX-License-Identifier: Apache-2.0
// The two endpoints of an external authorization server: Couplet asks one for a code, Alexa redeems it at the
// other.
#pragma once
#include <string>

#include "base/form.hpp"
#include "http/router.hpp"
#include "ride_hailer/own_authorization.hpp"
#include "ride_hailer/users.hpp"
#include "ride_hailer/webhook_check.hpp"

namespace couplet::ride_hailer {

using AlexaClientSecret = Secret<struct AlexaClientSecretTag>;

/// Part of the configuration; without it Couplet's own authorization server is used.
struct OwnAuthorizationSettings {
  CallSecret code_secret;  // what Couplet signs with
  std::string client_id;   // Alexa's at our token endpoint, typed into the developer console
  AlexaClientSecret client_secret;
};

/// Thread: one. Must outlive the router.
class OwnAuthorizationRoutes {
 public:
  OwnAuthorizationRoutes(OwnAuthorizationSettings settings, OwnAuthorization& authorization,
                         const Users& users, const Clock& clock);
  void add_to(http::Router& router);

 private:
  http::Response give_code(const http::Request& request);
  http::Response give_tokens(const http::Request& request);
  http::Response grant(const FormParameters& form);
  [[nodiscard]] bool is_alexa(const http::Request& request, const FormParameters& form) const;

  OwnAuthorizationSettings settings_;
  std::optional<WebhookCheck> calls_;
  OwnAuthorization& authorization_;
  const Users& users_;
  const Clock& clock_;
};

}  // namespace couplet::ride_hailer
