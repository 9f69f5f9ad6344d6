// SPDX-License-Identifier: Apache-2.0
// The skill events that a linking skill meets, under the names of the manifest and of the requests.
#pragma once
#include <optional>
#include <string_view>

namespace couplet::emulator {

/// As the manifest's subscriptions are spelled.
enum class SkillEventKind {
  SKILL_ENABLED,
  SKILL_DISABLED,
  SKILL_ACCOUNT_LINKED,
  SKILL_PERMISSION_ACCEPTED,
  SKILL_PERMISSION_CHANGED,
  SKILL_PROACTIVE_SUBSCRIPTION_CHANGED,     // these two are not repeated for an hour: verifiers allow them
  SKILL_NOTIFICATION_SUBSCRIPTION_CHANGED,  // no more time than an ordinary request
};
[[nodiscard]] std::string_view subscription_text(SkillEventKind kind);  // "SKILL_DISABLED"
[[nodiscard]] std::string_view request_type(SkillEventKind kind);       // "AlexaSkillEvent.SkillDisabled"

/// Takes "SKILL_DISABLED" and "AlexaSkillEvent.SkillDisabled".
[[nodiscard]] std::optional<SkillEventKind> event_kind_from_text(std::string_view text);

inline constexpr std::string_view kSubscriptionNames =
    "SKILL_ENABLED, SKILL_DISABLED, SKILL_ACCOUNT_LINKED, SKILL_PERMISSION_ACCEPTED, "
    "SKILL_PERMISSION_CHANGED, SKILL_PROACTIVE_SUBSCRIPTION_CHANGED, SKILL_NOTIFICATION_SUBSCRIPTION_CHANGED";

}  // namespace couplet::emulator
