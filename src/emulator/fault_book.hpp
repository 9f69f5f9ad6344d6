// SPDX-License-Identifier: Apache-2.0
// Faults that were ordered over the control interface, and which call meets which. Thread: the emulator's.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "emulator/journal.hpp"

namespace couplet::emulator {

/// Every part that is named must fit; an empty match fits every call.
struct FaultMatch {
  std::optional<Direction> direction;
  std::string host;
  std::string path_prefix;
  std::string method;
};

enum class ResetPoint {
  before,  // the connection is closed, nothing has happened
  after,   // it has happened, and the answer is lost
};

struct FaultAction {
  milliseconds delay{0};  // waited before the effect
  std::optional<ResetPoint> reset;
  std::optional<int> status;  // answered instead of the effect
  std::string body;
};

struct Fault {
  std::uint64_t id = 0;
  FaultMatch match;
  unsigned remaining = 1;
  FaultAction action;
};

struct CallFacts {
  Direction direction = Direction::in;
  std::string_view method;
  std::string_view host;
  std::string_view path;
};

class FaultBook {
 public:
  std::uint64_t add(Fault fault);
  /// The oldest fault that fits; it is counted down and leaves the book at zero.
  std::optional<FaultAction> take(const CallFacts& call);
  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
  bool remove(std::uint64_t id);
  void clear() { faults_.clear(); }

 private:
  std::uint64_t next_id_ = 1;
  std::vector<Fault> faults_;
};

/// Shape: {match?:{direction?:"in"|"out", host?, path?, method?}, count?:1.., action:{status, body?} |
/// {delay_ms} | {reset:"before"|"after"}} Errors: a sentence for the person who wrote it
Result<Fault, std::string> fault_from_json(const json::object& object);
[[nodiscard]] json::object to_json(const Fault& fault);

}  // namespace couplet::emulator
