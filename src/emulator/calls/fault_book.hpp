// SPDX-License-Identifier: Apache-2.0
// Faults that were ordered over the control interface, and which call meets which. Thread: the emulator's.
#pragma once
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "emulator/calls/fault_action.hpp"
#include "emulator/calls/journal.hpp"

namespace couplet::emulator {

/// Every part that is named must fit; an empty match fits every call.
struct FaultMatch {
  std::optional<Direction> direction;
  std::string host;
  std::string path_prefix;
  std::string method;
  std::string user;      // the Amazon account on whose behalf the call is made
  std::string skill_id;  // the skill that it is about
};

struct Fault {
  std::uint64_t id = 0;
  FaultMatch match;
  std::optional<unsigned> remaining = 1;  // absent: for ever
  FaultAction action;
  double probability = 1;  // that a call which fits meets the fault
  std::uint64_t seed = 1;  // the same seed, the same calls
  std::mt19937_64 draws{seed};
  std::uint64_t drawn = 0;
};

struct CallFacts {
  Direction direction = Direction::in;
  std::string_view method;
  std::string_view host;
  std::string_view path;
  std::string_view user{};  // empty: nobody knows
  std::string_view skill_id{};
};

class FaultBook {
 public:
  std::uint64_t add(Fault fault);
  /// The oldest fault that fits and strikes; it is counted down and leaves the book at zero.
  std::optional<FaultAction> take(const CallFacts& call);
  /// Whether somebody must find out who a call is about.
  [[nodiscard]] bool asks_for_subjects() const;
  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
  bool remove(std::uint64_t id);
  void clear() { faults_.clear(); }
  void replace(std::vector<Fault> faults);

 private:
  std::uint64_t next_id_ = 1;
  std::vector<Fault> faults_;
};

/// Shape: {match?:{direction?:"in"|"out", host?, path?, method?, user?, skill_id?}, count?:1..|"forever",
/// probability?:0..1, seed?, action:{…}}
/// Errors: a sentence for the person who wrote it
Result<Fault, std::string> fault_from_json(const json::object& object);
/// As after so many draws.
void skip_draws(Fault& fault, std::uint64_t drawn);
[[nodiscard]] json::object to_json(const Fault& fault);

}  // namespace couplet::emulator
