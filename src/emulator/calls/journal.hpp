// SPDX-License-Identifier: Apache-2.0
// Every call to and from the emulator, newest last; a bounded ring. Thread: the emulator's.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "emulator/calls/masking.hpp"

namespace couplet::emulator {

enum class Direction { in, out };
[[nodiscard]] std::string_view direction_text(Direction direction);

struct JournalEntry {
  std::uint64_t seq = 0;
  Instant at{};
  Direction direction = Direction::in;
  std::string method;
  std::string host;
  std::string path;
  ShownFields request;
  ShownFields response;
  std::optional<int> status;  // absent: still open, or no answer came
  std::optional<milliseconds> elapsed;
  std::uint64_t ended_after = 0;  // the newest call that had begun when this one ended
  std::string note;               // why the answer is what it is
};

struct JournalOutcome {
  std::optional<int> status;
  milliseconds elapsed{0};
  ShownFields response;
  std::string note;
};

class Journal {
 public:
  explicit Journal(const Clock& clock, std::size_t limit = 1000) : clock_(clock), limit_(limit) {}

  /// Writes down a call that begins; `seq` and `at` are filled in. The number goes to finish().
  std::uint64_t begin(JournalEntry entry);
  /// Does nothing when the entry has left the ring.
  void finish(std::uint64_t seq, JournalOutcome outcome);

  /// Entries after `seq`, oldest first.
  [[nodiscard]] std::vector<const JournalEntry*> since(std::uint64_t seq) const;
  [[nodiscard]] std::uint64_t last_seq() const { return next_ - 1; }
  /// Numbers go on: whoever asks "since N" is not confused by a reset.
  void clear() { entries_.clear(); }

 private:
  const Clock& clock_;
  std::size_t limit_;
  std::uint64_t next_ = 1;
  std::deque<JournalEntry> entries_;
};

[[nodiscard]] json::object to_json(const JournalEntry& entry);

}  // namespace couplet::emulator
