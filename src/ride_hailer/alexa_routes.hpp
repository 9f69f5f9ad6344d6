// SPDX-License-Identifier: Apache-2.0
// The "Link with Alexa" screen and everything behind its buttons. With couplet_client.hpp this is what a
// provider writes.
#pragma once
#include <string>

#include "http/router.hpp"
#include "ride_hailer/alexa_news.hpp"
#include "ride_hailer/couplet_client.hpp"
#include "ride_hailer/pages.hpp"
#include "ride_hailer/sessions.hpp"
#include "ride_hailer/token_check.hpp"
#include "ride_hailer/visits.hpp"

namespace couplet::ride_hailer {

/// Thread: one. Must outlive the router.
class AlexaRoutes {
 public:
  /// `return_uri`: our own redirect URI, registered with Couplet and on the skill; Amazon sends app users
  /// there.
  AlexaRoutes(Visits& visits, Sessions& sessions, CoupletClient& couplet, TokenCheck& tokens,
              const AlexaNews& news, const Pages& pages, const Clock& clock, std::string return_uri);
  void add_to(http::Router& router);

 private:
  Task<http::Response> show(const http::Request& request);
  Task<http::Response> start(const http::Request& request);
  Task<http::Response> come_back(const http::Request& request);
  Task<http::Response> show_finish(const http::Request& request);
  Task<http::Response> finish(const http::Request& request);
  Task<http::Response> unlink(const http::Request& request);

  /// A user behind a form that is really ours, or the answer instead.
  Result<FormParameters, http::Response> user_form(const Visit& visit, const http::Request& request) const;
  http::Response back_with(const SessionId& id, const CoupletError& error,
                           std::string_view what_we_cannot_tell);

  Visits& visits_;
  Sessions& sessions_;
  CoupletClient& couplet_;
  TokenCheck& tokens_;
  const AlexaNews& news_;
  const Pages& pages_;
  const Clock& clock_;
  std::string return_uri_;
};

}  // namespace couplet::ride_hailer
