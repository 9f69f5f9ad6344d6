// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/home_page.hpp"

#include "base/crypto.hpp"
#include "couplet_emulator_web.hpp"
#include "emulator/calls/same_site.hpp"
#include "emulator/doors/page.hpp"
#include "emulator/home/call_diagram.hpp"
#include "emulator/home/events_panel.hpp"
#include "emulator/home/phone_panel.hpp"
#include "emulator/home/snapshot_panel.hpp"
#include "emulator/home/workbench_panel.hpp"

namespace couplet::emulator {

namespace {

constexpr std::string_view kPlace = "The Amazon side";

/// What of the page moves, and the stamp by which a change is seen.
struct LiveParts {
  http::Html phone;
  http::Html calls;
  std::string stamp;
};

LiveParts live_parts(const World& world, const AmazonUser* owner) {
  LiveParts parts;
  if (owner) parts.phone = phone_panel(world, *owner);
  parts.calls = call_diagram(world.journal, world.directory);
  parts.stamp = to_hex(sha256(parts.phone.text() + parts.calls.text())).substr(0, 16);
  return parts;
}

Task<http::Response> answer_home_css(const http::Request&) { co_return style_sheet(web::home_css); }

Task<http::Response> answer_home_js(const http::Request&) { co_return script(web::home_js); }

}  // namespace

void HomePage::add_routes(http::Router& router) {
  router.add("GET", "/_emulator", [this](const http::Request& request) { return show(request); });
  router.add("GET", "/_emulator/live", [this](const http::Request& request) { return live(request); });
  router.add("GET", "/_emulator/home.css", answer_home_css);
  router.add("GET", "/_emulator/home.js", answer_home_js);
  add_form(router, "/_emulator/voice", &HomePage::say);
  add_form(router, "/_emulator/refresh", &HomePage::refresh);
  add_form(router, "/_emulator/disable", &HomePage::disable);
  add_form(router, "/_emulator/alexa-link", &HomePage::start_link);
  add_form(router, "/_emulator/discover", &HomePage::discover);
  add_form(router, "/_emulator/events", &HomePage::change_events);
  add_form(router, "/_emulator/faults", &HomePage::add_fault);
  add_form(router, "/_emulator/faults/remove", &HomePage::remove_fault);
  add_form(router, "/_emulator/clock", &HomePage::move_clock);
  add_form(router, "/_emulator/switches", &HomePage::set_switches);
  add_form(router, "/_emulator/scenarios", &HomePage::play);
  add_form(router, "/_emulator/snapshots", &HomePage::keep_snapshot);
}

void HomePage::add_form(http::Router& router, std::string_view path, Action action) {
  router.add("POST", path, [this, action](const http::Request& request) { return run(action, request); });
}

Task<http::Response> HomePage::run(Action action, const http::Request& request) {
  if (is_from_another_site(request))
    co_return message_page(403, kPlace, "Not from here",
                           "This came from another site's page and was ignored.");
  auto form = FormParameters::parse(request.body);
  if (!form)
    co_return message_page(400, kPlace, "Not a form", "The form cannot be read, or repeats a parameter.");
  co_return co_await (this->*action)(std::move(*form), std::string(request.headers.get("Host").value_or("")));
}

Task<http::Response> HomePage::show(const http::Request& request) {
  const AmazonUser* user = owner(request);
  const LiveParts parts = live_parts(world_, user);
  const std::string_view user_id = user ? std::string_view(user->id) : std::string_view();
  co_return page_response(
      200,
      http::render(web::home_html,
                   {{"user", user_id},
                    {"stamp", parts.stamp},
                    {"phone", parts.phone},
                    {"calls", parts.calls},
                    {"workbench", workbench_panel(world_, user_id)},
                    {"events", events_panel(world_.events, user_id)},
                    {"scenarios", scenario_panel(parts_.scenarios.library(), bench_, user_id)},
                    {"snapshots", snapshot_panel(shelf_, user_id)}}),
      Scripts::own);
}

Task<http::Response> HomePage::live(const http::Request& request) {
  const LiveParts parts = live_parts(world_, owner(request));
  const auto query = FormParameters::parse(request.query);
  if (query && query->get("seen") == parts.stamp) co_return http::text_response(200, "");
  constexpr std::string_view kParts = R"(<div id="phone">{{phone}}</div><div id="calls">{{calls}}</div>)";
  http::Response response =
      page_response(200, http::render(kParts, {{"phone", parts.phone}, {"calls", parts.calls}}));
  response.header("X-Emulator-Stamp", parts.stamp);
  co_return response;
}

/// The one who is asked for, or the first.
const AmazonUser* HomePage::owner(const http::Request& request) const {
  const auto query = FormParameters::parse(request.query);
  const AmazonUser* asked = query ? world_.directory.find_user(query->get("user").value_or("")) : nullptr;
  if (asked || world_.directory.users().empty()) return asked;
  return &world_.directory.users().front();
}

}  // namespace couplet::emulator
