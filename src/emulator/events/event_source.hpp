// SPDX-License-Identifier: Apache-2.0
// Where skill events come from: a link made or ended, and what a person or a test asks for. Thread: the
// emulator's.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "emulator/events/event_queue.hpp"
#include "emulator/events/skill_event.hpp"
#include "emulator/state/directory.hpp"
#include "emulator/state/enablements.hpp"
#include "emulator/switches/switches.hpp"

namespace couplet::emulator {

/// An event sent by hand.
struct EventWish {
  SkillEventKind kind = SkillEventKind::SKILL_ENABLED;
  std::string user_id;
  std::string skill_id;
  std::string alexa_user_id;             // empty: the user's, as long as the skill is enabled
  std::string request_id;                // empty: a new one
  std::optional<Instant> created_at;     // absent: now
  std::vector<std::string> permissions;  // of the two permission events
  std::string person_id;                 // a recognised speaker; empty: nobody
  std::vector<std::string> person_permissions;
  std::vector<std::string> subscriptions;                        // of the two subscription events
  std::optional<Enablements::UserInformation> user_information;  // absent: as the switch has it
  const WrongWay* wrong = nullptr;
};

class EventSource {
 public:
  /// Events are dated by `wall_clock`, as skills compare the date with their own. `queued` is called after
  /// each event.
  EventSource(const Directory& directory, const Enablements& enablements, const Switches& switches,
              EventQueue& queue, const Clock& wall_clock, Random& random, std::function<void()> queued)
      : directory_(directory),
        enablements_(enablements),
        switches_(switches),
        queue_(queue),
        wall_clock_(wall_clock),
        random_(random),
        queued_(std::move(queued)) {}

  /// Queues the events that the skill has subscribed to.
  void enablement_changed(const EnablementChange& change);

  /// Queues one event, subscribed or not. The id of its first copy.
  /// Errors: a sentence: no such user or skill, no endpoint, nobody linked
  Result<std::uint64_t, std::string> queue(const EventWish& wish);

 private:
  void queue_if_subscribed(SkillEventKind kind, const EnablementChange& change);
  [[nodiscard]] SkillEvent new_event(SkillEventKind kind, const Skill& skill, const AmazonUser& user);
  std::uint64_t put(const SkillEvent& event, const Skill& skill, const AmazonUser& user,
                    const WrongWay* wrong);

  const Directory& directory_;
  const Enablements& enablements_;
  const Switches& switches_;
  EventQueue& queue_;
  const Clock& wall_clock_;
  Random& random_;
  std::function<void()> queued_;
  bool linking_for_the_first_time_ = false;  // between the two changes of a first link
};

}  // namespace couplet::emulator
