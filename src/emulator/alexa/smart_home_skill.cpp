// SPDX-License-Identifier: Apache-2.0
#include "emulator/alexa/smart_home_skill.hpp"

#include <utility>

#include "emulator/alexa/directive.hpp"
#include "emulator/alexa/directive_call.hpp"
#include "emulator/state/random_text.hpp"

namespace couplet::emulator {

namespace {

bool says_that_the_credential_is_bad(std::string_view error_type) {
  return error_type == "INVALID_AUTHORIZATION_CREDENTIAL" || error_type == "EXPIRED_AUTHORIZATION_CREDENTIAL";
}

}  // namespace

Task<Result<SmartHomeSkill::Linked, std::string>> SmartHomeSkill::linked_skill(std::string user_id,
                                                                               std::string skill_id) {
  const Skill* found = directory_.find_skill(skill_id);
  if (!directory_.find_user(user_id)) co_return std::unexpected("no Amazon account has the id " + user_id);
  if (!found) co_return std::unexpected("no skill has the id " + skill_id);
  if (found->smart_home.endpoint.empty()) co_return std::unexpected("the skill has no smart_home endpoint");
  const Skill skill = *found;  // a control call may replace it while we wait
  co_await refresh_(user_id, skill);
  const Enablement* enablement = enablements_.find(user_id, skill_id);
  if (!enablement || !enablement->tokens)
    co_return std::unexpected("the user is not linked: directives need a token");
  // A token that has expired and could not be refreshed is sent all the same.
  co_return Linked{skill, enablement->tokens->access_token};
}

Task<Result<DirectiveAnswer, std::string>> SmartHomeSkill::send(DirectiveRequest request) {
  const auto linked = co_await linked_skill(request.user_id, request.skill_id);
  if (!linked) co_return std::unexpected(linked.error());
  Directive directive{request.directive_namespace, request.name,
                      random_uuid(random_),        "",
                      request.endpoint_id,         std::move(request.payload)};
  if (!is_discovery(request.directive_namespace, request.name))
    directive.correlation_token = random_letters_and_digits(random_, 40);
  const std::string& url = linked->skill.smart_home.endpoint;
  http::OutgoingRequest call =
      directive_call(url, to_message(std::move(directive), linked->token), signer_, switches_);
  const auto reply = co_await calls_.send(
      std::move(call), request.directive_namespace + " " + request.name + " of " + request.user_id);
  if (!reply)
    co_return std::unexpected("no answer from " + url + " (" +
                              std::string(http::transport_error_text(reply.error().kind)) + ")");
  auto body = parse_json_object(reply->body);
  if (!body)
    co_return std::unexpected("the skill answered " + std::to_string(reply->status) + " without JSON");
  DirectiveAnswer answer;
  answer.status = reply->status;
  answer.name = find_string(*body, "event.header.name").value_or("");
  if (answer.name == "ErrorResponse")
    answer.error_type = find_string(*body, "event.payload.type").value_or("");
  answer.unlinked =
      says_that_the_credential_is_bad(answer.error_type) && switches_.has({"credential_error", "unlinks"});
  if (answer.unlinked)
    enablements_.unlink(request.user_id, request.skill_id, answer.error_type + " from the smart home skill");
  answer.response = std::move(*body);
  co_return answer;
}

Task<Result<void, std::string>> SmartHomeSkill::grant_again(std::string user_id, std::string skill_id) {
  const auto linked = co_await linked_skill(user_id, skill_id);
  if (!linked) co_return std::unexpected(linked.error());
  if (!linked->skill.smart_home.wants_grant())
    co_return std::unexpected("the skill may not send Alexa events: set smart_home.send_alexa_events");
  const auto offered = co_await accept_grant_.offer(user_id, linked->skill, linked->token);
  if (!offered) co_return std::unexpected(offered.error().why);
  co_return Result<void, std::string>{};
}

}  // namespace couplet::emulator
