// SPDX-License-Identifier: Apache-2.0
#include "emulator/doors/authorization_request.hpp"

#include <algorithm>
#include <ranges>

#include "base/form.hpp"

namespace couplet::emulator {

namespace {

constexpr std::string_view kFragment = "skill-account-linking-consent";
constexpr std::size_t kClientIdLimit = 100;
constexpr std::string_view kForbiddenInState = "&=/\\<>#|";  // the guide's list for the Alexa app URL
constexpr std::string_view kBase64UrlCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::array<std::string_view, 4> kLwaScopes{kLinkingScope, "profile", "profile:user_id",
                                                     "postal_code"};

struct Refusal {
  std::string_view error;
  std::string description;
};
/// What a check may look at.
struct Asked {
  Front front;
  const FormParameters& query;
  const Skill& skill;
  const Switches& switches;
};
using Check = std::optional<Refusal> (*)(const Asked&);

std::optional<Refusal> missing(std::string_view name) {
  return Refusal{"invalid_request", "The request is missing a required parameter : " + std::string(name)};
}

std::optional<Refusal> invalid(std::string_view name) {
  return Refusal{"invalid_request", "The request has an invalid parameter : " + std::string(name)};
}

bool is_good_state(std::string_view text, const Switches& switches) {
  if (switches.has({"state_characters", "any"})) return true;
  if (switches.has({"state_characters", "base64url"}))
    return text.find_first_not_of(kBase64UrlCharacters) == std::string_view::npos;
  const bool plain = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  return plain && text.find_first_of(kForbiddenInState) == std::string_view::npos;
}

std::optional<Refusal> check_state(const Asked& asked) {
  const auto oauth_state = asked.query.get("state");
  if (!oauth_state) return missing("state");
  return is_good_state(*oauth_state, asked.switches) ? std::nullopt : invalid("state");
}

std::optional<Refusal> check_response_type(const Asked& asked) {
  const auto response_type = asked.query.get("response_type");
  if (!response_type) return missing("response_type");
  if (*response_type != "code")
    return Refusal{"unsupported_response_type", "The response type is not supported"};
  return std::nullopt;
}

std::optional<Refusal> check_client(const Asked& asked) {
  if (asked.skill.linking_consent) return std::nullopt;
  return Refusal{"unauthorized_client", "The client is not authorized to request account linking consent"};
}

/// The Alexa app knows one scope; LWA, as a general server, also those of its customer profile.
std::optional<Refusal> check_scope(const Asked& asked) {
  const auto scope = asked.query.get("scope");
  if (!scope) return missing("scope");
  if (*scope == kLinkingScope) return std::nullopt;
  if (asked.front == Front::lwa) {
    const bool known = std::ranges::all_of(std::views::split(*scope, ' '), [](const auto word) {
      return std::ranges::find(kLwaScopes, std::string_view(word)) != kLwaScopes.end();
    });
    if (known) return std::nullopt;
  }
  return Refusal{"invalid_scope", "An unknown scope was requested"};
}

std::optional<Refusal> check_skill_stage(const Asked& asked) {
  const auto stage = asked.query.get("skill_stage");
  if (stage && asked.front == Front::lwa && asked.switches.has({"lwa_skill_stage", "refused"}))
    return invalid("skill_stage");
  if (!stage) return asked.front == Front::alexa_app ? missing("skill_stage") : std::nullopt;
  return stage_from_text(*stage) ? std::nullopt : invalid("skill_stage");
}

std::optional<Refusal> check_challenge(const Asked& asked) {
  const auto challenge = asked.query.get("code_challenge");
  const auto method = asked.query.get("code_challenge_method");
  if (!challenge) return method ? missing("code_challenge") : std::nullopt;
  if (!is_pkce_text(*challenge)) return invalid("code_challenge");
  if (method && !challenge_method_from_text(*method)) return invalid("code_challenge_method");
  return std::nullopt;
}

constexpr std::array<Check, 6> kChecks{check_state, check_response_type, check_client,
                                       check_scope, check_skill_stage,   check_challenge};

AuthorizationRequest accepted(Front front, const FormParameters& query, const Skill& skill) {
  AuthorizationRequest request;
  request.front = front;
  request.skill_id = skill.skill_id;
  request.client_id = skill.alexa_client_id;
  request.redirect_uri = query.get("redirect_uri").value_or("");
  request.scope = query.get("scope").value_or("");
  request.oauth_state = query.get("state").value_or("");
  if (const auto challenge = query.get("code_challenge")) {
    // RFC 7636 4.3 and LWA alike: no method means plain.
    const auto method = challenge_method_from_text(query.get("code_challenge_method").value_or("plain"));
    request.challenge = CodeChallenge{std::string(*challenge), method.value_or(ChallengeMethod::plain)};
  }
  return request;
}

}  // namespace

CheckedAuthorization check_authorization(Front front, std::string_view query_text, const Directory& directory,
                                         const Switches& switches) {
  const auto query = FormParameters::parse(query_text);
  if (!query) return ErrorPage{"The query cannot be read: a parameter is repeated, or an escape is broken."};
  if (front == Front::alexa_app && query->get("fragment") != kFragment)
    return ErrorPage{"The Alexa app URL needs fragment=skill-account-linking-consent."};
  const auto client_id = query->get("client_id");
  if (!client_id) return ErrorPage{"client_id is missing."};
  if (client_id->size() > kClientIdLimit) return ErrorPage{"client_id is longer than 100 bytes."};
  const Skill* skill = directory.find_skill_of_client(*client_id);
  if (!skill)
    return ErrorPage{
        "client_id is unknown. It is the Alexa Client Id of the skill's account linking page, not the id "
        "that your authorization server gave to Alexa."};
  const auto redirect_uri = query->get("redirect_uri");
  if (!redirect_uri) return ErrorPage{"redirect_uri is missing."};
  if (!skill->has_redirect_url(*redirect_uri))
    return ErrorPage{
        "redirect_uri is not one of the skill's redirect URLs. It must be the same, letter for letter."};
  for (const Check check : kChecks)
    if (auto refusal = check({front, *query, *skill, switches}))
      return ErrorRedirect{std::string(*redirect_uri), std::string(refusal->error),
                           std::move(refusal->description), std::string(query->get("state").value_or(""))};
  return accepted(front, *query, *skill);
}

const AuthorizationErrorRow* find_authorization_error(std::string_view error) {
  const auto row = std::ranges::find(kAuthorizationErrors, error, &AuthorizationErrorRow::error);
  return row == kAuthorizationErrors.end() ? nullptr : &*row;
}

std::string redirect_with_error(const ErrorRedirect& answer) {
  FormWriter query;
  query.add("error", answer.error).add("error_description", answer.error_description);
  if (!answer.oauth_state.empty()) query.add("state", answer.oauth_state);
  return with_query(answer.redirect_uri, query.text());
}

std::string redirect_with_code(const AuthorizationRequest& request, const AmazonCode& code,
                               const Switches& switches) {
  FormWriter query;
  query.add("code", code.reveal()).add("state", request.oauth_state);
  if (switches.has({"success_scope", "echoed"})) query.add("scope", request.scope);
  return with_query(request.redirect_uri, query.text());
}

}  // namespace couplet::emulator
