// SPDX-License-Identifier: Apache-2.0
// Plays a scenario: the people, the provider's side and the clock, through the emulator's control interface.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "emulator/scenario/control_client.hpp"
#include "emulator/scenario/scenario.hpp"
#include "emulator/scenario/scenario_provider.hpp"

namespace couplet::emulator {

struct PlayedStep {
  std::size_t line = 0;
  std::string text;
  std::string detail;   // what came of it, for people
  std::string problem;  // empty: it went as it should
  milliseconds elapsed{0};
};
[[nodiscard]] json::object to_json(const PlayedStep& step);

/// Thread: the client's.
class ScenarioPlayer {
 public:
  ScenarioPlayer(Scenario scenario, std::string emulator_url, http::Client& client, const Clock& clock)
      : scenario_(std::move(scenario)),
        control_(std::move(emulator_url), client),
        provider_(scenario_.provider, client),
        clock_(clock) {}

  /// Stops at the first step that fails, which is then the last one. `told` hears of each step as it ends.
  Task<std::vector<PlayedStep>> play(std::function<void(const PlayedStep&)> told = {});

 private:
  /// What came of a step, or what went wrong: a sentence.
  using Outcome = Result<std::string, std::string>;
  Task<Outcome> run(const ScenarioAction& action);
  Task<Outcome> act(CallStep step);
  Task<Outcome> act(NameStep step);
  Task<Outcome> act(LinkStep step);
  Task<Outcome> act(UnlinkStep step);
  Task<Outcome> act(DisableStep step);
  Task<Outcome> act(SayStep step);
  Task<Outcome> act(RefreshStep step);
  Task<Outcome> act(MarkStep step);
  Task<Outcome> act(ExpectLink step);
  Task<Outcome> act(ExpectRefresh step);
  Task<Outcome> act(ExpectSpeech step);
  Task<Outcome> act(ExpectVoice step);
  Task<Outcome> act(ExpectJournal step);

  Task<Result<std::string, std::string>> skill_id_of(std::string name);
  [[nodiscard]] std::string provider_skill(const std::string& named) const;
  [[nodiscard]] std::string provider_user(const std::string& user) const;
  Task<Outcome> see_alexa(ExpectLink step);
  Task<Outcome> see_provider(ExpectLink step);
  Task<Outcome> see_journal(ExpectJournal step);

  Scenario scenario_;
  ControlClient control_;
  ProviderSide provider_;
  const Clock& clock_;
  std::map<std::string, std::string> provider_users_;
  std::int64_t journal_from_ = 0;
  json::object said_;     // the last voice answer
  json::array outcomes_;  // of the last refresh
};

}  // namespace couplet::emulator
