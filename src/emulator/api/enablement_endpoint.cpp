// SPDX-License-Identifier: Apache-2.0
#include "emulator/api/enablement_endpoint.hpp"

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "emulator/calls/note.hpp"
#include "emulator/state/api_hosts.hpp"

namespace couplet::emulator {

namespace {

/// An id that is in no request and no event.
std::string another_id(const Enablement& enablement) {
  return "amzn1.account." + to_hex(sha256(enablement.alexa_user_id)).substr(0, 28);
}

/// As an enum whose other values nobody has seen.
std::string body_of_nothing(const Skill& skill) {
  const json::object body{{"skill", json::object{{"id", skill.skill_id}}},
                          {"accountLink", json::object{{"status", "NOT_LINKED"}}},
                          {"status", "DISABLED"}};
  return json::serialize(body);
}

ApiRefusal unknown_skill() { return {404, "Skill not found", "no skill has this id"}; }

ApiRefusal not_enabled() {
  return {404, "Skill enablement not found", "the skill is not enabled for this user"};
}

}  // namespace

Task<http::Response> EnablementEndpoint::enable(const http::Request& request) {
  const auto subject = subject_of(request);
  if (!subject) co_return to_response(subject.error());
  const auto wanted =
      read_enablement_request(request.headers.get("Content-Type").value_or(""), request.body, switches_);
  if (!wanted) co_return to_response(wanted.error());
  const auto stage = check_stage(*subject, *wanted);
  if (!stage) co_return to_response(stage.error());
  const auto redirect_uri = check_redirect_uri(*subject, *wanted);
  if (!redirect_uri) co_return to_response(redirect_uri.error());
  const bool repeat = switches_.has({"redirect_uri_at_token_url", "repeated"});
  LinkOrder order{subject->user.id,
                  subject->skill,
                  wanted->stage,
                  {wanted->auth_code, repeat ? wanted->redirect_uri : "", ""},
                  "inside the enablement call"};
  const auto linked = co_await linker_.link(std::move(order));
  if (!linked) co_return to_answer(linked.error());
  co_return http::json_response(201, body_of(*linked));
}

Result<EnablementEndpoint::Subject, ApiRefusal> EnablementEndpoint::subject_of(
    const http::Request& request) const {
  auto caller = amazon_api_caller(request, tokens_, switches_);
  if (!caller) return std::unexpected(std::move(caller.error()));
  const AmazonUser* user = directory_.find_user(caller->user_id);
  if (!user)
    return std::unexpected(ApiRefusal{403, "The access token is invalid", "the Amazon account is gone"});
  const auto region = check_region(request, *user);
  if (!region) return std::unexpected(region.error());
  const Skill* skill = directory_.find_skill(request.path_parameter("skill"));
  if (!skill) return std::unexpected(unknown_skill());
  if (skill->alexa_client_id != caller->alexa_client_id)
    return std::unexpected(ApiRefusal{403, "The access token belongs to another skill",
                                      "the token was given to the client of another skill"});
  return Subject{*user, *skill, caller->covers(kEventScope)};
}

Result<void, ApiRefusal> EnablementEndpoint::check_region(const http::Request& request,
                                                          const AmazonUser& user) const {
  const std::string host = ascii_lower(request.headers.get("Host").value_or(""));
  const auto region = region_of_host(std::string_view(host).substr(0, host.find(':')), switches_);
  if (!region)
    return std::unexpected(
        ApiRefusal{404, "Not found", "this name of the host is switched off: far_east_host"});
  if (*region == user.region || switches_.has({"wrong_region", "served"})) return {};
  const std::string note = "this account is served by " + std::string(api_host(user.region, switches_));
  if (switches_.has({"wrong_region", "404"})) return std::unexpected(ApiRefusal{404, "User not found", note});
  return std::unexpected(ApiRefusal{403, "User is not registered in this region", note});
}

Result<void, ApiRefusal> EnablementEndpoint::check_stage(const Subject& subject,
                                                         const EnablementRequest& wanted) const {
  if (!subject.skill.has_stage(wanted.stage))
    return std::unexpected(ApiRefusal{404, "Skill not found",
                                      "the skill has no stage " + std::string(stage_text(wanted.stage))});
  if (wanted.stage == Stage::development && !subject.user.owner && !subject.user.tester)
    return std::unexpected(ApiRefusal{403, "User is not allowed to enable this skill",
                                      "a skill in development is for its owner and its beta testers"});
  const Enablement* enabled = enablements_.find(subject.user.id, subject.skill.skill_id);
  if (enabled && enabled->stage != wanted.stage && switches_.has({"second_stage", "409"}))
    return std::unexpected(
        ApiRefusal{409, "The skill is enabled at another stage",
                   "it is enabled at " + std::string(stage_text(enabled->stage)) + "; disable it first"});
  return {};
}

Result<void, ApiRefusal> EnablementEndpoint::check_redirect_uri(const Subject& subject,
                                                                const EnablementRequest& wanted) const {
  if (subject.skill.account_linking.type != LinkingType::AUTH_CODE)
    return std::unexpected(ApiRefusal{400, "Invalid account linking credentials",
                                      "the skill's grant is IMPLICIT; this flow is for AUTH_CODE only"});
  if (switches_.has({"redirectUri", "unchecked"}) || subject.skill.has_redirect_url(wanted.redirect_uri))
    return {};
  return std::unexpected(ApiRefusal{400, "Invalid account linking credentials",
                                    "redirectUri is not one of the skill's redirect URLs"});
}

/// Amazon says the same little for every cause; the note says the rest.
http::Response EnablementEndpoint::to_answer(const ProviderFailure& failure) const {
  const bool late = failure.kind == ProviderFailure::Kind::unreachable;
  const bool as_500 = switches_.has({"failed_exchange_status", "500"}) ||
                      (late && switches_.has({"failed_exchange_status", "by_cause"}));
  if (as_500) return to_response(ApiRefusal{500, "Internal service error", failure.why});
  return to_response(ApiRefusal{400, "Invalid account linking credentials", failure.why});
}

std::string EnablementEndpoint::body_of(const Enablement& enablement) const {
  const bool another = switches_.has({"enablement_user_id", "another"});
  const json::object body{
      {"skill", json::object{{"stage", stage_text(enablement.stage)}, {"id", enablement.skill_id}}},
      {"user", json::object{{"id", another ? another_id(enablement) : enablement.alexa_user_id}}},
      {"accountLink", json::object{{"status", enablement.tokens ? "LINKED" : "NOT_LINKED"}}},
      {"status", "ENABLED"}};
  return json::serialize(body);
}

Task<http::Response> EnablementEndpoint::status(const http::Request& request) const {
  const auto subject = subject_of(request);
  if (!subject) co_return to_response(subject.error());
  const Enablement* enablement = enablements_.find(subject->user.id, subject->skill.skill_id);
  if (enablement) co_return http::json_response(200, body_of(*enablement));
  if (switches_.has({"get_not_enabled", "404"})) co_return to_response(not_enabled());
  co_return http::json_response(200, body_of_nothing(subject->skill));
}

Task<http::Response> EnablementEndpoint::disable(const http::Request& request) {
  const auto subject = subject_of(request);
  if (!subject) co_return to_response(subject.error());
  if (subject->by_accept_grant && switches_.has({"grant_token_deletes", "refused"}))
    co_return to_response(ApiRefusal{403, "The access token lacks account linking consent",
                                     "a token of AcceptGrant only looks: grant_token_deletes"});
  const bool disabled = disable_for(subject->user.id, subject->skill, Enablements::DisabledBy::provider);
  if (!disabled && switches_.has({"delete_not_enabled", "404"})) co_return to_response(not_enabled());
  co_return http::Response{204, {}, ""};
}

bool EnablementEndpoint::disable_for(std::string_view user_id, const Skill& skill,
                                     Enablements::DisabledBy by) {
  using UserInformation = Enablements::UserInformation;
  const bool keep = switches_.has({"user_information", "PERSISTED"});
  if (!enablements_.disable(user_id, skill.skill_id,
                            keep ? UserInformation::PERSISTED : UserInformation::NOT_PERSISTED, by))
    return false;
  using Revoke = AmazonTokens::Revoke;
  const bool both = switches_.has({"disable_revokes", "both"});
  tokens_.revoke(user_id, skill.alexa_client_id, both ? Revoke::both : Revoke::refresh_tokens);
  return true;
}

}  // namespace couplet::emulator
