// SPDX-License-Identifier: Apache-2.0
#include "emulator/alexa/refresh_manner.hpp"

#include <algorithm>

namespace couplet::emulator {

namespace {

constexpr std::int64_t kLongestLeadSeconds = 24LL * 3600;

json::array modes_of(const RefreshManner& manner) {
  json::array modes;
  if (manner.timing == RefreshManner::Timing::early) modes.emplace_back("early");
  if (manner.timing == RefreshManner::Timing::late) modes.emplace_back("late");
  if (manner.parallel > 1) modes.emplace_back("parallel");
  if (manner.replayed) modes.emplace_back("replayed");
  if (manner.answer_lost) modes.emplace_back("answer_lost");
  if (manner.old_access_token) modes.emplace_back("old_access_token");
  return modes;
}

std::string unknown_mode() { return "mode takes " + std::string(kRefreshModes); }

std::string read_modes(const json::value& value, RefreshManner& manner) {
  const json::array one{value};
  const json::array& modes = value.is_array() ? value.get_array() : one;
  for (const json::value& mode : modes) {
    const auto* text = mode.if_string();
    if (!text || !add_mode(manner, *text)) return unknown_mode();
  }
  return "";
}

}  // namespace

bool add_mode(RefreshManner& manner, std::string_view mode) {
  if (mode == "early")
    manner.timing = RefreshManner::Timing::early;
  else if (mode == "late")
    manner.timing = RefreshManner::Timing::late;
  else if (mode == "parallel")
    manner.parallel = std::max(manner.parallel, 2U);
  else if (mode == "replayed")
    manner.replayed = true;
  else if (mode == "answer_lost")
    manner.answer_lost = true;
  else if (mode == "old_access_token")
    manner.old_access_token = true;
  else
    return false;
  return true;
}

Result<RefreshManner, std::string> manner_from_json(const json::object& object) {
  RefreshManner manner;
  if (const json::value* mode = object.if_contains("mode")) {
    std::string problem = read_modes(*mode, manner);
    if (!problem.empty()) return std::unexpected(std::move(problem));
  }
  if (!object.contains("count")) return manner;
  const auto count = find_integer(object, "count");
  if (!count || *count < 1 || *count > kMostParallelRefreshes)
    return std::unexpected("count is how many calls are made at once, from 1 to 32");
  manner.parallel = static_cast<unsigned>(*count);
  return manner;
}

Result<RefreshPlan, std::string> plan_from_json(const json::object& object, RefreshPlan known) {
  for (const auto& member : object) {
    const auto number = find_integer(object, member.key());
    const auto text = find_string(object, member.key());
    if (member.key() == "schedule" && (text == "on" || text == "off"))
      known.scheduled = text == "on";
    else if (member.key() == "lead_seconds" && number && *number >= 0 && *number <= kLongestLeadSeconds)
      known.lead = seconds(*number);
    else if (member.key() != "mode" && member.key() != "count")
      return std::unexpected("a plan has schedule (on, off), lead_seconds (0 to 86400), mode and count");
  }
  if (!object.contains("mode") && !object.contains("count")) return known;
  const auto manner = manner_from_json(object);
  if (!manner) return std::unexpected(manner.error());
  known.manner = *manner;
  return known;
}

json::object to_json(const RefreshPlan& plan) {
  return {{"schedule", plan.scheduled ? "on" : "off"},
          {"lead_seconds", plan.lead.count()},
          {"mode", modes_of(plan.manner)},
          {"count", plan.manner.parallel}};
}

}  // namespace couplet::emulator
