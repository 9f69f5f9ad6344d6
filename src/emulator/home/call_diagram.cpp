// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/call_diagram.hpp"

#include <array>
#include <string>
#include <vector>

#include "couplet_emulator_web.hpp"
#include "emulator/home/lanes.hpp"

namespace couplet::emulator {

namespace {

constexpr std::uint64_t kShownCalls = 60;
constexpr std::array kOrder{Lane::phone, Lane::provider, Lane::server, Lane::lwa, Lane::alexa};
using Entries = std::vector<const JournalEntry*>;

/// The middle of the lane, in per cent of the width.
int at(Lane lane) { return 10 + 20 * static_cast<int>(lane); }
std::string percent(int value) { return std::to_string(value) + "%"; }

bool is_open(const JournalEntry& entry) { return !entry.status && !entry.elapsed; }
bool is_good(const JournalEntry& entry) { return entry.status && *entry.status < 400; }

std::string status_text(const JournalEntry& entry) {
  if (entry.status) return std::to_string(*entry.status);
  return is_open(entry) ? "under way" : "no answer";
}

/// Whether `inner` happened while `outer` waited: Alexa's call to a token URL inside an enablement.
bool is_inside(const JournalEntry& inner, const JournalEntry& outer) {
  if (inner.seq <= outer.seq || outer.direction != Direction::in) return false;
  return !outer.elapsed || inner.seq <= outer.ended_after;
}

http::Html lanes(const JournalEntry& entry, const Entries& shown, const Directory& directory) {
  http::Html lines;
  for (const Lane lane : kOrder) {
    bool busy = false;
    for (const JournalEntry* outer : shown)
      busy = busy || (entry.direction == Direction::out && is_inside(entry, *outer) &&
                      hop_of(*outer, directory).to == lane);
    lines += http::render(R"(<line class="lane{{busy}}" x1="{{x}}" x2="{{x}}" y1="0" y2="100%"/>)",
                          {{"busy", busy ? " busy" : ""}, {"x", percent(at(lane))}});
  }
  return lines;
}

/// Above the arrow, in its middle; at the edges it stays inside.
http::Html label_of(const JournalEntry& entry, const Hop& hop) {
  const int middle = (at(hop.from) + at(hop.to)) / 2;
  const bool left = middle <= 25;
  const bool right = middle >= 75;
  constexpr std::string_view kText =
      R"(<text x="{{x}}" y="18" text-anchor="{{anchor}}">{{label}} <tspan class="{{class}}">{{status}}</tspan></text>)";
  return http::render(kText, {{"x", percent(left    ? 11
                                            : right ? 89
                                                    : middle)},
                              {"anchor", left    ? "start"
                                         : right ? "end"
                                                 : "middle"},
                              {"label", hop.label},
                              {"class", is_good(entry) || is_open(entry) ? "ok" : "no"},
                              {"status", status_text(entry)}});
}

http::Html drawing(const JournalEntry& entry, const Hop& hop, const Entries& shown,
                   const Directory& directory) {
  constexpr std::string_view kDrawing =
      R"(<svg class="hop" aria-hidden="true" focusable="false">{{lanes}}<g class="from-{{from}}"><line class="arrow{{open}}" x1="{{x1}}" x2="{{x2}}" y1="30" y2="30"/><svg x="{{x2}}" y="30" overflow="visible"><path class="head" d="{{head}}"/></svg></g>{{label}}</svg>)";
  const bool rightwards = at(hop.to) > at(hop.from);
  return http::render(kDrawing, {{"lanes", lanes(entry, shown, directory)},
                                 {"from", lane_id(hop.from)},
                                 {"open", is_open(entry) ? " open" : ""},
                                 {"x1", percent(at(hop.from))},
                                 {"x2", percent(at(hop.to))},
                                 {"head", rightwards ? "M0 0l-10 -6v12z" : "M0 0l10 -6v12z"},
                                 {"label", label_of(entry, hop)}});
}

http::Html fields(std::string_view title, const ShownFields& shown) {
  if (shown.empty()) return {};
  http::Html list;
  for (const auto& [name, value] : shown)
    list += http::render("<dt>{{name}}</dt><dd>{{value}}</dd>", {{"name", name}, {"value", value}});
  return http::render(web::call_fields_html, {{"title", title}, {"fields", list}});
}

std::string took_text(const JournalEntry& entry) {
  const std::string when = to_iso8601(entry.at);
  if (is_open(entry)) return when + ", under way";
  return when + ", " + status_text(entry) +
         (entry.elapsed ? " after " + std::to_string(entry.elapsed->count()) + " ms" : "");
}

http::Html row(const JournalEntry& entry, const Entries& shown, const Directory& directory) {
  const Hop hop = hop_of(entry, directory);
  http::Html more = fields("Asked", entry.request);
  more += fields("Answered", entry.response);
  const http::Html note =
      entry.note.empty() ? http::Html() : http::render("<p>{{note}}</p>", {{"note", entry.note}});
  return http::render(web::call_html, {{"class", is_open(entry)   ? "open"
                                                 : is_good(entry) ? "fine"
                                                                  : "failed"},
                                       {"seq", std::to_string(entry.seq)},
                                       {"time", to_iso8601(entry.at).substr(11, 8)},
                                       {"drawing", drawing(entry, hop, shown, directory)},
                                       {"from", lane_text(hop.from)},
                                       {"to", lane_text(hop.to)},
                                       {"label", hop.label},
                                       {"status", status_text(entry)},
                                       {"method", entry.method},
                                       {"host", entry.host},
                                       {"path", entry.path},
                                       {"took", took_text(entry)},
                                       {"note", note},
                                       {"fields", more}});
}

}  // namespace

http::Html call_diagram(const Journal& journal, const Directory& directory) {
  const std::uint64_t last = journal.last_seq();
  const Entries shown = journal.since(last > kShownCalls ? last - kShownCalls : 0);
  if (shown.empty())
    return http::html_literal(
        "<p class=\"quiet\">No calls yet. Start a link in your app, or on the phone.</p>");
  http::Html rows;
  for (const JournalEntry* entry : shown) rows += row(*entry, shown, directory);
  return http::render("<ol>{{rows}}</ol>", {{"rows", rows}});
}

}  // namespace couplet::emulator
