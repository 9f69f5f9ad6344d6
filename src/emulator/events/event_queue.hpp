// SPDX-License-Identifier: Apache-2.0
// Skill events that wait to be acknowledged: which is due, in which order, when to try again and when to give
// up. No I/O. Thread: the emulator's.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "emulator/signing/wrong_ways.hpp"
#include "emulator/state/skill_event_kind.hpp"

namespace couplet::emulator {

inline constexpr std::chrono::hours kEventLife{1};         // then Amazon gives up
inline constexpr std::size_t kPendingEventLimit = 20'000;  // then the oldest is dropped
inline constexpr std::size_t kFinishedEventLimit = 500;    // remembered for whoever asks

enum class EventOrder {
  as_created,
  reversed,  // of what is due, the newest first
};

/// How events are delivered from now on; nobody promises more than "at least once, in any order, within an
/// hour".
struct DeliveryMode {
  bool held = false;    // nothing is sent until it is released or asked for
  seconds delay{0};     // before the first try
  unsigned copies = 1;  // each event is posted so often
  EventOrder order = EventOrder::as_created;
  const WrongWay* wrong = nullptr;  // how signatures are spoiled; such events are tried once
};

struct PendingEvent {
  std::uint64_t id = 0;
  SkillEventKind kind = SkillEventKind::SKILL_ENABLED;
  std::string user_id;
  std::string skill_id;
  std::string request_id;
  std::string url;
  json::object message;
  const WrongWay* wrong = nullptr;
  Instant queued_at{};
  Instant due_at{};
  unsigned attempts = 0;
  std::optional<int> last_status;  // absent: no answer
  std::string last_problem;        // "timeout"; empty after an answer
};

enum class EventOutcome {
  acknowledged,  // 200
  given_up,      // the hour is over
  refused,       // a wrong way, tried once
  dropped,       // the queue was full
};
[[nodiscard]] std::string_view outcome_text(EventOutcome outcome);

struct FinishedEvent {
  PendingEvent event;
  EventOutcome outcome = EventOutcome::acknowledged;
  Instant at{};
};

/// One try: a status, or why there was none.
struct DeliveryAttempt {
  std::optional<int> status;
  std::string problem;
};

class EventQueue {
 public:
  explicit EventQueue(const Clock& clock) : clock_(clock) {}

  /// Queues the event, in copies and with the delay of the mode. A wrong way of its own wins over the mode's.
  /// The id of the first copy.
  std::uint64_t add(PendingEvent event);

  /// The next that may be tried; it stays pending, and no other of the same user and skill is handed out
  /// before finish(). Events whose hour is over are given up on the way. Absent when nothing is due or all is
  /// held.
  std::optional<PendingEvent> take_due();
  /// The same for one that is asked for, whatever holds it. Absent when it is not pending or under way.
  std::optional<PendingEvent> take(std::uint64_t id);
  void finish(std::uint64_t id, DeliveryAttempt attempt);
  /// When take_due() has something again; absent when nothing waits for a time.
  [[nodiscard]] std::optional<Instant> next_due() const;

  bool remove(std::uint64_t id);
  void clear();
  [[nodiscard]] const std::map<std::uint64_t, PendingEvent>& pending() const { return pending_; }
  [[nodiscard]] const std::deque<FinishedEvent>& finished() const { return finished_; }  // newest last
  [[nodiscard]] const FinishedEvent* find_finished(std::uint64_t id) const;

  DeliveryMode mode;

 private:
  using Key = std::pair<std::string, std::string>;
  using Due = std::pair<Instant, std::uint64_t>;
  static Key key_of(const PendingEvent& event) { return {event.user_id, event.skill_id}; }
  [[nodiscard]] bool is_for_idle_user(const Due& due) const;
  PendingEvent& mark_under_way(PendingEvent& event);
  void close(std::uint64_t id, EventOutcome outcome);
  void give_up_old();

  const Clock& clock_;
  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, PendingEvent> pending_;
  std::set<Due> due_;  // of those that are not under way
  std::set<Key> busy_;
  std::set<std::uint64_t> under_way_;
  std::deque<FinishedEvent> finished_;
};

[[nodiscard]] json::object to_json(const PendingEvent& event);
[[nodiscard]] json::object to_json(const FinishedEvent& event);

}  // namespace couplet::emulator
