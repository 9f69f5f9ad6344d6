// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/alexa_routes.hpp"

#include <utility>

#include "base/form.hpp"
#include "base/log.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr std::string_view kScreen = "/alexa";

enum class Device { iphone, android, other };
Device device_of(const http::Request& request) {
  const auto agent = request.headers.get("User-Agent").value_or("");
  if (agent.contains("Android")) return Device::android;
  if (agent.contains("iPhone") || agent.contains("iPad")) return Device::iphone;
  return Device::other;
}

std::string manage_url_for(const ManageUrls& urls, Device device) {
  if (device == Device::iphone && !urls.ios.empty()) return urls.ios;
  if (device == Device::android && !urls.android.empty()) return urls.android;
  return urls.web;
}

http::Response to_screen() { return http::redirect(303, std::string(kScreen)); }

}  // namespace

AlexaRoutes::AlexaRoutes(Visits& visits, Sessions& sessions, CoupletClient& couplet, TokenCheck& tokens,
                         const AlexaNews& news, const Pages& pages, const Clock& clock,
                         std::string return_uri)
    : visits_(visits),
      sessions_(sessions),
      couplet_(couplet),
      tokens_(tokens),
      news_(news),
      pages_(pages),
      clock_(clock),
      return_uri_(std::move(return_uri)) {}

void AlexaRoutes::add_to(http::Router& router) {
  router.add("GET", "/alexa", [this](const http::Request& request) { return show(request); });
  router.add("POST", "/alexa/link", [this](const http::Request& request) { return start(request); });
  router.add("GET", "/alexa/return", [this](const http::Request& request) { return come_back(request); });
  router.add("GET", "/alexa/finish", [this](const http::Request& request) { return show_finish(request); });
  router.add("POST", "/alexa/finish", [this](const http::Request& request) { return finish(request); });
  router.add("POST", "/alexa/unlink", [this](const http::Request& request) { return unlink(request); });
}

Task<http::Response> AlexaRoutes::show(const http::Request& request) {
  const Visit visit = visits_.of(request);
  if (!visit.user) co_return http::redirect(303, "/sign-in");
  const auto answer = co_await couplet_.link_state(visit.user->id);
  std::optional<LinkState> state;
  if (answer) state = *answer;
  const std::string manage_url = state ? manage_url_for(state->manage_urls, device_of(request)) : "";
  co_return pages_.alexa(visits_.owner(visit), state, manage_url, news_.of(visit.user->id), clock_.now());
}

// 303, so that the browser leaves with a GET. A website's user goes through Couplet's launch page, which
// gives this browser the cookie that proves later who is coming back; an app's user comes back to us, with
// our own session.
Task<http::Response> AlexaRoutes::start(const http::Request& request) {
  const Visit visit = visits_.of(request);
  auto form = user_form(visit, request);
  if (!form) co_return std::move(form.error());
  const bool by_app = form->get("way") == "app";
  StartRequest how{.platform = "web", .return_mode = "browser", .redirect_uri = {}};
  if (by_app)
    how = {.platform = device_of(request) == Device::iphone ? "ios" : "android",
           .return_mode = "app",
           .redirect_uri = return_uri_};
  const auto started = co_await couplet_.start_link(visit.user->id, std::move(how));
  if (!started)
    co_return back_with(
        visit.id, started.error(),
        "We cannot reach Alexa linking right now. Nothing has changed; please try again later.");
  co_return http::redirect(303, by_app ? started->alexa_app_url : started->launch_url);
}

// A GET that anybody can make a browser do, so it only puts aside what came, out of the visible URL.
Task<http::Response> AlexaRoutes::come_back(const http::Request& request) {
  const Visit visit = visits_.of(request);
  if (!visit.user) co_return http::redirect(303, "/sign-in?after=alexa");
  const auto query = FormParameters::parse(request.query);
  if (!query || !query->get("state")) co_return to_screen();
  const auto text = [&](std::string_view name) { return std::string(query->get(name).value_or("")); };
  sessions_.put_alexa_return(visit.id,
                             {text("code"), text("state"), text("error"), text("error_description")});
  http::Response response = http::redirect(303, "/alexa/finish");
  response.header("Referrer-Policy", "no-referrer").header("Cache-Control", "no-store");
  co_return response;
}

Task<http::Response> AlexaRoutes::show_finish(const http::Request& request) {
  const Visit visit = visits_.of(request);
  if (!visit.user) co_return http::redirect(303, "/sign-in?after=alexa");
  if (!sessions_.has_alexa_return(visit.id)) co_return to_screen();
  co_return pages_.alexa_finish(visits_.owner(visit));
}

// The user is the one of this session. Couplet refuses when it was another one who started.
Task<http::Response> AlexaRoutes::finish(const http::Request& request) {
  const Visit visit = visits_.of(request);
  auto form = user_form(visit, request);
  if (!form) co_return std::move(form.error());
  auto returned = sessions_.take_alexa_return(visit.id);
  if (!returned) co_return to_screen();
  AmazonAnswer answer{std::move(returned->code), std::move(returned->state), std::move(returned->error),
                      std::move(returned->error_description)};
  const auto finished = co_await couplet_.finish_link(visit.user->id, std::move(answer));
  if (!finished)
    co_return back_with(
        visit.id, finished.error(),
        "We cannot tell right now whether your account was linked. Please look again in a minute.");
  sessions_.put_notice(visit.id, {Notice::Kind::good, "Done. Try “Alexa, ask Ride Hailer for a ride”.", {}});
  co_return to_screen();
}

Task<http::Response> AlexaRoutes::unlink(const http::Request& request) {
  const Visit visit = visits_.of(request);
  auto form = user_form(visit, request);
  if (!form) co_return std::move(form.error());
  const auto unlinked = co_await couplet_.unlink(visit.user->id);
  tokens_.forget(visit.user->id);
  if (!unlinked)
    co_return back_with(
        visit.id, unlinked.error(),
        "We cannot tell right now whether your account was unlinked. Please look again in a minute.");
  tokens_.revoke(visit.user->id);
  sessions_.put_notice(visit.id, {Notice::Kind::good, "Alexa can no longer order rides for you.", {}});
  co_return to_screen();
}

Result<FormParameters, http::Response> AlexaRoutes::user_form(const Visit& visit,
                                                              const http::Request& request) const {
  if (!visit.user) return std::unexpected(http::redirect(303, "/sign-in?after=alexa"));
  return visits_.form(visit, request);
}

// Couplet's words for the user, unchanged. No words (the user cancelled) means: say nothing.
http::Response AlexaRoutes::back_with(const SessionId& id, const CoupletError& error,
                                      std::string_view what_we_cannot_tell) {
  if (error.kind == CoupletError::Kind::unavailable) {
    sessions_.put_notice(id, {Notice::Kind::bad, std::string(what_we_cannot_tell), {}});
  } else if (error.user_message) {
    sessions_.put_notice(id, {Notice::Kind::bad, *error.user_message, error.reference});
  }
  return to_screen();
}

}  // namespace couplet::ride_hailer
