// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/alexa_login_routes.hpp"

#include <algorithm>
#include <utility>

#include "base/form.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr std::size_t kLongestChallenge = 12'000;

// The same words for a GET and for a form: nothing that the user could do here would help.
http::Response broken_link(const Pages& pages) {
  return pages.message(400, "This link does not work",
                       "Nothing was linked. Please start again in the Alexa app.");
}

http::Response to_sign_in(const std::string& login_challenge) {
  return http::redirect(303, "/sign-in?login_challenge=" + login_challenge);
}

std::string challenge_of(const FormParameters& parameters) {
  const std::string_view text = parameters.get("login_challenge").value_or("");
  return is_login_challenge(text) ? std::string(text) : std::string();
}

}  // namespace

AlexaLoginRoutes::AlexaLoginRoutes(Visits& visits, Sessions& sessions, CoupletClient& couplet,
                                   const Pages& pages)
    : visits_(visits), sessions_(sessions), couplet_(couplet), pages_(pages) {}

void AlexaLoginRoutes::add_to(http::Router& router) {
  router.add("GET", "/alexa/login", [this](const http::Request& request) { return show(request); });
  router.add("POST", "/alexa/login", [this](const http::Request& request) { return decide(request); });
}

Task<http::Response> AlexaLoginRoutes::show(const http::Request& request) {
  const Visit visit = visits_.of(request);
  const auto query = FormParameters::parse(request.query);
  const std::string login_challenge = query ? challenge_of(*query) : "";
  if (login_challenge.empty()) co_return broken_link(pages_);
  if (!visit.user) co_return to_sign_in(login_challenge);
  const auto asked = co_await couplet_.authorization_request(login_challenge);
  if (!asked) co_return failed(asked.error());
  const PageOwner owner{*visit.user, sessions_.csrf_token(visit.id), std::nullopt};
  co_return pages_.alexa_consent(owner, *asked, login_challenge);
}

// The account that is linked is the one of this session, whatever the form says (AZ-13).
Task<http::Response> AlexaLoginRoutes::decide(const http::Request& request) {
  const Visit visit = visits_.of(request);
  const auto form = visits_.form(visit, request);
  if (!form) co_return form.error();
  const std::string login_challenge = challenge_of(*form);
  if (login_challenge.empty()) co_return broken_link(pages_);
  if (!visit.user) co_return to_sign_in(login_challenge);
  const auto decision = form->get("decision");
  if (decision == "another") co_return use_another(visit, login_challenge);
  if (decision != "link" && decision != "cancel") co_return broken_link(pages_);
  auto answered = decision == "link" ? couplet_.accept_authorization(login_challenge, visit.user->id)
                                     : couplet_.deny_authorization(login_challenge);
  const auto redirect_to = co_await std::move(answered);
  if (!redirect_to) co_return failed(redirect_to.error());
  http::Response response = http::redirect(303, *redirect_to);
  response.header("Referrer-Policy", "no-referrer").header("Cache-Control", "no-store");
  co_return response;
}

http::Response AlexaLoginRoutes::use_another(const Visit& visit, const std::string& login_challenge) {
  sessions_.end(visit.id);
  http::Response response = to_sign_in(login_challenge);
  visits_.clear_cookie(response);
  return response;
}

http::Response AlexaLoginRoutes::failed(const CoupletError& error) const {
  if (error.kind == CoupletError::Kind::unavailable)
    return pages_.message(503, "We cannot link right now",
                          "Nothing has changed. Please go back and try again in a minute.");
  return pages_.message(400, "This request has ended",
                        "It was too old, or answered before. Please start again in the Alexa app.");
}

bool is_login_challenge(std::string_view text) {
  return !text.empty() && text.size() <= kLongestChallenge && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace couplet::ride_hailer
