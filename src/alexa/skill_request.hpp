// SPDX-License-Identifier: Apache-2.0
// What a request from Alexa says (alexa-protocol 4.2). To be read after its signature was found good, and not
// before (AX-16).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "alexa/signed_request.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "domain/skill.hpp"

namespace couplet::alexa {

/// Our own access token, as Alexa shows it to say which of our users it means.
using PresentedAccessToken = Secret<struct PresentedAccessTokenTag>;

struct SkillRequest {
  std::string type;                     // "LaunchRequest", "AlexaSkillEvent.SkillDisabled", …
  std::optional<SkillEventType> event;  // set when it is one of the five
  std::string request_id;
  Instant timestamp{};
  json::object message;  // all of it
};

/// Errors:  malformed (also a member twice, or more than 32 levels); application (WH-05); timestamp (absent,
/// or not
///          ISO 8601 in UTC: AX-13, AX-15). How old it is, is the caller's to check.
[[nodiscard]] Result<SkillRequest, RequestRefusal> parse_skill_request(std::string_view body,
                                                                       const Skill& skill);

struct ReceivedEvent {
  SkillEvent event;
  std::optional<PresentedAccessToken> access_token;
};
/// One of the five events. Shape: context.System.user.{userId, accessToken?}; request.{eventCreationTime?,
/// body?};
///          without eventCreationTime the timestamp stands for it.
/// Errors:  malformed
[[nodiscard]] Result<ReceivedEvent, RequestRefusal> read_skill_event(const SkillRequest& request,
                                                                     const Skill& skill, Instant now);

}  // namespace couplet::alexa
