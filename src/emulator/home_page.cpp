// SPDX-License-Identifier: Apache-2.0
#include "emulator/home_page.hpp"

#include <charconv>
#include <utility>

#include "base/crypto.hpp"
#include "couplet_emulator_web.hpp"
#include "emulator/call_diagram.hpp"
#include "emulator/page.hpp"
#include "emulator/phone_panel.hpp"
#include "emulator/same_site.hpp"
#include "emulator/workbench_panel.hpp"

namespace couplet::emulator {

namespace {

constexpr std::string_view kPlace = "The Amazon side";
constexpr std::int64_t kFarthestStep = 400LL * 24 * 3600;

std::string text_of(const FormParameters& form, std::string_view name) {
  return std::string(form.get(name).value_or(""));
}

std::optional<std::int64_t> number_of(const FormParameters& form, std::string_view name) {
  const std::string_view text = form.get(name).value_or("");
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

http::Response back(const FormParameters& form) {
  FormWriter query;
  query.add("user", text_of(form, "user"));
  return http::redirect(303, "/_emulator?" + query.text());
}

http::Response unknown(std::string_view text) { return message_page(404, kPlace, "Unknown", text); }

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

Task<http::Response> answer_home_js(const http::Request&) {
  http::Response response{200, {}, std::string(web::home_js)};
  co_return std::move(response)
      .header("Content-Type", "text/javascript; charset=utf-8")
      .header("Cache-Control", "no-cache")
      .header("X-Content-Type-Options", "nosniff");
}

}  // namespace

void HomePage::add_routes(http::Router& router) {
  router.add("GET", "/_emulator", [this](const http::Request& request) { return show(request); });
  router.add("GET", "/_emulator/live", [this](const http::Request& request) { return live(request); });
  router.add("GET", "/_emulator/home.css", answer_home_css);
  router.add("GET", "/_emulator/home.js", answer_home_js);
  add_form(router, "/_emulator/voice", &HomePage::say);
  add_form(router, "/_emulator/disable", &HomePage::disable);
  add_form(router, "/_emulator/alexa-link", &HomePage::start_link);
  add_form(router, "/_emulator/faults", &HomePage::add_fault);
  add_form(router, "/_emulator/faults/remove", &HomePage::remove_fault);
  add_form(router, "/_emulator/clock", &HomePage::move_clock);
  add_form(router, "/_emulator/switches", &HomePage::set_switches);
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
  co_return page_response(200,
                          http::render(web::home_html, {{"user", user_id},
                                                        {"stamp", parts.stamp},
                                                        {"phone", parts.phone},
                                                        {"calls", parts.calls},
                                                        {"workbench", workbench_panel(world_, user_id)}}),
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

Task<http::Response> HomePage::say(FormParameters form, std::string) {
  const AmazonUser* user = world_.directory.find_user(text_of(form, "user"));
  const Skill* skill = world_.directory.find_skill(text_of(form, "skill_id"));
  const auto number = number_of(form, "utterance");
  if (!user || !skill || !number || *number < 0 || std::cmp_greater_equal(*number, skill->utterances.size()))
    co_return unknown("No such account, skill or utterance.");
  const Utterance utterance = skill->utterances[static_cast<std::size_t>(*number)];
  LastSaid said{user->name, utterance.say, "", "", ""};
  VoiceRequest voice_request{user->id, skill->skill_id, utterance.intent, {}};
  const auto answer = co_await voice_.say(std::move(voice_request));
  if (answer) {
    said.speech = answer->speech;
    said.card = answer->card;
  } else {
    said.problem = answer.error();
  }
  world_.last_said = std::move(said);
  co_return back(form);
}

Task<http::Response> HomePage::disable(FormParameters form, std::string) {
  const Skill* skill = world_.directory.find_skill(text_of(form, "skill_id"));
  if (skill) enablement_.disable_for(text_of(form, "user"), *skill);
  co_return back(form);
}

Task<http::Response> HomePage::start_link(FormParameters form, std::string host) {
  const auto started = alexa_link_.start({text_of(form, "user"), text_of(form, "skill_id"),
                                          text_of(form, "platform"), "", "browser", std::move(host)});
  if (!started) co_return message_page(400, "Alexa app", "This cannot be linked", started.error());
  co_return http::redirect(303, started->url);
}

Task<http::Response> HomePage::add_fault(FormParameters form, std::string) {
  const auto number = number_of(form, "preset");
  if (!number || *number < 0 || std::cmp_greater_equal(*number, fault_presets().size()))
    co_return unknown("There is no such button.");
  const auto body = parse_json_object(fault_presets()[static_cast<std::size_t>(*number)].fault);
  if (auto fault = body ? fault_from_json(*body) : std::unexpected(std::string("unreadable")))
    world_.faults.add(std::move(*fault));
  co_return back(form);
}

Task<http::Response> HomePage::remove_fault(FormParameters form, std::string) {
  if (const auto id = number_of(form, "fault"); id && *id > 0)
    world_.faults.remove(static_cast<std::uint64_t>(*id));
  co_return back(form);
}

Task<http::Response> HomePage::move_clock(FormParameters form, std::string) {
  const auto by = number_of(form, "seconds");
  if (!by || *by < 0 || *by > kFarthestStep) co_return unknown("The clock goes forward, by seconds.");
  world_.clock.advance(seconds(*by));
  co_return back(form);
}

Task<http::Response> HomePage::set_switches(FormParameters form, std::string) {
  Switches switches = world_.switches;
  for (const auto& [name, value] : form.all()) {
    if (name == "user") continue;
    const auto set = switches.set(name, value);
    if (!set) co_return message_page(400, kPlace, "This switch is not known", set.error());
  }
  world_.switches = switches;
  co_return back(form);
}

}  // namespace couplet::emulator
