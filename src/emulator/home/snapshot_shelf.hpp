// SPDX-License-Identifier: Apache-2.0
// The snapshots that the page has taken. They outlive a reset, and end with the process.
#pragma once
#include <cstdint>
#include <deque>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "emulator/world/world.hpp"

namespace couplet::emulator {

struct KeptSnapshot {
  std::uint64_t id = 0;
  std::string name;
  Instant taken_at;   // on the emulator's clock
  std::string state;  // JSON, as GET /_emulator/api/snapshot answers it
};

/// Thread: the emulator's.
class SnapshotShelf {
 public:
  static constexpr std::size_t kMost = 10;

  /// Effects: the oldest makes room when there are too many. An empty name becomes "Snapshot" and its number.
  void take(const World& world, std::string name);
  /// Errors: a sentence
  Result<void, std::string> restore(std::uint64_t id, World& world);
  void remove(std::uint64_t id);
  /// As after a start; the snapshots stay.
  void reset(World& world);

  [[nodiscard]] const std::deque<KeptSnapshot>& kept() const { return kept_; }
  /// What was done last, for people; empty at first.
  [[nodiscard]] const std::string& done() const { return done_; }

 private:
  std::deque<KeptSnapshot> kept_;  // oldest first
  std::uint64_t last_id_ = 0;
  std::string done_;
};

}  // namespace couplet::emulator
