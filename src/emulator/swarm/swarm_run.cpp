// SPDX-License-Identifier: Apache-2.0
#include "emulator/swarm/swarm_run.hpp"

#include <algorithm>
#include <array>

#include "base/concurrently.hpp"

namespace couplet::emulator {

namespace {

constexpr std::uint64_t kShownFailures = 10;
constexpr std::size_t kUsersOfOneCall = 500;
constexpr std::int64_t kHour = 3600;
constexpr std::array kRegions{"NA", "EU", "FE"};

}  // namespace

Task<SwarmCounts> SwarmRun::run() {
  const auto skill = co_await control_.find_skill(options_.skill);
  if (!skill) {
    failed("looking up the skill", 0, skill.error());
    co_return counts_;
  }
  skill_id_ = find_string(*skill, "skill_id").value_or("");
  co_await phase("accounts", &SwarmRun::make_account, options_.users);
  co_await phase("links", &SwarmRun::link, options_.users);
  const auto began = clock_.monotonic();
  co_await live();
  told(std::to_string(options_.days) + " days", began);
  // The server's own clock was never ahead: to it, the Amazon tokens it holds are as young as they are.
  const auto reset = co_await control_.call("PUT", "/clock", {{"ahead_seconds", 0}});
  if (!reset) failed("setting the clock back for", 0, reset.error());
  co_await phase("leaving", &SwarmRun::leave, options_.users);
  co_await phase("comparing", &SwarmRun::compare, options_.users);
  co_return counts_;
}

Task<void> SwarmRun::phase(std::string name, One one, std::uint32_t count) {
  const auto began = clock_.monotonic();
  auto step = [this, one](std::size_t index) { return (this->*one)(static_cast<std::uint32_t>(index)); };
  co_await run_concurrently(count, options_.at_once, step);
  told(name, began);
}

void SwarmRun::told(const std::string& name, std::chrono::nanoseconds began) {
  const auto elapsed = std::chrono::duration_cast<milliseconds>(clock_.monotonic() - began).count();
  out_ << "  " << name << ": " << static_cast<double>(elapsed) / 1000 << " s\n" << std::flush;
}

void SwarmRun::failed(const std::string& what, std::uint32_t number, const std::string& why) {
  if (++counts_.failures <= kShownFailures)
    out_ << "  " << what << " " << user(number) << ": " << why << "\n";
}

Task<void> SwarmRun::make_account(std::uint32_t number) {
  const std::string name = user(number);
  json::object body{{"name", name}, {"region", kRegions[number % kRegions.size()]}, {"tester", true}};
  const auto answer = co_await control_.call("PUT", "/users/" + name, std::move(body));
  if (!answer) failed("making the account of", number, answer.error());
}

Task<void> SwarmRun::link(std::uint32_t number) {
  const std::string name = user(number);
  const auto started = co_await provider_.start(name, options_.skill);
  if (!started || !started->good())
    co_return failed("start of", number, started ? shown(*started) : started.error());
  // Every other person has the Alexa app.
  const auto url = find_string(started->body, number % 2 == 0 ? "alexa_app_url" : "lwa_url");
  if (!url) co_return failed("start of", number, "the answer has no URL");
  auto came_back = co_await control_.decide(std::string(*url), name, "allow");
  if (!came_back) co_return failed("consent of", number, came_back.error());
  const auto finished = co_await provider_.finish(name, options_.skill, std::move(*came_back));
  if (!finished || !finished->good())
    co_return failed("finish of", number, finished ? shown(*finished) : finished.error());
  ++counts_.links;
}

/// Each person uses the skill at some hours; Alexa refreshes then, if the access token has expired.
Task<void> SwarmRun::live() {
  const std::size_t hours = std::size_t{options_.days} * 24;
  std::vector<std::vector<std::uint32_t>> who(hours);
  for (std::uint32_t number = 0; number < options_.users && hours > 0; ++number)
    for (std::uint32_t i = 0; i < options_.requests_per_user; ++i) who[draws_() % hours].push_back(number);
  for (std::vector<std::uint32_t>& now : who) {
    const auto moved = co_await control_.call("POST", "/clock/advance", {{"seconds", kHour}});
    if (!moved) failed("an hour of", 0, moved.error());
    std::ranges::sort(now);
    now.erase(std::ranges::unique(now).begin(), now.end());
    for (std::size_t from = 0; from < now.size(); from += kUsersOfOneCall) {
      const auto begin = now.begin() + static_cast<std::ptrdiff_t>(from);
      const auto end =
          now.begin() + static_cast<std::ptrdiff_t>(std::min(from + kUsersOfOneCall, now.size()));
      co_await speak(std::vector<std::uint32_t>(begin, end));
    }
  }
}

Task<void> SwarmRun::speak(std::vector<std::uint32_t> numbers) {
  json::array users;
  for (const std::uint32_t number : numbers) users.emplace_back(user(number));
  json::object order{{"users", std::move(users)}, {"skill_id", skill_id_}, {"mode", "late"}};
  const auto answer = co_await control_.call("POST", "/refresh", std::move(order));
  if (!answer) co_return failed("refreshes around", numbers.front(), answer.error());
  counts_.requests += numbers.size();
  const json::array* outcomes = find_array(answer->body, "outcomes");
  for (const json::value& entry : outcomes ? *outcomes : json::array{}) {
    const json::object& outcome = entry.get_object();
    const std::string_view result = find_string(outcome, "result").value_or("");
    if (result == "refreshed") ++counts_.refreshes;
    if (result == "dropped") ++counts_.drops;
    if (result == "dropped" || result == "failed")
      failed("a refresh beside", numbers.front(), std::string(find_string(outcome, "why").value_or("")));
  }
}

Task<void> SwarmRun::leave(std::uint32_t number) {
  if (stays(number)) co_return;
  if (number % 2 == 0) {
    const auto gone = co_await provider_.unlink(user(number), options_.skill);
    if (!gone || !gone->good()) co_return failed("unlink of", number, gone ? shown(*gone) : gone.error());
    ++counts_.left_in_the_app;
    co_return;
  }
  const auto gone = co_await control_.call("DELETE", "/users/" + user(number) + "/links/" + skill_id_, {});
  if (!gone) co_return failed("disabling of", number, gone.error());
  ++counts_.left_at_alexa;
}

Task<void> SwarmRun::compare(std::uint32_t number) {
  const auto links = co_await control_.call("GET", "/users/" + user(number) + "/links", {});
  const auto status = co_await provider_.status(user(number), options_.skill);
  if (!links || !status || !status->good()) {
    const std::string why = !links ? links.error() : status ? shown(*status) : status.error();
    co_return failed("comparing", number, why);
  }
  bool at_alexa = false;
  const json::array* rows = find_array(links->body, "links");
  for (const json::value& row : rows ? *rows : json::array{})
    at_alexa = at_alexa || (find_string(row.get_object(), "skill_id") == skill_id_ &&
                            find_string(row.get_object(), "account_link") == "LINKED");
  const std::string_view said = find_string(status->body, "status").value_or("");
  if (at_alexa != (said == "LINKED") || at_alexa != stays(number)) {
    ++counts_.different;
    failed("at the end", number,
           std::string(at_alexa ? "Alexa has a link" : "Alexa has no link") + ", and the provider says " +
               std::string(said));
  }
  if (at_alexa && said == "LINKED") ++counts_.linked;
}

}  // namespace couplet::emulator
