// SPDX-License-Identifier: Apache-2.0
// What a skill event says. No I/O.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "emulator/state/enablements.hpp"
#include "emulator/state/skill_event_kind.hpp"

namespace couplet::emulator {

struct SkillEvent {
  SkillEventKind kind = SkillEventKind::SKILL_ENABLED;
  std::string skill_id;
  std::string alexa_user_id;
  std::string api_host;                             // of the user's region
  std::string api_access_token;                     // of Alexa's API, not of the provider; empty: left out
  std::optional<ProviderAccessToken> access_token;  // in SkillAccountLinked only
  std::vector<std::string> permissions;             // the whole set, of the two permission events
  std::string person_id;                            // a recognised speaker; empty: nobody
  std::vector<std::string> person_permissions;      // theirs, beside permissions
  std::vector<std::string> subscriptions;           // event names or topics, of the two subscription events
  std::optional<Enablements::UserInformation> user_information;  // of SkillDisabled; absent: no body
  std::string request_id;
  Instant created_at{};
};

/// The envelope, as it is posted: no session.
/// Shape: {version, context: {System: {application, user, person?, apiEndpoint, apiAccessToken?}}, request:
/// {type, requestId, timestamp, eventCreationTime, eventPublishingTime, body?}}
[[nodiscard]] json::object envelope(const SkillEvent& event);

}  // namespace couplet::emulator
