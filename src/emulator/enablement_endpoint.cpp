// SPDX-License-Identifier: Apache-2.0
#include "emulator/enablement_endpoint.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "emulator/note.hpp"

namespace couplet::emulator {

namespace {

std::string body_of(const Enablement& enablement) {
  const json::object body{
      {"skill", json::object{{"stage", stage_text(enablement.stage)}, {"id", enablement.skill_id}}},
      {"user", json::object{{"id", enablement.alexa_user_id}}},
      {"accountLink", json::object{{"status", enablement.tokens ? "LINKED" : "NOT_LINKED"}}},
      {"status", "ENABLED"}};
  return json::serialize(body);
}

/// Amazon says the same little for every cause; the note says the rest.
http::Response to_response(const ProviderFailure& failure) {
  if (failure.kind == ProviderFailure::Kind::unreachable)
    return to_response(ApiRefusal{500, "Internal service error", failure.why});
  return to_response(ApiRefusal{400, "Invalid account linking credentials", failure.why});
}

ApiRefusal unknown_skill() { return {404, "Skill not found", "no skill has this id"}; }

}  // namespace

Task<http::Response> EnablementEndpoint::enable(const http::Request& request) {
  const auto subject = subject_of(request);
  if (!subject) co_return to_response(subject.error());
  const auto wanted = read_enablement_request(request.headers.get("Content-Type").value_or(""), request.body);
  if (!wanted) co_return to_response(wanted.error());
  const auto stage = check_stage(*subject, *wanted);
  if (!stage) co_return to_response(stage.error());
  if (!subject->skill.has_redirect_url(wanted->redirect_uri))
    co_return to_response(ApiRefusal{400, "Invalid account linking credentials",
                                     "redirectUri is not one of the skill's redirect URLs"});
  auto provider_tokens = co_await redeem(subject->skill.account_linking, *wanted);
  if (!provider_tokens) co_return to_response(provider_tokens.error());
  const Enablement& linked = enablements_.link(subject->user.id, subject->skill.skill_id, wanted->stage,
                                               std::move(*provider_tokens));
  co_return http::json_response(201, body_of(linked));
}

Result<EnablementEndpoint::Subject, ApiRefusal> EnablementEndpoint::subject_of(
    const http::Request& request) const {
  auto caller = amazon_api_caller(request, tokens_);
  if (!caller) return std::unexpected(std::move(caller.error()));
  const AmazonUser* user = directory_.find_user(caller->user_id);
  if (!user)
    return std::unexpected(ApiRefusal{403, "The access token is invalid", "the Amazon account is gone"});
  const std::string host = ascii_lower(request.headers.get("Host").value_or(""));
  const auto region = region_of_host(std::string_view(host).substr(0, host.find(':')));
  if (region != user->region)
    return std::unexpected(ApiRefusal{403, "User is not registered in this region",
                                      "this account is served by " + std::string(api_host(user->region))});
  const Skill* skill = directory_.find_skill(request.path_parameter("skill"));
  if (!skill) return std::unexpected(unknown_skill());
  if (skill->alexa_client_id != caller->alexa_client_id)
    return std::unexpected(ApiRefusal{403, "The access token belongs to another skill",
                                      "the token was given to the client of another skill"});
  return Subject{*user, *skill};
}

Result<void, ApiRefusal> EnablementEndpoint::check_stage(const Subject& subject,
                                                         const EnablementRequest& wanted) {
  if (!subject.skill.has_stage(wanted.stage))
    return std::unexpected(ApiRefusal{404, "Skill not found",
                                      "the skill has no stage " + std::string(stage_text(wanted.stage))});
  if (wanted.stage == Stage::development && !subject.user.owner && !subject.user.tester)
    return std::unexpected(ApiRefusal{403, "User is not allowed to enable this skill",
                                      "a skill in development is for its owner and its beta testers"});
  return {};
}

Task<Result<ProviderTokens, ProviderFailure>> EnablementEndpoint::redeem(AccountLinking linking,
                                                                         EnablementRequest wanted) {
  http::OutgoingRequest call =
      code_exchange_request(linking, wanted.auth_code, wanted.redirect_uri, provider_deadline_);
  const auto answer = co_await calls_.send(std::move(call), "inside the enablement call");
  co_return read_token_answer(answer, linking, clock_.now(), nullptr);
}

Task<http::Response> EnablementEndpoint::status(const http::Request& request) const {
  const auto subject = subject_of(request);
  if (!subject) co_return to_response(subject.error());
  const Enablement* enablement = enablements_.find(subject->user.id, subject->skill.skill_id);
  if (!enablement)
    co_return to_response(
        ApiRefusal{404, "Skill enablement not found", "the skill is not enabled for this user"});
  co_return http::json_response(200, body_of(*enablement));
}

Task<http::Response> EnablementEndpoint::disable(const http::Request& request) {
  const auto subject = subject_of(request);
  if (!subject) co_return to_response(subject.error());
  if (!disable_for(subject->user.id, subject->skill))
    co_return to_response(
        ApiRefusal{404, "Skill enablement not found", "the skill is not enabled for this user"});
  co_return http::Response{204, {}, ""};
}

bool EnablementEndpoint::disable_for(std::string_view user_id, const Skill& skill) {
  if (!enablements_.disable(user_id, skill.skill_id)) return false;
  tokens_.revoke(user_id, skill.alexa_client_id);
  return true;
}

}  // namespace couplet::emulator
