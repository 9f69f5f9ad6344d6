// SPDX-License-Identifier: Apache-2.0
#include "emulator/scenario/scenario_lines.hpp"

#include <array>
#include <utility>

#include "emulator/alexa/refresh_manner.hpp"

namespace couplet::emulator {

namespace {

constexpr std::int64_t kMostParallel = kMostParallelRefreshes;
constexpr std::string_view kThings =
    "a person (anna links …), account, alexa, wait, clock, fault, clear, switch, refresh, reset, mark, "
    "expect, "
    "provider, skill or scenario";

std::int64_t whole_seconds(milliseconds duration) {
  return std::chrono::duration_cast<seconds>(duration).count();
}

/// "account anna in EU as tester"
CallStep account(ScenarioWords& words) {
  const std::string user = words.word("the id of an Amazon account");
  json::object body{{"name", user}, {"email", user + "@example.org"}};
  if (words.take("in")) body["region"] = words.one_of({"NA", "EU", "FE"});
  if (words.take("as")) body[words.one_of({"tester", "owner"})] = true;
  return {"PUT", "/users/" + user, std::move(body)};
}

/// One way of refreshing; false when the next word is none.
bool take_mode(ScenarioWords& words, json::array& modes, json::object& order) {
  for (const char* mode : {"early", "late", "replayed"})
    if (words.take(mode)) return modes.emplace_back(mode), true;
  if (words.take("parallel")) {
    order["count"] = words.number(2, kMostParallel, "how many at once");
    return modes.emplace_back("parallel"), true;
  }
  if (words.take("answer")) {
    words.one_of({"lost"});
    return modes.emplace_back("answer_lost"), true;
  }
  if (!words.take("old")) return false;
  words.one_of({"access"});
  words.one_of({"token"});
  return modes.emplace_back("old_access_token"), true;
}

/// "alexa refreshes anna parallel 3 answer lost for ride-hailer"
RefreshStep refresh(ScenarioWords& words) {
  RefreshStep step;
  words.one_of({"refreshes"});
  step.user = words.word("the account whose tokens are refreshed");
  json::array modes;
  while (!words.failed() && take_mode(words, modes, step.order)) {
  }
  if (!words.empty() &&
      words.one_of({"early", "late", "parallel", "replayed", "answer", "old", "for"}) == "for")
    step.skill = words.word("a skill");
  step.order["mode"] = std::move(modes);
  return step;
}

CallStep clock(ScenarioWords& words) {
  const std::string verb = words.one_of({"freeze", "run", "rate", "set", "reset"});
  json::object body;
  if (verb == "freeze") body["frozen"] = true;
  if (verb == "run") body = {{"frozen", false}, {"rate", 1}};
  if (verb == "reset") body = {{"ahead_seconds", 0}, {"frozen", false}, {"rate", 1}};
  if (verb == "rate") body["rate"] = words.fraction("how many seconds pass in one, as in 3600");
  if (verb == "set") body["now"] = words.word("an instant, as in 2026-03-01T10:00:00Z");
  return {"PUT", "/clock", std::move(body)};
}

/// "refresh on lead 5m early parallel 2", "refresh off"
CallStep schedule(ScenarioWords& words) {
  json::object body{{"schedule", words.one_of({"on", "off"})}};
  if (words.take("lead")) body["lead_seconds"] = whole_seconds(words.duration());
  json::array modes;
  while (!words.failed() && take_mode(words, modes, body)) {
  }
  if (!words.empty()) words.one_of({"lead", "early", "late", "parallel", "replayed", "answer", "old"});
  body["mode"] = std::move(modes);
  return {"PUT", "/refresh", std::move(body)};
}

CallStep wait(ScenarioWords& words) {
  return {"POST", "/clock/advance", {{"seconds", whole_seconds(words.duration())}}};
}

CallStep clear(ScenarioWords& words) {
  words.one_of({"faults"});
  return {"DELETE", "/faults", {}};
}

CallStep set_switch(ScenarioWords& words) {
  const std::string name = words.word("the name of a switch");
  return {"PUT", "/switches", {{name, words.word("the value of the switch")}}};
}

MarkStep mark(ScenarioWords& words) {
  words.one_of({"journal"});
  return {};
}

/// "[ride-hailer] via alexa app", "ride-hailer via lwa"
std::string door(ScenarioWords& words) {
  words.one_of({"via"});
  if (words.one_of({"alexa", "lwa"}) == "lwa") return "lwa_url";
  words.one_of({"app"});
  return "alexa_app_url";
}

LinkStep link(ScenarioWords& words, std::string user, std::string decision, bool fails) {
  LinkStep step{std::move(user), words.word("a skill"), "", std::move(decision), fails};
  step.door = door(words);
  return step;
}

}  // namespace

void read_provider(ScenarioWords& words, ScenarioProvider& provider) {
  const std::string member = words.one_of({"url", "api_key", "skill", "header", "hook"});
  if (member == "url") provider.url = words.word("the URL of a linking API");
  if (member == "api_key") provider.api_key = words.word("the API key");
  if (member == "skill") provider.skill = words.word("the skill's name in the linking API's paths");
  if (member == "header") {
    const std::string name = words.word("the name of a header");
    provider.headers.emplace_back(name, words.quoted("the value of the header"));
  }
  if (member == "hook") {
    const std::string hook = words.one_of({"start", "finish", "status", "unlink"});
    const std::string method = words.one_of({"GET", "POST", "PUT", "DELETE"});
    provider.hooks[hook] = {method, words.word("a URL, in which {user} and {skill} are filled in")};
  }
  words.end();
}

std::optional<ScenarioAction> read_thing_step(ScenarioWords& words) {
  if (words.take("account")) return account(words);
  if (words.take("alexa")) return refresh(words);
  if (words.take("wait")) return wait(words);
  if (words.take("clock")) return clock(words);
  if (words.take("fault")) return CallStep{"POST", "/faults", read_fault(words)};
  if (words.take("clear")) return clear(words);
  if (words.take("switch")) return set_switch(words);
  if (words.take("refresh")) return schedule(words);
  if (words.take("reset")) return CallStep{"POST", "/reset", {}};
  if (words.take("mark")) return mark(words);
  if (words.take("expect")) return read_expectation(words);
  return std::nullopt;
}

ScenarioAction read_person_step(ScenarioWords& words) {
  words.take("user");
  std::string user = words.word(kThings);
  const std::string verb = words.one_of({"links", "denies", "cannot", "unlinks", "disables", "says", "is"});
  if (verb == "links") return link(words, std::move(user), "allow", false);
  if (verb == "denies") return link(words, std::move(user), "cancel", true);
  if (verb == "unlinks") return UnlinkStep{std::move(user), words.word("a skill")};
  if (verb == "disables") return DisableStep{std::move(user), words.word("a skill")};
  if (verb == "is") return NameStep{std::move(user), words.word("the provider's name for the person")};
  if (verb == "says") {
    SayStep step{std::move(user), "", words.quoted("what is said")};
    if (words.take("to")) step.skill = words.word("a skill");
    return step;
  }
  if (verb == "cannot") words.one_of({"link"});
  return link(words, std::move(user), "allow", true);
}

}  // namespace couplet::emulator
