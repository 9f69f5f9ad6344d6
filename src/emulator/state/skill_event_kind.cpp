// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/skill_event_kind.hpp"

#include <array>

namespace couplet::emulator {

namespace {

struct KindRow {
  SkillEventKind kind;
  std::string_view subscription;
  std::string_view type;
};
constexpr std::array kKinds{
    KindRow{SkillEventKind::SKILL_ENABLED, "SKILL_ENABLED", "AlexaSkillEvent.SkillEnabled"},
    KindRow{SkillEventKind::SKILL_DISABLED, "SKILL_DISABLED", "AlexaSkillEvent.SkillDisabled"},
    KindRow{SkillEventKind::SKILL_ACCOUNT_LINKED, "SKILL_ACCOUNT_LINKED",
            "AlexaSkillEvent.SkillAccountLinked"},
    KindRow{SkillEventKind::SKILL_PERMISSION_ACCEPTED, "SKILL_PERMISSION_ACCEPTED",
            "AlexaSkillEvent.SkillPermissionAccepted"},
    KindRow{SkillEventKind::SKILL_PERMISSION_CHANGED, "SKILL_PERMISSION_CHANGED",
            "AlexaSkillEvent.SkillPermissionChanged"},
    KindRow{SkillEventKind::SKILL_PROACTIVE_SUBSCRIPTION_CHANGED, "SKILL_PROACTIVE_SUBSCRIPTION_CHANGED",
            "AlexaSkillEvent.ProactiveSubscriptionChanged"},
    KindRow{SkillEventKind::SKILL_NOTIFICATION_SUBSCRIPTION_CHANGED,
            "SKILL_NOTIFICATION_SUBSCRIPTION_CHANGED", "AlexaSkillEvent.NotificationSubscriptionChanged"}};

const KindRow& row_of(SkillEventKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

}  // namespace

std::string_view subscription_text(SkillEventKind kind) { return row_of(kind).subscription; }

std::string_view request_type(SkillEventKind kind) { return row_of(kind).type; }

std::optional<SkillEventKind> event_kind_from_text(std::string_view text) {
  for (const KindRow& row : kKinds)
    if (text == row.subscription || text == row.type) return row.kind;
  return std::nullopt;
}

}  // namespace couplet::emulator
