// SPDX-License-Identifier: Apache-2.0
// The phases of a swarm, and what they counted.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "emulator/scenario/control_client.hpp"
#include "emulator/scenario/scenario_provider.hpp"
#include "emulator/swarm/swarm.hpp"

namespace couplet::emulator {

struct SwarmCounts {
  std::uint64_t links = 0;
  std::uint64_t requests = 0;   // to the skill; each may need a refresh first
  std::uint64_t refreshes = 0;  // those that did
  std::uint64_t left_in_the_app = 0;
  std::uint64_t left_at_alexa = 0;
  std::uint64_t drops = 0;
  std::uint64_t failures = 0;   // of any call
  std::uint64_t linked = 0;     // at the end, by both sides
  std::uint64_t different = 0;  // the two sides disagree
};

/// Thread: the clients'.
class SwarmRun {
 public:
  SwarmRun(SwarmOptions options, ScenarioProvider provider, http::Client& client, const Clock& clock,
           std::ostream& out)
      : options_(std::move(options)),
        control_(options_.emulator_url, client),
        provider_(std::move(provider), client),
        clock_(clock),
        out_(out),
        draws_(options_.seed) {}

  Task<SwarmCounts> run();

 private:
  using One = Task<void> (SwarmRun::*)(std::uint32_t);
  Task<void> phase(std::string name, One one, std::uint32_t count);
  Task<void> make_account(std::uint32_t number);
  Task<void> link(std::uint32_t number);
  Task<void> live();
  Task<void> speak(std::vector<std::uint32_t> numbers);
  Task<void> leave(std::uint32_t number);
  Task<void> compare(std::uint32_t number);

  [[nodiscard]] static std::string user(std::uint32_t number) { return "swarm-" + std::to_string(number); }
  [[nodiscard]] bool stays(std::uint32_t number) const { return number % 100 < options_.stay_percent; }
  void failed(const std::string& what, std::uint32_t number, const std::string& why);
  void told(const std::string& name, std::chrono::nanoseconds began);

  SwarmOptions options_;
  ControlClient control_;
  ProviderSide provider_;
  const Clock& clock_;
  std::ostream& out_;
  std::mt19937_64 draws_;
  std::string skill_id_;
  SwarmCounts counts_;
};

}  // namespace couplet::emulator
