// SPDX-License-Identifier: Apache-2.0
// Signing in and out, and the home page with its rides.
#pragma once
#include "base/clock.hpp"
#include "http/router.hpp"
#include "ride_hailer/pages.hpp"
#include "ride_hailer/rides.hpp"
#include "ride_hailer/sessions.hpp"
#include "ride_hailer/users.hpp"
#include "ride_hailer/visits.hpp"

namespace couplet::ride_hailer {

/// Thread: one. Must outlive the router.
class AccountRoutes {
 public:
  AccountRoutes(Visits& visits, const Users& users, Sessions& sessions, Rides& rides, const Pages& pages,
                const Clock& clock);
  void add_to(http::Router& router);

 private:
  Task<http::Response> home(const http::Request& request);
  Task<http::Response> order(const http::Request& request);
  Task<http::Response> show_sign_in(const http::Request& request);
  Task<http::Response> sign_in(const http::Request& request);
  Task<http::Response> sign_out(const http::Request& request);

  Visits& visits_;
  const Users& users_;
  Sessions& sessions_;
  Rides& rides_;
  const Pages& pages_;
  const Clock& clock_;
};

}  // namespace couplet::ride_hailer
