// SPDX-License-Identifier: Apache-2.0
// What the forms of /_emulator do.
#include <utility>

#include "emulator/doors/page.hpp"
#include "emulator/home/home_form.hpp"
#include "emulator/home/home_page.hpp"
#include "emulator/home/workbench_panel.hpp"

namespace couplet::emulator {

namespace {

constexpr std::string_view kPlace = "The Amazon side";
constexpr std::int64_t kFarthestStep = 400LL * 24 * 3600;

http::Response unknown(std::string_view text) { return message_page(404, kPlace, "Unknown", text); }

}  // namespace

Task<http::Response> HomePage::say(FormParameters form, std::string) {
  const AmazonUser* user = world_.directory.find_user(text_of(form, "user"));
  const Skill* skill = world_.directory.find_skill(text_of(form, "skill_id"));
  const auto number = number_of(form, "utterance");
  if (!user || !skill || !number || *number < 0 || std::cmp_greater_equal(*number, skill->utterances.size()))
    co_return unknown("No such account, skill or utterance.");
  const Utterance utterance = skill->utterances[static_cast<std::size_t>(*number)];
  const WrongWay* wrong = find_wrong_way(text_of(form, "wrong"));
  const std::string how = wrong ? " (signed wrongly: " + std::string(wrong->name) + ")" : "";
  LastSaid said{user->name, utterance.say + how, "", "", ""};
  VoiceRequest voice_request{user->id, skill->skill_id, utterance.intent, {}, wrong};
  const auto answer = co_await parts_.voice.say(std::move(voice_request));
  if (answer) {
    said.speech = answer->speech;
    said.card = answer->card;
  } else {
    said.problem = answer.error();
  }
  world_.last_said = std::move(said);
  co_return back(form);
}

Task<http::Response> HomePage::refresh(FormParameters form, std::string) {
  const AmazonUser* user = world_.directory.find_user(text_of(form, "user"));
  if (!user) co_return unknown("No such account.");
  LastSaid said{user->name, "(Alexa refreshes now)", "", "", ""};
  const auto outcomes =
      co_await parts_.refresher.refresh(user->id, text_of(form, "skill_id"), RefreshManner{});
  const RefreshOutcome& outcome = outcomes.front();
  if (outcome.result == RefreshResult::refreshed)
    said.speech = "Alexa has new tokens.";
  else
    said.problem = std::string(result_text(outcome.result)) + (outcome.why.empty() ? "" : ": " + outcome.why);
  world_.last_said = std::move(said);
  co_return back(form);
}

Task<http::Response> HomePage::disable(FormParameters form, std::string) {
  const Skill* skill = world_.directory.find_skill(text_of(form, "skill_id"));
  if (skill) parts_.enablement.disable_for(text_of(form, "user"), *skill);
  co_return back(form);
}

Task<http::Response> HomePage::start_link(FormParameters form, std::string host) {
  const auto started = parts_.alexa_link.start({text_of(form, "user"), text_of(form, "skill_id"),
                                                text_of(form, "platform"), "", "browser", std::move(host)});
  if (!started) co_return message_page(400, "Alexa app", "This cannot be linked", started.error());
  co_return http::redirect(303, started->url);
}

Task<http::Response> HomePage::discover(FormParameters form, std::string) {
  const AmazonUser* user = world_.directory.find_user(text_of(form, "user"));
  if (!user) co_return unknown("No such account.");
  LastSaid said{user->name, "Alexa, discover devices", "", "", ""};
  DirectiveRequest wanted{user->id, text_of(form, "skill_id"), "Alexa.Discovery", "Discover", "", {}};
  const auto answer = co_await parts_.smart_home.send(std::move(wanted));
  if (!answer) {
    said.problem = answer.error();
  } else if (const auto* devices = find_array(answer->response, "event.payload.endpoints")) {
    said.speech =
        "I found " + std::to_string(devices->size()) + (devices->size() == 1 ? " device." : " devices.");
  } else {
    said.problem = answer->error_type.empty() ? answer->name : answer->error_type;
  }
  world_.last_said = std::move(said);
  co_return back(form);
}

Task<http::Response> HomePage::change_events(FormParameters form, std::string) {
  const std::string wanted = text_of(form, "do");
  DeliveryMode& mode = world_.events.mode;
  if (wanted == "hold") mode.held = true;
  if (wanted == "release") mode.held = false;
  if (wanted == "reverse") mode.order = EventOrder::reversed;
  if (wanted == "in_order") mode.order = EventOrder::as_created;
  if (wanted == "deliver") co_await parts_.event_delivery.deliver_all();
  parts_.event_delivery.wake();
  co_return back(form);
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
  co_await parts_.refresher.advance(seconds(*by));
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
