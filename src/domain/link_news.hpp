// SPDX-License-Identifier: Apache-2.0
// What happened to a link, as the provider's own systems are told it, and where telling them stands.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "domain/enum_text.hpp"
#include "domain/link.hpp"

namespace couplet {

/// Spelled as `type` of a webhook.
enum class LinkNewsType {
  linked,    // a user is linked, by an app or by Alexa
  unlinked,  // a user who was linked is not any more
  failed,    // an attempt to link has ended without a link
};
inline constexpr EnumTable<LinkNewsType, 3> kLinkNewsTypes{{{LinkNewsType::linked, "link.linked"},
                                                            {LinkNewsType::unlinked, "link.unlinked"},
                                                            {LinkNewsType::failed, "link.failed"}}};

enum class UnlinkReason {
  user,             // the user unlinked through the linking API
  skill_disabled,   // Alexa said so: the skill was disabled, or the link removed in the Alexa app
  linked_as_other,  // the same Alexa user has linked as another of your users
  found_unlinked,   // Amazon was asked, and knows of no link
  revoked,          // what we had granted was taken back: by the client, or as a code or token came twice
};
inline constexpr EnumTable<UnlinkReason, 5> kUnlinkReasons{
    {{UnlinkReason::user, "user"},
     {UnlinkReason::skill_disabled, "skill_disabled"},
     {UnlinkReason::linked_as_other, "linked_as_other"},
     {UnlinkReason::found_unlinked, "found_unlinked"},
     {UnlinkReason::revoked, "revoked"}}};

struct LinkNews {
  std::int64_t sequence = 0;  // from the store: later news have a greater one
  LinkNewsType type = LinkNewsType::linked;
  SkillName skill;
  UserId user;
  Instant at{};
  std::optional<GrantOrigin> origin;    // of the link, where there is or was one
  std::optional<UnlinkReason> reason;   // of `unlinked`
  std::optional<AttemptId> attempt_id;  // that made the link, or failed
  std::string failed_step;              // of `failed`, as in LinkAttempt
  std::string failed_code;
};

[[nodiscard]] inline LinkNews news_of_link(const AccountLink& link, Instant at) {
  LinkNews news;
  news.type = LinkNewsType::linked;
  news.skill = link.skill;
  news.user = link.user;
  news.at = at;
  news.origin = link.origin;
  news.attempt_id = link.attempt_id;
  return news;
}

[[nodiscard]] inline LinkNews news_of_end(const AccountLink& before, UnlinkReason reason, Instant at) {
  LinkNews news = news_of_link(before, at);
  news.type = LinkNewsType::unlinked;
  news.reason = reason;
  return news;
}

[[nodiscard]] inline LinkNews news_of_failure(const LinkAttempt& attempt) {
  LinkNews news;
  news.type = LinkNewsType::failed;
  news.skill = attempt.skill;
  news.user = attempt.user;
  news.at = attempt.updated_at;
  news.attempt_id = attempt.attempt_id;
  news.failed_step = attempt.failed_step;
  news.failed_code = attempt.failed_code;
  return news;
}

/// Why a link ended, by what we know it from.
[[nodiscard]] constexpr UnlinkReason unlink_reason(EvidenceSource evidence) {
  switch (evidence) {
    case EvidenceSource::enablement_answer:
    case EvidenceSource::unlink_request: return UnlinkReason::user;
    case EvidenceSource::event: return UnlinkReason::skill_disabled;
    case EvidenceSource::status_answer: return UnlinkReason::found_unlinked;
    case EvidenceSource::own_grant: break;
  }
  return UnlinkReason::revoked;
}

/// One piece of news on its way to one target. Of a user's news to a target the earliest that waits is sent,
/// the others stand behind it (WH-08).
struct WebhookDelivery {
  LinkNews news;
  std::string target;
  std::uint32_t tries = 0;
  Instant waiting_since{};
  std::optional<Instant> next_try_at;  // absent: stands behind another one, or was given up
  std::optional<Instant> given_up_at;
  std::uint32_t last_status = 0;  // HTTP; 0 when there was no answer
  std::string last_problem;       // "timeout", "status"; empty before the first try
};

}  // namespace couplet
