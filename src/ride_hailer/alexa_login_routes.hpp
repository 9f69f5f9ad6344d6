// SPDX-License-Identifier: Apache-2.0
// The login page of links that start in the Alexa app (`login_url` in Couplet's configuration): who is it,
// and does this user agree?
#pragma once
#include <string>
#include <string_view>

#include "http/router.hpp"
#include "ride_hailer/couplet_client.hpp"
#include "ride_hailer/pages.hpp"
#include "ride_hailer/sessions.hpp"
#include "ride_hailer/visits.hpp"

namespace couplet::ride_hailer {

/// Thread: one. Must outlive the router.
class AlexaLoginRoutes {
 public:
  AlexaLoginRoutes(Visits& visits, Sessions& sessions, CoupletClient& couplet, const Pages& pages);
  void add_to(http::Router& router);

 private:
  Task<http::Response> show(const http::Request& request);
  Task<http::Response> decide(const http::Request& request);
  [[nodiscard]] http::Response use_another(const Visit& visit, const std::string& login_challenge);
  [[nodiscard]] http::Response failed(const CoupletError& error) const;

  Visits& visits_;
  Sessions& sessions_;
  CoupletClient& couplet_;
  const Pages& pages_;
};

/// The characters Couplet makes a login_challenge of, so that nothing else gets into a URL of ours.
[[nodiscard]] bool is_login_challenge(std::string_view text);

}  // namespace couplet::ride_hailer
