// SPDX-License-Identifier: Apache-2.0
// The link between a user and Alexa, and one attempt to make it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "domain/enum_text.hpp"
#include "domain/grant.hpp"
#include "domain/ids.hpp"

namespace couplet {

enum class Platform { ios, android, web };
inline constexpr EnumTable<Platform, 3> kPlatforms{
    {{Platform::ios, "ios"}, {Platform::android, "android"}, {Platform::web, "web"}}};

/// How it is proved that the user who finishes a link is the one who started it.
enum class ReturnMode {
  app,      // code and oauth_state come with the user's own credentials
  browser,  // the browser holds the cookie that the launch link set
  page,     // the user types, on the return page, the number that the app shows; a skill has to allow it
};
inline constexpr EnumTable<ReturnMode, 3> kReturnModes{
    {{ReturnMode::app, "app"}, {ReturnMode::browser, "browser"}, {ReturnMode::page, "page"}}};

/// Where a link attempt stands; stored before and after each outside call (SG-01).
enum class AttemptStatus {
  received,   // oauth_state was good; Amazon has not been asked, or its answer was never seen
  exchanged,  // Amazon's tokens are stored
  coded,      // our code is committed, the enablement call may be under way
  enabled,    // Amazon said 2xx
  linked,     // finished, both sides agree
  failed,     // finished, with step and code
};
inline constexpr EnumTable<AttemptStatus, 6> kAttemptStatuses{{{AttemptStatus::received, "received"},
                                                               {AttemptStatus::exchanged, "exchanged"},
                                                               {AttemptStatus::coded, "coded"},
                                                               {AttemptStatus::enabled, "enabled"},
                                                               {AttemptStatus::linked, "linked"},
                                                               {AttemptStatus::failed, "failed"}}};
[[nodiscard]] constexpr bool is_finished(AttemptStatus status) {
  return status == AttemptStatus::linked || status == AttemptStatus::failed;
}

/// One outside call of an attempt, or one call that came in because of it; for the link trace.
struct Hop {
  Instant at{};
  std::string name;  // "lwa.token", "alexa.endpoint", "alexa.enablement", "token_endpoint"
  int status = 0;    // HTTP status; 0 when there was no answer
  milliseconds elapsed{0};
  std::string cause;  // "invalid_grant", "timeout"; empty when it went well. Never a secret, never raw text
};

struct LinkAttempt {
  AttemptId attempt_id;
  SkillName skill;
  UserId user;
  Platform platform = Platform::web;
  ReturnMode return_mode = ReturnMode::app;
  std::string redirect_uri;
  std::string
      amazon_code_fingerprint;  // tells a repeated submit from another code under the same oauth_state
  std::vector<std::string> acknowledged;
  AttemptStatus status = AttemptStatus::received;
  std::string failed_step;                    // "authorization", "token", "enablement"; empty unless failed
  std::string failed_code;                    // "invalid_grant"; set too while its outcome is asked for
  std::string api_host;                       // host of the user's region once it is known
  Bytes sealed_amazon_tokens;                 // bound to the attempt; empty before and after it is needed
  std::optional<CodeSelector> code_selector;  // our code of the enablement try under way
  std::optional<AlexaUserId> alexa_user_id;
  std::uint32_t enablement_tries = 0;
  Instant created_at{};
  Instant updated_at{};
};

/// Not finished, and as it was when it was seen: nobody else has moved it (SG-03).
[[nodiscard]] inline bool is_open_since(const std::optional<LinkAttempt>& stored, Instant seen_at) {
  return stored && !is_finished(stored->status) && stored->updated_at == seen_at;
}

enum class LinkStatus { LINKED, NOT_LINKED };
inline constexpr EnumTable<LinkStatus, 2> kLinkStatuses{
    {{LinkStatus::LINKED, "LINKED"}, {LinkStatus::NOT_LINKED, "NOT_LINKED"}}};

/// What made us believe the status, newest last.
enum class EvidenceSource {
  enablement_answer,  // Amazon's answer to POST or DELETE enablement
  status_answer,      // Amazon's answer to GET enablement
  own_grant,          // our own side: a code redeemed here, or a grant revoked here
  unlink_request,     // our user asked to unlink; Amazon has not confirmed
  event,              // a signed SkillAccountLinked or SkillDisabled
};
inline constexpr EnumTable<EvidenceSource, 5> kEvidenceSources{
    {{EvidenceSource::enablement_answer, "enablement_answer"},
     {EvidenceSource::status_answer, "status_answer"},
     {EvidenceSource::own_grant, "own_grant"},
     {EvidenceSource::unlink_request, "unlink_request"},
     {EvidenceSource::event, "event"}}};

/// How it is known that an attempt has made its link.
enum class LinkProof {
  answer,  // Amazon said 2xx to the enablement: Alexa holds what it redeemed last
  status,  // Amazon says "enabled": Alexa holds what it redeemed for the attempt, or still what it held
           // before
};

/// One row per (skill, user).
struct AccountLink {
  SkillName skill;
  UserId user;
  LinkStatus status = LinkStatus::NOT_LINKED;
  std::optional<GrantOrigin> origin;
  std::optional<AttemptId> attempt_id;  // the attempt that made it
  std::optional<GrantId> grant_id;
  std::optional<AlexaUserId> alexa_user_id;
  std::string api_host;
  Bytes sealed_amazon_tokens;  // bound to skill and user; empty when not linked by the app
  EvidenceSource evidence = EvidenceSource::enablement_answer;
  Instant checked_at{};  // when `evidence` was seen
  Instant changed_at{};  // when `status` last changed
};

/// A DELETE of an enablement that Amazon has not confirmed: our side of the link has ended already (UL-02).
struct OwedDisablement {
  std::int64_t disablement_id = 0;
  SkillName skill;
  UserId user;
  std::optional<AttemptId> attempt_id;  // the one that made the link; its trace id
  std::optional<AlexaUserId> alexa_user_id;
  std::string api_host;
  Bytes sealed_amazon_tokens;  // bound to skill and user, as they were in the link
  std::uint32_t tries = 0;     // counts the one under way
  std::string last_cause;      // why the last try failed; empty before it
  Instant created_at{};
  Instant due_at{};  // of the next try; while one is under way, when its claim runs out
};

/// What is owed for a link that ends: nothing where we have no tokens to say it with.
[[nodiscard]] inline std::optional<OwedDisablement> disablement_of(const AccountLink& link, Instant now) {
  if (link.sealed_amazon_tokens.empty()) return std::nullopt;
  OwedDisablement owed;
  owed.skill = link.skill;
  owed.user = link.user;
  owed.attempt_id = link.attempt_id;
  owed.alexa_user_id = link.alexa_user_id;
  owed.api_host = link.api_host;
  owed.sealed_amazon_tokens = link.sealed_amazon_tokens;
  owed.created_at = now;
  owed.due_at = now;
  return owed;
}

/// The user has moved to another Amazon account: both ids are known, and they differ.
[[nodiscard]] inline bool is_of_another_alexa_user(const AccountLink& before, const AccountLink& link) {
  return before.alexa_user_id && link.alexa_user_id && before.alexa_user_id != link.alexa_user_id;
}

/// We took back what we had granted, so the link ended: what Alexa says of that later does not explain it.
[[nodiscard]] inline bool was_revoked_here(const AccountLink& link) {
  return link.status == LinkStatus::NOT_LINKED && link.evidence == EvidenceSource::own_grant;
}

/// Whether a stored link is still the one that was looked at, and not one that was made since.
[[nodiscard]] inline bool is_same_link(const std::optional<AccountLink>& stored, const AccountLink& seen) {
  return stored && stored->grant_id == seen.grant_id && stored->attempt_id == seen.attempt_id;
}

/// The link that a user made in the Alexa app: known by the grant that Alexa redeemed, without Amazon's
/// tokens.
[[nodiscard]] inline AccountLink link_made_in_alexa(const Grant& grant, Instant now) {
  AccountLink link;
  link.skill = grant.skill;
  link.user = grant.user;
  link.status = LinkStatus::LINKED;
  link.origin = GrantOrigin::alexa;
  link.grant_id = grant.grant_id;
  link.evidence = EvidenceSource::own_grant;
  link.checked_at = now;
  link.changed_at = now;
  return link;
}

}  // namespace couplet
