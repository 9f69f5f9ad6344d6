// SPDX-License-Identifier: Apache-2.0
// Parts of a skill's manifest beside account linking.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "emulator/skill_event_kind.hpp"

namespace couplet::emulator {

/// `events` of the manifest.
struct SkillEvents {
  std::string endpoint;  // where events are posted; empty: the skill gets none
  std::vector<SkillEventKind> subscriptions;

  [[nodiscard]] bool is_subscribed(SkillEventKind kind) const {
    return !endpoint.empty() && std::ranges::find(subscriptions, kind) != subscriptions.end();
  }
};

}  // namespace couplet::emulator
