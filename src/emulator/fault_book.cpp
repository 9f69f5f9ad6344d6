// SPDX-License-Identifier: Apache-2.0
#include "emulator/fault_book.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"

namespace couplet::emulator {

namespace {

constexpr std::int64_t kDelayLimitMs = 60'000;
constexpr std::int64_t kCountLimit = 1'000'000;
constexpr std::size_t kFaultLimit = 100;

bool fits(const FaultMatch& match, const CallFacts& call) {
  return (!match.direction || *match.direction == call.direction) &&
         (match.host.empty() || match.host == call.host) &&
         (match.method.empty() || match.method == call.method) && call.path.starts_with(match.path_prefix);
}

Result<FaultMatch, std::string> read_match(const json::object& object) {
  FaultMatch match;
  for (const auto& member : object) {
    const auto* text = member.value().if_string();
    if (!text) return std::unexpected("match." + std::string(member.key()) + " must be a string");
    if (member.key() == "direction" && *text == "in")
      match.direction = Direction::in;
    else if (member.key() == "direction" && *text == "out")
      match.direction = Direction::out;
    else if (member.key() == "host")
      match.host = ascii_lower(std::string(*text));
    else if (member.key() == "path")
      match.path_prefix = std::string(*text);
    else if (member.key() == "method")
      match.method = std::string(*text);
    else
      return std::unexpected("match takes direction (in or out), host, path (a prefix) and method");
  }
  return match;
}

Result<FaultAction, std::string> read_action(const json::object& object) {
  FaultAction action;
  for (const auto& member : object) {
    const auto number = find_integer(object, member.key());
    const auto text = find_string(object, member.key());
    if (member.key() == "status" && number && *number >= 200 && *number <= 599)
      action.status = static_cast<int>(*number);
    else if (member.key() == "body" && text)
      action.body = std::string(*text);
    else if (member.key() == "body" && member.value().is_object())
      action.body = json::serialize(member.value());
    else if (member.key() == "delay_ms" && number && *number >= 0 && *number <= kDelayLimitMs)
      action.delay = milliseconds(*number);
    else if (member.key() == "reset" && text == "before")
      action.reset = ResetPoint::before;
    else if (member.key() == "reset" && text == "after")
      action.reset = ResetPoint::after;
    else
      return std::unexpected(
          R"(action takes status (200 to 599) with body, delay_ms (0 to 60000), and reset ("before" or "after"))");
  }
  if (!action.status && !action.reset && action.delay.count() == 0)
    return std::unexpected("action says nothing to do: give status, delay_ms or reset");
  if (action.status && action.reset) return std::unexpected("status and reset exclude each other");
  return action;
}

}  // namespace

std::uint64_t FaultBook::add(Fault fault) {
  fault.id = next_id_++;
  faults_.push_back(std::move(fault));
  if (faults_.size() > kFaultLimit) faults_.erase(faults_.begin());
  return faults_.back().id;
}

std::optional<FaultAction> FaultBook::take(const CallFacts& call) {
  const auto found =
      std::ranges::find_if(faults_, [&](const Fault& fault) { return fits(fault.match, call); });
  if (found == faults_.end()) return std::nullopt;
  FaultAction action = found->action;
  if (--found->remaining == 0) faults_.erase(found);
  return action;
}

bool FaultBook::remove(std::uint64_t id) {
  return std::erase_if(faults_, [id](const Fault& fault) { return fault.id == id; }) == 1;
}

Result<Fault, std::string> fault_from_json(const json::object& object) {
  for (const auto& member : object)
    if (member.key() != "match" && member.key() != "count" && member.key() != "action")
      return std::unexpected("unknown member " + std::string(member.key()) +
                             ": a fault has match, count and action");
  Fault fault;
  if (object.contains("match")) {
    const json::object* match = find_object(object, "match");
    if (!match) return std::unexpected("match must be an object");
    auto read = read_match(*match);
    if (!read) return std::unexpected(std::move(read.error()));
    fault.match = std::move(*read);
  }
  if (object.contains("count")) {
    const auto count = find_integer(object, "count");
    if (!count || *count < 1 || *count > kCountLimit)
      return std::unexpected("count must be a number from 1 to 1000000");
    fault.remaining = static_cast<unsigned>(*count);
  }
  const json::object* action = find_object(object, "action");
  if (!action) return std::unexpected("action is missing");
  auto read = read_action(*action);
  if (!read) return std::unexpected(std::move(read.error()));
  fault.action = std::move(*read);
  return fault;
}

json::object to_json(const Fault& fault) {
  json::object match;
  if (fault.match.direction) match["direction"] = direction_text(*fault.match.direction);
  if (!fault.match.host.empty()) match["host"] = fault.match.host;
  if (!fault.match.path_prefix.empty()) match["path"] = fault.match.path_prefix;
  if (!fault.match.method.empty()) match["method"] = fault.match.method;
  json::object action;
  if (fault.action.status) {
    action["status"] = *fault.action.status;
    action["body"] = fault.action.body;
  }
  if (fault.action.delay.count() > 0) action["delay_ms"] = fault.action.delay.count();
  if (fault.action.reset) action["reset"] = *fault.action.reset == ResetPoint::before ? "before" : "after";
  return {{"id", fault.id},
          {"match", std::move(match)},
          {"count", fault.remaining},
          {"action", std::move(action)}};
}

}  // namespace couplet::emulator
