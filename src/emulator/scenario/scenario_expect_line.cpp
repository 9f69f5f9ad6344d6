// SPDX-License-Identifier: Apache-2.0
// "expect anna is linked", "expect journal out POST /oauth/token status 200 at least 3 times"
#include "emulator/scenario/scenario_lines.hpp"

namespace couplet::emulator {

namespace {

constexpr std::int64_t kMostTimes = 1'000'000;

ExpectLink link_state(ScenarioWords& words, bool by_provider) {
  ExpectLink expected;
  expected.by_provider = by_provider;
  words.take("user");
  expected.user = words.word("a person, refresh, speech, voice, journal or provider");
  words.one_of({"is"});
  const std::string state =
      by_provider ? words.one_of({"linked", "not"}) : words.one_of({"linked", "not", "dropped"});
  if (state == "dropped") expected.state = LinkState::dropped;
  if (state == "not") {
    words.one_of({"linked"});
    expected.state = LinkState::not_linked;
  }
  if (words.take("to")) expected.skill = words.word("a skill");
  return expected;
}

ExpectJournal journal(ScenarioWords& words) {
  ExpectJournal expected;
  for (const char* direction : {"in", "out"})
    if (words.take(direction)) expected.direction = direction;
  for (const char* method : {"GET", "POST", "PUT", "DELETE"})
    if (words.take(method)) expected.method = method;
  expected.path = words.word("the beginning of a path, with the host before it or without");
  if (words.take("status")) expected.status = words.number(100, 599, "an HTTP status");
  if (words.empty()) return expected;
  if (words.take("at")) {
    words.one_of({"least"});
    expected.at_least = true;
  }
  expected.times = words.number(0, kMostTimes, "how often");
  words.one_of({"times", "time"});
  return expected;
}

ExpectSpeech speech(ScenarioWords& words) {
  ExpectSpeech expected;
  expected.contains = words.take("contains");
  expected.text = words.quoted("what Alexa says");
  return expected;
}

ExpectVoice voice(ScenarioWords& words) {
  ExpectVoice expected;
  expected.linked = words.one_of({"linked", "not"}) == "linked";
  if (!expected.linked) words.one_of({"linked"});
  return expected;
}

}  // namespace

ScenarioAction read_expectation(ScenarioWords& words) {
  if (words.take("journal")) return journal(words);
  if (words.take("speech")) return speech(words);
  if (words.take("voice")) return voice(words);
  if (words.take("refresh"))
    return ExpectRefresh{
        words.one_of({"refreshed", "answer_lost", "dropped", "failed", "not_due", "not_linked"})};
  const bool by_provider = words.take("provider");
  if (by_provider) words.one_of({"says"});
  return link_state(words, by_provider);
}

}  // namespace couplet::emulator
