// SPDX-License-Identifier: Apache-2.0
#include "emulator/alexa/accept_grant.hpp"

#include <utility>

#include "emulator/alexa/directive.hpp"
#include "emulator/alexa/directive_call.hpp"
#include "emulator/state/random_text.hpp"

namespace couplet::emulator {

namespace {

using Kind = ProviderFailure::Kind;
using CallResult = Result<http::IncomingResponse, http::TransportError>;

Result<void, ProviderFailure> read_answer(const CallResult& answer) {
  if (!answer)
    return std::unexpected(
        ProviderFailure{Kind::unreachable, "",
                        "AcceptGrant: " + std::string(http::transport_error_text(answer.error().kind))});
  const std::string status = std::to_string(answer->status);
  if (answer->status >= 500)
    return std::unexpected(ProviderFailure{Kind::unreachable, "", "AcceptGrant was answered " + status});
  const auto body = parse_json_object(answer->body);
  const std::string_view name = body ? find_string(*body, "event.header.name").value_or("") : "";
  if (answer->status == 200 && name == "AcceptGrant.Response") return {};
  if (name == "ErrorResponse") {
    const std::string type(find_string(*body, "event.payload.type").value_or(""));
    return std::unexpected(ProviderFailure{Kind::refused, type, "AcceptGrant was refused: " + type});
  }
  return std::unexpected(ProviderFailure{
      Kind::unusable, "", "AcceptGrant was answered " + status + ", and not with AcceptGrant.Response"});
}

}  // namespace

Task<Result<void, ProviderFailure>> AcceptGrant::offer(std::string user_id, Skill skill,
                                                       ProviderAccessToken grantee) {
  if (!skill.smart_home.wants_grant()) co_return Result<void, ProviderFailure>{};
  Consent consent{{user_id, skill.alexa_client_id, std::string(kGrantScope)}, "", std::nullopt};
  Directive directive = accept_grant(random_uuid(random_), tokens_.issue_code(std::move(consent)));
  if (switches_.has({"accept_grant_correlation", "present"}))
    directive.correlation_token = random_letters_and_digits(random_, 40);
  http::OutgoingRequest call = directive_call(skill.smart_home.endpoint,
                                              to_message(std::move(directive), grantee), signer_, switches_);
  const auto answer = co_await calls_.send(std::move(call), "AcceptGrant while linking " + user_id);
  co_return read_answer(answer);
}

}  // namespace couplet::emulator
