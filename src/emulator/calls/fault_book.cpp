// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/fault_book.hpp"

#include <algorithm>
#include <utility>

#include "base/encoding.hpp"

namespace couplet::emulator {

namespace {

constexpr std::int64_t kCountLimit = 1'000'000;
constexpr std::size_t kFaultLimit = 100;

bool fits(const FaultMatch& match, const CallFacts& call) {
  return (!match.direction || *match.direction == call.direction) &&
         (match.host.empty() || match.host == call.host) &&
         (match.method.empty() || match.method == call.method) &&
         (match.user.empty() || match.user == call.user) &&
         (match.skill_id.empty() || match.skill_id == call.skill_id) &&
         call.path.starts_with(match.path_prefix);
}

/// Draws also for calls that then pass, so that a seed means the same calls again.
bool strikes(Fault& fault) {
  if (fault.probability >= 1) return true;
  ++fault.drawn;
  constexpr double kSteps = 9007199254740992.0;  // 2^53: what a double tells apart
  return static_cast<double>(fault.draws() >> 11U) / kSteps < fault.probability;
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
    else if (member.key() == "user")
      match.user = std::string(*text);
    else if (member.key() == "skill_id")
      match.skill_id = std::string(*text);
    else
      return std::unexpected(
          "match takes direction (in or out), host, path (a prefix), method, user and skill_id");
  }
  return match;
}

std::string read_count(const json::value& value, std::optional<unsigned>& remaining) {
  const auto* number = value.if_int64();
  const auto* text = value.if_string();
  if (text && *text == "forever")
    remaining.reset();
  else if (number && *number >= 1 && *number <= kCountLimit)
    remaining = static_cast<unsigned>(*number);
  else
    return R"(count must be a number from 1 to 1000000, or "forever")";
  return "";
}

/// The members beside match and action. Empty when the value is good.
std::string read_member(std::string_view name, const json::value& value, Fault& fault) {
  if (name == "count") return read_count(value, fault.remaining);
  if (name == "probability") {
    if (!value.is_number() || value.to_number<double>() < 0 || value.to_number<double>() > 1)
      return "probability must be a number from 0 to 1";
    fault.probability = value.to_number<double>();
    return "";
  }
  if (name == "seed") {
    const auto* number = value.if_int64();
    if (!number || *number < 0) return "seed must be a whole number";
    fault.seed = static_cast<std::uint64_t>(*number);
    return "";
  }
  if (name == "match" || name == "action") return "";
  return "unknown member " + std::string(name) + ": a fault has match, count, probability, seed and action";
}

json::object to_json(const FaultMatch& match) {
  json::object object;
  if (match.direction) object["direction"] = direction_text(*match.direction);
  if (!match.host.empty()) object["host"] = match.host;
  if (!match.path_prefix.empty()) object["path"] = match.path_prefix;
  if (!match.method.empty()) object["method"] = match.method;
  if (!match.user.empty()) object["user"] = match.user;
  if (!match.skill_id.empty()) object["skill_id"] = match.skill_id;
  return object;
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
      std::ranges::find_if(faults_, [&](Fault& fault) { return fits(fault.match, call) && strikes(fault); });
  if (found == faults_.end()) return std::nullopt;
  FaultAction action = found->action;
  if (found->remaining && --*found->remaining == 0) faults_.erase(found);
  return action;
}

bool FaultBook::asks_for_subjects() const {
  return std::ranges::any_of(
      faults_, [](const Fault& fault) { return !fault.match.user.empty() || !fault.match.skill_id.empty(); });
}

void FaultBook::replace(std::vector<Fault> faults) {
  faults_ = std::move(faults);
  for (Fault& fault : faults_) fault.id = next_id_++;
}

bool FaultBook::remove(std::uint64_t id) {
  return std::erase_if(faults_, [id](const Fault& fault) { return fault.id == id; }) == 1;
}

Result<Fault, std::string> fault_from_json(const json::object& object) {
  Fault fault;
  for (const auto& [name, value] : object) {
    std::string problem = read_member(name, value, fault);
    if (!problem.empty()) return std::unexpected(std::move(problem));
  }
  fault.draws.seed(fault.seed);
  if (object.contains("match")) {
    const json::object* match = find_object(object, "match");
    if (!match) return std::unexpected("match must be an object");
    auto read = read_match(*match);
    if (!read) return std::unexpected(std::move(read.error()));
    fault.match = std::move(*read);
  }
  const json::object* action = find_object(object, "action");
  if (!action) return std::unexpected("action is missing");
  auto read = action_from_json(*action);
  if (!read) return std::unexpected(std::move(read.error()));
  fault.action = std::move(*read);
  return fault;
}

void skip_draws(Fault& fault, std::uint64_t drawn) {
  fault.draws.discard(drawn - fault.drawn);
  fault.drawn = drawn;
}

json::object to_json(const Fault& fault) {
  json::object object{{"id", fault.id},
                      {"match", to_json(fault.match)},
                      {"count", fault.remaining ? json::value(*fault.remaining) : json::value("forever")},
                      {"action", to_json(fault.action)}};
  if (fault.probability < 1) {
    object["probability"] = fault.probability;
    object["seed"] = fault.seed;
  }
  return object;
}

}  // namespace couplet::emulator
