// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/events_panel.hpp"

#include <ranges>
#include <string>

#include "couplet_emulator_web.hpp"

namespace couplet::emulator {

namespace {

constexpr std::size_t kShownEvents = 6;  // of each kind, the newest

std::string answer_text(const PendingEvent& event) {
  if (event.attempts == 0) return "not sent yet";
  const std::string tries = event.attempts == 1 ? "1 try" : std::to_string(event.attempts) + " tries";
  if (event.last_status) return tries + ", answered " + std::to_string(*event.last_status);
  return tries + ", no answer";
}

http::Html event_line(const PendingEvent& event, std::string_view standing, std::string_view css_class) {
  return http::render(web::event_html, {{"class", css_class},
                                        {"standing", standing},
                                        {"event", subscription_text(event.kind)},
                                        {"user", event.user_id},
                                        {"answer", answer_text(event)}});
}

http::Html lines(const EventQueue& events) {
  http::Html list;
  for (const auto& [id, event] : events.pending() | std::views::reverse | std::views::take(kShownEvents))
    list += event_line(event, "waiting", "none");
  for (const FinishedEvent& finished :
       events.finished() | std::views::reverse | std::views::take(kShownEvents))
    list += event_line(finished.event, outcome_text(finished.outcome),
                       finished.outcome == EventOutcome::acknowledged ? "good" : "bad");
  return list;
}

http::Html buttons(const EventQueue& events) {
  constexpr std::string_view kButton =
      R"(<button class="small" name="do" value="{{value}}">{{label}}</button>)";
  http::Html row =
      http::render(kButton, {{"value", events.mode.held ? "release" : "hold"},
                             {"label", events.mode.held ? "Let events go" : "Hold events back"}});
  row += http::render(kButton, {{"value", "deliver"}, {"label", "Deliver what waits now"}});
  row += http::render(kButton, {{"value", events.mode.order == EventOrder::reversed ? "in_order" : "reverse"},
                                {"label", events.mode.order == EventOrder::reversed ? "In the order of events"
                                                                                    : "Newest first"}});
  return row;
}

}  // namespace

http::Html events_panel(const EventQueue& events, std::string_view user_id) {
  const std::string waiting = std::to_string(events.pending().size()) + " waiting";
  return http::render(web::events_html, {{"summary", waiting + (events.mode.held ? ", held back" : "")},
                                         {"user", user_id},
                                         {"buttons", buttons(events)},
                                         {"events", lines(events)}});
}

}  // namespace couplet::emulator
