// SPDX-License-Identifier: Apache-2.0
// "fault out POST path /oauth/token for anna status 503 3 times"
#include "emulator/scenario/scenario_lines.hpp"

namespace couplet::emulator {

namespace {

constexpr std::int64_t kMostTimes = 1'000'000;

void read_match(ScenarioWords& words, json::object& match) {
  for (const std::string_view direction : {"in", "out"})
    if (words.take(direction)) match["direction"] = direction;
  for (const std::string_view method : {"GET", "POST", "PUT", "DELETE"})
    if (words.take(method)) match["method"] = method;
  if (words.take("host")) match["host"] = words.word("a host name, with the port where it has one");
  if (words.take("path")) match["path"] = words.word("the beginning of a path");
  if (words.take("for")) match["user"] = words.word("an Amazon account");
}

/// One of the things that a fault does; false when none is left.
bool read_action(ScenarioWords& words, json::object& action) {
  if (words.take("status"))
    action["status"] = words.number(200, 599, "an HTTP status");
  else if (words.take("body"))
    action["body"] = words.quoted("the body");
  else if (words.take("delay"))
    action["delay_ms"] = words.duration().count();
  else if (words.take("drip"))
    action["drip"] = words.number(1, 1'000'000, "bytes a second");
  else if (words.take("reset"))
    action["reset"] = words.one_of({"before", "after"});
  else if (words.take("malformed"))
    action["malformed"] = words.one_of({"not_json", "truncated", "wrong_types", "deep", "invalid_utf8"});
  else if (words.take("huge"))
    action["huge_bytes"] = words.number(1, 64LL * 1024 * 1024, "bytes");
  else if (words.take("retry_after"))
    action["retry_after"] = words.number(0, 86'400, "seconds");
  else if (words.take("redirect"))
    action["redirect"] = words.word("a URL");
  else
    return false;
  return true;
}

void read_when(ScenarioWords& words, json::object& fault) {
  if (words.take("forever")) {
    fault["count"] = "forever";
  } else if (!words.empty() && !words.sees("probability")) {
    fault["count"] = words.number(1, kMostTimes, "how often");
    words.one_of({"times", "time"});
  }
  if (!words.take("probability")) return;
  fault["probability"] = words.fraction("a number from 0 to 1");
  words.one_of({"seed"});
  fault["seed"] = words.number(0, kMostTimes, "the seed");
}

}  // namespace

json::object read_fault(ScenarioWords& words) {
  json::object match;
  json::object action;
  json::object fault;
  read_match(words, match);
  while (!words.failed() && read_action(words, action)) {
  }
  if (action.empty())
    words.one_of({"status", "body", "delay", "drip", "reset", "malformed", "huge", "retry_after", "redirect",
                  "in", "out", "host", "path", "for"});
  read_when(words, fault);
  fault["match"] = std::move(match);
  fault["action"] = std::move(action);
  return fault;
}

}  // namespace couplet::emulator
