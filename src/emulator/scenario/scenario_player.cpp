// SPDX-License-Identifier: Apache-2.0
#include "emulator/scenario/scenario_player.hpp"

#include <utility>

#include "emulator/calls/wait.hpp"

namespace couplet::emulator {

namespace {

// Events and webhooks arrive a moment later: what is expected may come true within two seconds.
constexpr int kLooks = 20;
constexpr milliseconds kBetweenLooks{100};

std::unexpected<std::string> fail(std::string problem) { return std::unexpected(std::move(problem)); }

bool is_expectation(const ScenarioAction& action) {
  return std::holds_alternative<ExpectLink>(action) || std::holds_alternative<ExpectJournal>(action);
}

}  // namespace

json::object to_json(const PlayedStep& step) {
  return {{"line", step.line},
          {"step", step.text},
          {"passed", step.problem.empty()},
          {"detail", step.problem.empty() ? step.detail : step.problem},
          {"elapsed_ms", step.elapsed.count()}};
}

Task<std::vector<PlayedStep>> ScenarioPlayer::play(std::function<void(const PlayedStep&)> told) {
  std::vector<PlayedStep> played;
  const Outcome begun = co_await act(MarkStep{});
  if (!begun) {
    played.push_back({0, "reach the emulator", "", begun.error(), milliseconds{0}});
    if (told) told(played.back());
    co_return played;
  }
  for (const ScenarioStep& step : scenario_.steps) {
    PlayedStep done{step.line, step.text, "", "", milliseconds{0}};
    const auto began = clock_.monotonic();
    Outcome outcome = co_await run(step.action);
    for (int look = 1; !outcome && is_expectation(step.action) && look < kLooks; ++look) {
      co_await wait_for(kBetweenLooks);
      outcome = co_await run(step.action);
    }
    done.elapsed = std::chrono::duration_cast<milliseconds>(clock_.monotonic() - began);
    (outcome ? done.detail : done.problem) = outcome ? *outcome : outcome.error();
    played.push_back(done);
    if (told) told(done);
    if (!outcome) break;
  }
  co_return played;
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::run(const ScenarioAction& action) {
  return std::visit([this](const auto& step) { return act(step); }, action);
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(CallStep step) {
  const auto answer = co_await control_.call(step.method, step.path, std::move(step.body));
  if (!answer) co_return fail(answer.error());
  const auto now = find_string(answer->body, "now");
  co_return now ? "it is " + std::string(*now) : "";
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(NameStep step) {
  provider_users_[step.user] = step.provider_user;
  co_return "";
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(LinkStep step) {
  const std::string skill = provider_skill(step.skill);
  const std::string user = provider_user(step.user);
  const auto started = co_await provider_.start(user, skill);
  if (!started) co_return fail(started.error());
  const auto url = find_string(started->body, step.door);
  if (!started->good() || !url) {
    if (step.fails && !started->good()) co_return "start answered " + shown(*started);
    co_return fail("start answered " + shown(*started) + ", " + step.door + (url ? "" : " is missing"));
  }
  auto came_back = co_await control_.decide(std::string(*url), step.user, step.decision);
  if (!came_back) co_return fail(came_back.error());
  const auto finished = co_await provider_.finish(user, skill, std::move(*came_back));
  if (!finished) co_return fail(finished.error());
  if (finished->good() == step.fails) co_return fail("finish answered " + shown(*finished));
  co_return "finish answered " + shown(*finished);
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(UnlinkStep step) {
  const auto answer = co_await provider_.unlink(provider_user(step.user), provider_skill(step.skill));
  if (!answer) co_return fail(answer.error());
  if (!answer->good()) co_return fail("unlink answered " + shown(*answer));
  co_return "unlink answered " + shown(*answer);
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(DisableStep step) {
  const auto skill = co_await skill_id_of(step.skill);
  if (!skill) co_return fail(skill.error());
  const auto answer = co_await control_.call("DELETE", "/users/" + step.user + "/links/" + *skill, {});
  if (!answer) co_return fail(answer.error());
  co_return "";
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(SayStep step) {
  const auto skill = co_await control_.find_skill(step.skill.empty() ? scenario_.skill : step.skill);
  if (!skill) co_return fail(skill.error());
  std::string known;
  const json::array* utterances = find_array(*skill, "utterances");
  for (const json::value& entry : utterances ? *utterances : json::array{}) {
    const std::string_view say = find_string(entry.get_object(), "say").value_or("");
    known += (known.empty() ? "\"" : ", \"") + std::string(say) + "\"";
    if (say != step.say) continue;
    json::object body{{"user", step.user}, {"skill_id", *find_string(*skill, "skill_id")}};
    const std::string intent(find_string(entry.get_object(), "intent").value_or(""));
    if (intent.empty())
      body["launch"] = true;
    else
      body["intent"] = intent;
    auto answer = co_await control_.call("POST", "/voice", std::move(body));
    if (!answer) co_return fail(answer.error());
    said_ = std::move(answer->body);
    co_return "Alexa: " + std::string(find_string(said_, "speech").value_or(""));
  }
  co_return fail("the skill does not know this; it knows " + known);
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(RefreshStep step) {
  const auto skill = co_await skill_id_of(step.skill);
  if (!skill) co_return fail(skill.error());
  step.order["user"] = step.user;
  step.order["skill_id"] = *skill;
  const auto answer = co_await control_.call("POST", "/refresh", std::move(step.order));
  if (!answer) co_return fail(answer.error());
  const json::array* outcomes = find_array(answer->body, "outcomes");
  outcomes_ = outcomes ? *outcomes : json::array{};
  std::string detail;
  for (const json::value& outcome : outcomes_)
    detail +=
        (detail.empty() ? "" : ", ") + std::string(find_string(outcome.get_object(), "result").value_or(""));
  co_return detail;
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(MarkStep) {
  const auto answer = co_await control_.call("GET", "/journal?since=999999999999", {});
  if (!answer) co_return fail(answer.error());
  journal_from_ = find_integer(answer->body, "last_seq").value_or(0);
  co_return "";
}

Task<Result<std::string, std::string>> ScenarioPlayer::skill_id_of(std::string name) {
  const auto skill = co_await control_.find_skill(name.empty() ? scenario_.skill : name);
  if (!skill) co_return fail(skill.error());
  co_return std::string(find_string(*skill, "skill_id").value_or(""));
}

std::string ScenarioPlayer::provider_skill(const std::string& named) const {
  return named.empty() ? scenario_.skill : named;
}

std::string ScenarioPlayer::provider_user(const std::string& user) const {
  const auto found = provider_users_.find(user);
  return found == provider_users_.end() ? user : found->second;
}

}  // namespace couplet::emulator
