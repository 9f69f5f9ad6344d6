// SPDX-License-Identifier: Apache-2.0
// The part of the player that looks and compares.
#include <utility>

#include "emulator/scenario/scenario_player.hpp"

namespace couplet::emulator {

namespace {

std::unexpected<std::string> fail(std::string problem) { return std::unexpected(std::move(problem)); }

std::string text_of(const json::object& object, std::string_view member) {
  return std::string(find_string(object, member).value_or(""));
}

std::string state_text(LinkState state) {
  if (state == LinkState::linked) return "linked";
  return state == LinkState::dropped ? "dropped" : "not linked";
}

bool fits(const json::object& entry, const ExpectJournal& expected) {
  const std::string path = text_of(entry, "path");
  const std::string whole = text_of(entry, "host") + path;
  return (expected.direction.empty() || expected.direction == text_of(entry, "direction")) &&
         (expected.method.empty() || expected.method == text_of(entry, "method")) &&
         (path.starts_with(expected.path) || whole.starts_with(expected.path)) &&
         (!expected.status || expected.status == find_integer(entry, "status"));
}

bool is_enough(std::int64_t found, const ExpectJournal& expected) {
  if (!expected.times) return found >= 1;
  return expected.at_least ? found >= *expected.times : found == *expected.times;
}

}  // namespace

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(ExpectLink step) {
  return step.by_provider ? see_provider(std::move(step)) : see_alexa(std::move(step));
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::see_alexa(ExpectLink step) {
  const auto skill = co_await skill_id_of(step.skill);
  if (!skill) co_return fail(skill.error());
  const auto answer = co_await control_.call("GET", "/users/" + step.user + "/links", {});
  if (!answer) co_return fail(answer.error());
  std::string why = "the skill is not enabled";
  LinkState state = LinkState::not_linked;
  const json::array* links = find_array(answer->body, "links");
  for (const json::value& entry : links ? *links : json::array{}) {
    const json::object& link = entry.get_object();
    if (text_of(link, "skill_id") != *skill) continue;
    const bool linked = text_of(link, "account_link") == "LINKED";
    state = linked ? LinkState::linked : LinkState::dropped;
    why = linked ? "Alexa has tokens" : text_of(link, "unlinked_because");
  }
  const bool good =
      step.state == state || (step.state == LinkState::not_linked && state == LinkState::dropped);
  if (!good) co_return fail(step.user + " is " + state_text(state) + ": " + why);
  co_return why;
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::see_provider(ExpectLink step) {
  const auto answer = co_await provider_.status(provider_user(step.user), provider_skill(step.skill));
  if (!answer) co_return fail(answer.error());
  const std::string status = text_of(answer->body, "status");
  if (!answer->good()) co_return fail("status answered " + shown(*answer));
  if ((status == "LINKED") != (step.state == LinkState::linked))
    co_return fail("the provider says " + (status.empty() ? "nothing: status is missing" : status));
  co_return "the provider says " + status;
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(ExpectRefresh step) {
  if (outcomes_.empty()) co_return fail("nothing was refreshed before");
  for (const json::value& outcome : outcomes_) {
    const json::object& object = outcome.get_object();
    const std::string result = text_of(object, "result");
    if (result != step.result) co_return fail("the refresh is " + result + ": " + text_of(object, "why"));
  }
  co_return "";
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(ExpectSpeech step) {
  const std::string speech = text_of(said_, "speech");
  const bool good = step.contains ? speech.contains(step.text) : speech == step.text;
  if (!good) co_return fail("Alexa said \"" + speech + "\"");
  co_return "";
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(ExpectVoice step) {
  const bool linked = find_bool(said_, "linked").value_or(false);
  if (linked != step.linked)
    co_return fail(linked ? "the request carried a token" : "the request carried no token");
  co_return "";
}

Task<ScenarioPlayer::Outcome> ScenarioPlayer::act(ExpectJournal step) { return see_journal(std::move(step)); }

Task<ScenarioPlayer::Outcome> ScenarioPlayer::see_journal(ExpectJournal step) {
  const auto answer = co_await control_.call("GET", "/journal?since=" + std::to_string(journal_from_), {});
  if (!answer) co_return fail(answer.error());
  std::int64_t found = 0;
  const json::array* entries = find_array(answer->body, "entries");
  for (const json::value& entry : entries ? *entries : json::array{})
    found += fits(entry.get_object(), step) ? 1 : 0;
  const std::string said = "the journal has it " + std::to_string(found) + (found == 1 ? " time" : " times");
  if (!is_enough(found, step)) co_return fail(said);
  co_return said;
}

}  // namespace couplet::emulator
