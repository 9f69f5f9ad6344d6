// SPDX-License-Identifier: Apache-2.0
// Parts of a skill's manifest beside account linking.
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/state/skill_event_kind.hpp"

namespace couplet::emulator {

/// `events` of the manifest.
struct SkillEvents {
  std::string endpoint;  // where events are posted; empty: the skill gets none
  std::vector<SkillEventKind> subscriptions;
  std::map<std::string, std::string, std::less<>> regions{};  // "EU": an endpoint of that region's own

  [[nodiscard]] const std::string& endpoint_of(std::string_view region) const {
    const auto own = regions.find(region);
    return own == regions.end() ? endpoint : own->second;
  }
  [[nodiscard]] bool is_subscribed(SkillEventKind kind) const {
    return !endpoint.empty() && std::ranges::find(subscriptions, kind) != subscriptions.end();
  }
};

/// The smart home part of the manifest.
struct SmartHomeSettings {
  std::string endpoint;            // where directives are posted; in production that is a Lambda
  bool send_alexa_events = false;  // the permission; Alexa then sends AcceptGrant while it links

  [[nodiscard]] bool wants_grant() const { return send_alexa_events && !endpoint.empty(); }
};

}  // namespace couplet::emulator
