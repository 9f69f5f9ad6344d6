// SPDX-License-Identifier: Apache-2.0
// Everything that the emulated Amazon remembers. In memory, on one io_context thread.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "emulator/alexa/refresh_manner.hpp"
#include "emulator/alexa/voice.hpp"
#include "emulator/calls/fault_book.hpp"
#include "emulator/calls/journal.hpp"
#include "emulator/doors/pending_consents.hpp"
#include "emulator/events/event_queue.hpp"
#include "emulator/state/adjustable_clock.hpp"
#include "emulator/state/alexa_links.hpp"
#include "emulator/state/amazon_tokens.hpp"
#include "emulator/state/directory.hpp"
#include "emulator/state/enablements.hpp"
#include "emulator/switches/switches.hpp"

namespace couplet::emulator {

/// What was said last, for the page.
struct LastSaid {
  std::string user;
  std::string say;
  std::string speech;
  std::string card;
  std::string problem;  // instead of an answer
};

struct World {
  World(std::vector<AmazonUser> users, std::vector<Skill> skills, const Clock& base_clock, Random& random)
      : clock(base_clock),
        directory(std::move(users), std::move(skills)),
        tokens(clock, random),
        enablements(clock, random),
        pending(clock, random),
        alexa_links(clock, random),
        journal(clock),
        events(clock) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// As after a start; only the journal's numbers go on.
  void reset() {
    clock.reset();
    directory.reset();
    switches = Switches{};
    refresh_plan = first_refresh_plan;
    refresh_counts = RefreshCounts{};
    tokens.clear();
    enablements.clear();
    pending.clear();
    alexa_links.clear();
    faults.clear();
    journal.clear();
    events.clear();
    last_said.reset();
  }

  AdjustableClock clock;
  Directory directory;
  Switches switches;
  RefreshPlan first_refresh_plan;  // of the configuration
  RefreshPlan refresh_plan;
  RefreshCounts refresh_counts;
  AmazonTokens tokens;
  Enablements enablements;
  PendingConsents pending;
  AlexaLinks alexa_links;
  FaultBook faults;
  Journal journal;
  EventQueue events;
  std::optional<LastSaid> last_said;
};

}  // namespace couplet::emulator
