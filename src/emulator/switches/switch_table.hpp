// SPDX-License-Identifier: Apache-2.0
// What is not certain about Amazon, one row each: the readings that the emulator can take, the better
// supported one first. The control interface, the checks of the code that asks, and docs/emulator.md all come
// from these rows.
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace couplet::emulator {

/// What a reading rests on.
enum class Standing {
  documented,  // Amazon's pages, or code that Amazon publishes
  seen,        // captures and shipped clients
  disputed,    // two sources differ; the default follows the better one
  assumed,     // nobody says
};

inline constexpr std::size_t kMostValues = 3;

struct SwitchRow {
  std::string_view name;
  std::array<std::string_view, kMostValues>
      values;  // the first is the default; places that are not used are empty
  Standing standing;
  std::string_view decides;
  std::string_view source;
};

// clang-format off
inline constexpr std::array kSwitchRows{
    // Consent pages
    SwitchRow{"state_characters", {"listed", "base64url", "any"}, Standing::disputed,
              "Which state the consent pages refuse: one with a character of the guide's list, any outside A-Z a-z 0-9 - _, or none",
              "the guide's list has lost two characters; base64url is what it recommends"},
    SwitchRow{"success_scope", {"echoed", "absent"}, Standing::seen,
              "Whether the success redirect carries scope", "LWA adds it; the guide's sample has code and state only"},
    SwitchRow{"lwa_skill_stage", {"accepted", "refused"}, Standing::disputed,
              "skill_stage on the LWA URL: taken, or invalid_request",
              "not in the guide's LWA URL, and shipped clients send it"},
    // Login with Amazon
    SwitchRow{"expires_in", {"number", "string"}, Standing::disputed, "The type of expires_in in LWA's token answer",
              "LWA's pages and captures have a number, the linking guide's sample a string"},
    SwitchRow{"invalid_client_status", {"401", "400"}, Standing::disputed, "The status of invalid_client at LWA's token URL",
              "captures have 401, the linking guide 400"},
    SwitchRow{"error_members", {"plain", "with_request_id"}, Standing::seen,
              "Whether LWA's errors carry error_index and request_id as well", "some captures have them, some not"},
    SwitchRow{"wrong_content_type_error", {"unsupported_grant_type", "invalid_client"}, Standing::seen,
              "LWA's error for a token request that is no form", "captures have both"},
    SwitchRow{"code_verifier_in_query", {"accepted", "refused"}, Standing::disputed,
              "Whether LWA takes code_verifier from the query string of the token URL",
              "the guide's text says query, its sample shows the form body; the body is always taken"},
    SwitchRow{"missing_verifier_error", {"invalid_grant", "invalid_request"}, Standing::assumed,
              "LWA's error when a code has a challenge and no code_verifier comes", "RFC 7636 4.6; Amazon does not say"},
    SwitchRow{"failed_exchange", {"burns_code", "keeps_code"}, Standing::seen,
              "What a failed exchange does to the Amazon code", "reported by developers"},
    SwitchRow{"amazon_code_length", {"20", "18", "128"}, Standing::assumed, "How many characters an Amazon code has",
              "20 in every sample; general knowledge of LWA has 18 to 128"},
    SwitchRow{"token_length", {"usual", "longest"}, Standing::documented,
              "How many characters Amazon's tokens have: some 370, or 2048", "LWA: 350 or more, and at most 2048 bytes"},
    SwitchRow{"token_scope", {"absent", "present"}, Standing::seen, "Whether LWA's token answer names the scope",
              "the guide's sample does not; mocks of shipped clients do"},
    SwitchRow{"lwa_refresh_token", {"new", "same"}, Standing::documented,
              "The refresh token in LWA's answer to a refresh: a new one, or the one that came",
              "LWA: a new access token and a new refresh token"},
    SwitchRow{"bad_token_status", {"400", "401"}, Standing::assumed, "The status of invalid_token at tokeninfo and profile",
              "the error is known, its status is not"},
    SwitchRow{"insufficient_scope_status", {"401", "403"}, Standing::assumed,
              "The status when a token that is good for linking only asks for the profile", "RFC 6750 3.1 has 403"},
    SwitchRow{"lwa_regional_hosts", {"answer", "closed"}, Standing::assumed,
              "Whether api.amazon.co.uk and api.amazon.co.jp answer like api.amazon.com",
              "general knowledge of LWA; the linking guide names api.amazon.com for everybody"},
    // Finding the host
    SwitchRow{"endpoints", {"region", "several", "none"}, Standing::documented,
              "alexaApiEndpoint answers the host of the user's region, all three, or an empty list",
              "several: Amazon could not decide, try each; an empty list is a test of yours"},
    SwitchRow{"endpoint_form", {"host", "url"}, Standing::seen, "Whether alexaApiEndpoint answers bare host names or URLs",
              "shipped clients put https:// in front themselves"},
    SwitchRow{"far_east_host", {"api.fe.amazonalexa.com", "api.fe.amazon.com"}, Standing::disputed,
              "The API host of the Far East", "one page prints the second; all others and shipped code have the first"},
    SwitchRow{"wrong_region", {"403", "404", "served"}, Standing::assumed,
              "What the host of another region does with a user", "not documented"},
    // Configuration API (SMAPI)
    SwitchRow{"smapi_body", {"wrapped", "bare"}, Standing::disputed,
              "Whether GET accountLinkingClient has its members inside accountLinkingResponse",
              "Amazon's pages wrap them, the published model has them bare"},
    // Enablement
    SwitchRow{"expired_token_status", {"403", "401"}, Standing::disputed,
              "The status for an Amazon access token that has expired", "403 is \"token invalid\"; 401 is given for a deleted enablement"},
    SwitchRow{"accountLinkingRequest", {"refused", "accepted"}, Standing::disputed,
              "Whether accountLinkingRequest and Type stand for accountLinkRequest and type",
              "the guide's error table has the former, its samples and shipped code the latter"},
    SwitchRow{"redirectUri", {"checked", "unchecked"}, Standing::assumed,
              "Whether accountLinkRequest.redirectUri must be one of the skill's redirect URLs", "not documented"},
    SwitchRow{"redirect_uri_at_token_url", {"repeated", "absent"}, Standing::assumed,
              "Whether Alexa repeats accountLinkRequest.redirectUri to your token URL", "RFC 6749 4.1.3 wants it repeated"},
    SwitchRow{"client_id_beside_basic", {"present", "absent"}, Standing::seen,
              "Under HTTP_BASIC, whether the body carries client_id as well", "seen in one report; be tolerant"},
    SwitchRow{"shortest_token_life", {"enforced", "ignored"}, Standing::documented,
              "Whether your expires_in must be 360 or more", "the guide's questions and answers"},
    SwitchRow{"refresh_token_of_exchange", {"required", "optional"}, Standing::documented,
              "Whether your answer to a code must have a refresh token", "the guide's troubleshooting page"},
    SwitchRow{"failed_exchange_status", {"by_cause", "400", "500"}, Standing::disputed,
              "The status of the enablement when your token URL fails: 500 when it was late, unreachable or 5xx and 400 when it refused, or one for all",
              "the guide lists a failed exchange under both"},
    SwitchRow{"second_stage", {"switches", "409"}, Standing::assumed,
              "Enabling a stage while the user has the other one enabled: moves the user, or a conflict",
              "the developer's API moves; the user's API is silent"},
    SwitchRow{"get_not_enabled", {"404", "200"}, Standing::seen,
              "GET of an enablement that is not there: 404, or 200 with DISABLED and NOT_LINKED", "shipped clients take 404 for not linked"},
    SwitchRow{"delete_not_enabled", {"404", "204"}, Standing::assumed, "DELETE of an enablement that is not there", "not documented"},
    SwitchRow{"disable_revokes", {"both", "refresh_token"}, Standing::assumed,
              "Whether disabling ends the Amazon access token at once, or only the refresh token",
              "\"disable revokes\"; when is not said"},
    SwitchRow{"enablement_user_id", {"alexa_user_id", "another"}, Standing::assumed,
              "Whether user.id of the enablement is the Alexa user id of requests and events, or another id",
              "the member is documented, what it names is not"},
    SwitchRow{"grant_token_deletes", {"accepted", "refused"}, Standing::assumed,
              "Whether a token that came by AcceptGrant may DELETE the enablement, too",
              "that it may GET it is documented; of DELETE nobody speaks"},
    // Skill events
    SwitchRow{"event_timestamp", {"as_created", "as_sent"}, Standing::disputed,
              "The timestamp of an event that comes again: the one it had, or the time of this try",
              "Amazon's verifiers allow an hour, so that it may be old; its model calls it the time of sending"},
    SwitchRow{"delete_event", {"sent", "absent"}, Standing::assumed,
              "Whether a DELETE by your server sends SkillDisabled as well",
              "disabling is one thing, however it is done; of the event nobody speaks"},
    SwitchRow{"link_event_order", {"enabled_first", "linked_first"}, Standing::assumed,
              "Which of SkillEnabled and SkillAccountLinked a first link queues first", "Amazon promises no order"},
    SwitchRow{"relink_events", {"linked", "enabled_and_linked"}, Standing::assumed,
              "Whether a relink sends SkillEnabled beside SkillAccountLinked", "not documented"},
    SwitchRow{"skill_disabled_body", {"present", "absent"}, Standing::disputed,
              "Whether SkillDisabled has a body with userInformationPersistenceStatus",
              "fixtures and shipped handlers have it, Amazon's model has not"},
    SwitchRow{"event_api_access_token", {"present", "absent"}, Standing::seen,
              "Whether events carry apiAccessToken", "older fixtures lack it"},
    // Smart home
    SwitchRow{"directive_signature", {"absent", "present"}, Standing::assumed,
              "Whether smart home directives are signed like other requests",
              "they go to a Lambda, where the token is the proof"},
    SwitchRow{"accept_grant_correlation", {"absent", "present"}, Standing::disputed,
              "Whether the header of AcceptGrant has a correlationToken", "Amazon's samples have one, its page says that there is none"},
    SwitchRow{"credential_error", {"unlinks", "ignored"}, Standing::documented,
              "Whether INVALID_ or EXPIRED_AUTHORIZATION_CREDENTIAL makes Alexa drop the link",
              "the newer edition of the page warns of it"},
    SwitchRow{"user_information", {"NOT_PERSISTED", "PERSISTED"}, Standing::documented,
              "Whether a user who comes back after disable gets a new Alexa user id, or the old one (bought goods)",
              "userInformationPersistenceStatus of the event SkillDisabled"},
};
// clang-format on

[[nodiscard]] std::string_view standing_text(Standing standing);  // "documented", "seen", …

}  // namespace couplet::emulator
