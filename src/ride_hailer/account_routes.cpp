// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/account_routes.hpp"

#include <utility>

#include "base/log.hpp"
#include "ride_hailer/alexa_login_routes.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr std::size_t kLongestDestination = 200;  // bytes; the page allows 80 characters

std::string text_of(const FormParameters& form, std::string_view name) {
  return std::string(form.get(name).value_or(""));
}

// What the sign-in form may remember of where the user was going: one of our own pages, and nothing else
// (RU-07).
std::string known_after(std::string_view after) {
  constexpr std::string_view kChallenge = "login_challenge=";
  const bool is_login = after.starts_with(kChallenge) && is_login_challenge(after.substr(kChallenge.size()));
  return after == "alexa" || is_login ? std::string(after) : std::string();
}

std::string path_of(const std::string& after) {
  if (after.empty()) return "/";
  return after == "alexa" ? "/alexa" : "/alexa/login?" + after;
}

}  // namespace

AccountRoutes::AccountRoutes(Visits& visits, const Users& users, Sessions& sessions, Rides& rides,
                             const Pages& pages, const Clock& clock)
    : visits_(visits), users_(users), sessions_(sessions), rides_(rides), pages_(pages), clock_(clock) {}

void AccountRoutes::add_to(http::Router& router) {
  router.add("GET", "/", [this](const http::Request& request) { return home(request); });
  router.add("POST", "/rides", [this](const http::Request& request) { return order(request); });
  router.add("GET", "/sign-in", [this](const http::Request& request) { return show_sign_in(request); });
  router.add("POST", "/sign-in", [this](const http::Request& request) { return sign_in(request); });
  router.add("POST", "/sign-out", [this](const http::Request& request) { return sign_out(request); });
}

Task<http::Response> AccountRoutes::home(const http::Request& request) {
  const Visit visit = visits_.of(request);
  if (!visit.user) co_return http::redirect(303, "/sign-in");
  co_return pages_.home(visits_.owner(visit), rides_.of(visit.user->id), clock_.now());
}

Task<http::Response> AccountRoutes::order(const http::Request& request) {
  const Visit visit = visits_.of(request);
  auto form = visits_.form(visit, request);
  if (!form) co_return std::move(form.error());
  if (!visit.user) co_return http::redirect(303, "/sign-in");
  const std::string destination = text_of(*form, "destination");
  if (destination.empty() || destination.size() > kLongestDestination || !is_utf8(destination)) {
    sessions_.put_notice(visit.id, {Notice::Kind::bad, "Please say where to, in a few words.", {}});
    co_return http::redirect(303, "/");
  }
  rides_.order(visit.user->id, destination, Ride::Via::app);
  sessions_.put_notice(visit.id, {Notice::Kind::good, "Your ride is on its way.", {}});
  co_return http::redirect(303, "/");
}

Task<http::Response> AccountRoutes::show_sign_in(const http::Request& request) {
  const Visit visit = visits_.of(request);
  const std::string after = known_after(request.query == "after=alexa" ? "alexa" : request.query);
  if (visit.user) co_return http::redirect(303, path_of(after));
  Pages::SignIn form{
      .csrf_token = sessions_.csrf_token(visit.id), .login = {}, .after = after, .problem = {}};
  if (after == "alexa") {
    form.problem = "Your session has ended, so nothing was linked. Sign in, then link again.";
  }
  auto response = pages_.sign_in(200, form);
  if (visit.cookie_needed) visits_.set_cookie(response, visit.id);
  co_return response;
}

Task<http::Response> AccountRoutes::sign_in(const http::Request& request) {
  const Visit visit = visits_.of(request);
  auto form = visits_.form(visit, request);
  if (!form) co_return std::move(form.error());
  const std::string login = text_of(*form, "login");
  const std::string after = known_after(text_of(*form, "after"));
  const User* const user = co_await users_.check_password(login, Password{text_of(*form, "password")});
  if (!user) {
    log::info("sign_in.refused");
    co_return pages_.sign_in(
        401, {sessions_.csrf_token(visit.id), login, after, "That name and password do not go together."});
  }
  sessions_.end(visit.id);
  auto response = http::redirect(303, path_of(after));
  visits_.set_cookie(response, sessions_.start(user->id));
  co_return response;
}

Task<http::Response> AccountRoutes::sign_out(const http::Request& request) {
  const Visit visit = visits_.of(request);
  auto form = visits_.form(visit, request);
  if (!form) co_return std::move(form.error());
  sessions_.end(visit.id);
  auto response = http::redirect(303, "/sign-in");
  visits_.clear_cookie(response);
  co_return response;
}

}  // namespace couplet::ride_hailer
