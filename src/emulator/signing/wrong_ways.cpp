// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/wrong_ways.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace couplet::emulator {

namespace {

constexpr std::array<std::string_view, 15> kRuleTexts{
    "none",  "headers",  "url",       "fetch", "certificate", "validity",  "name",       "key_usage",
    "trust", "strength", "signature", "size",  "json",        "timestamp", "application"};
static_assert(kRuleTexts.size() == static_cast<std::size_t>(Rule::application) + 1);

bool is_accepted(const WrongWay& way, bool is_event) {
  return way.breaks == Rule::none || (way.events_may && is_event);
}

json::object verdict(const WrongWay& way, bool is_event) {
  json::array statuses;
  for (const int status : expected_statuses(way, is_event)) statuses.emplace_back(status);
  return {{"verdict", is_accepted(way, is_event) ? "accepted" : "refused"},
          {"statuses", std::move(statuses)}};
}

}  // namespace

std::string_view rule_text(Rule rule) { return kRuleTexts.at(static_cast<std::size_t>(rule)); }

WrongWay way_of(std::string_view name, Rule breaks, std::string_view requirement, std::string_view does) {
  WrongWay way;
  way.name = name;
  way.breaks = breaks;
  way.requirement = requirement;
  way.does = does;
  return way;
}

const std::vector<WrongWay>& wrong_ways() {
  static const std::vector<WrongWay> ways = [] {
    std::vector<WrongWay> all;
    for (const auto& family : {wrong_certificates(), wrong_urls(), wrong_headers(), wrong_messages()})
      std::ranges::copy(family, std::back_inserter(all));
    return all;
  }();
  return ways;
}

const WrongWay* find_wrong_way(std::string_view name) {
  const auto found = std::ranges::find(wrong_ways(), name, &WrongWay::name);
  return found == wrong_ways().end() ? nullptr : &*found;
}

std::vector<int> expected_statuses(const WrongWay& way, bool is_event) {
  if (is_accepted(way, is_event)) return {200};
  if (way.breaks == Rule::fetch) return {400, 503};  // not verified: Amazon may try again
  if (way.breaks == Rule::size) return {400, 413};
  return {400};
}

json::object to_json(const WrongWay& way) {
  return {{"name", way.name},
          {"does", way.does},
          {"breaks", rule_text(way.breaks)},
          {"requirement", way.requirement},
          {"on_request", verdict(way, false)},
          {"on_event", verdict(way, true)}};
}

}  // namespace couplet::emulator
