// SPDX-License-Identifier: Apache-2.0
#include "emulator/alexa/voice.hpp"

#include "emulator/alexa/provider_token_answer.hpp"
#include "emulator/signing/skill_call.hpp"
#include "emulator/state/api_hosts.hpp"
#include "emulator/state/random_text.hpp"

namespace couplet::emulator {

namespace {

json::object request_part(const VoiceRequest& said, const std::string& request_id, Instant now) {
  json::object part{{"type", said.intent.empty() ? "LaunchRequest" : "IntentRequest"},
                    {"requestId", request_id},
                    {"timestamp", request_time(now)},
                    {"locale", "en-US"}};
  if (!said.intent.empty())
    part["intent"] =
        json::object{{"name", said.intent}, {"confirmationStatus", "NONE"}, {"slots", said.slots}};
  return part;
}

std::string speech_of(const json::object& answer) {
  if (const auto text = find_string(answer, "response.outputSpeech.text")) return std::string(*text);
  return std::string(find_string(answer, "response.outputSpeech.ssml").value_or(""));
}

}  // namespace

Task<Result<VoiceAnswer, std::string>> Voice::say(VoiceRequest request) {
  const AmazonUser* found_user = directory_.find_user(request.user_id);
  const Skill* found_skill = directory_.find_skill(request.skill_id);
  if (!found_user) co_return std::unexpected("no Amazon account has the id " + request.user_id);
  if (!found_skill) co_return std::unexpected("no skill has the id " + request.skill_id);
  if (found_skill->endpoint.empty())
    co_return std::unexpected("the skill has no endpoint for voice requests");
  const AmazonUser user = *found_user;  // a control call may replace both while we wait
  const Skill skill = *found_skill;
  co_await refresher_.refresh_if_expired(user.id, skill.skill_id);
  const json::object body = skill_request(request, user);
  VoiceAnswer answer;
  answer.linked = find_string(body, "context.System.user.accessToken").has_value();
  http::OutgoingRequest call = signer_.signed_call(skill.endpoint, body, request.wrong);
  const auto reply =
      co_await calls_.send(std::move(call), "voice request of " + user.name, {user.id, skill.skill_id});
  if (!reply)
    co_return std::unexpected("no answer from " + skill.endpoint + " (" +
                              std::string(http::transport_error_text(reply.error().kind)) + ")");
  answer.status = reply->status;
  auto parsed = parse_json_object(reply->body);
  if (reply->status != 200 || !parsed)
    co_return std::unexpected("the skill answered " + std::to_string(reply->status) +
                              (parsed ? "" : " without JSON"));
  answer.response = std::move(*parsed);
  answer.speech = speech_of(answer.response);
  answer.card = find_string(answer.response, "response.card.type").value_or("");
  co_return answer;
}

json::object Voice::skill_request(const VoiceRequest& request, const AmazonUser& user) {
  const Enablement* enablement = enablements_.find(request.user_id, request.skill_id);
  json::object skill_user{{"userId", enablement ? enablement->alexa_user_id : new_alexa_user_id(random_)}};
  // Alexa leaves the member out when nobody is linked, and when the token has expired and could not be
  // refreshed.
  if (enablement && enablement->tokens)
    if (const auto* token = access_token_in_use(*enablement->tokens, clock_.now()))
      skill_user["accessToken"] = token->reveal();
  const json::object application{{"applicationId", request.skill_id}};
  json::object session{{"new", true},
                       {"sessionId", "amzn1.echo-api.session." + random_uuid(random_)},
                       {"attributes", json::object{}},
                       {"application", application},
                       {"user", skill_user}};
  json::object device{{"deviceId", "amzn1.ask.device." + user.id}, {"supportedInterfaces", json::object{}}};
  json::object system{{"application", application},
                      {"user", skill_user},
                      {"device", std::move(device)},
                      {"apiEndpoint", "https://" + std::string(api_host(user.region, switches_))},
                      {"apiAccessToken", "eyJ" + random_letters_and_digits(random_, 40)}};
  return {{"version", "1.0"},
          {"session", std::move(session)},
          {"context", json::object{{"System", std::move(system)}}},
          {"request",
           request_part(request, "amzn1.echo-api.request." + random_uuid(random_), wall_clock_.now())}};
}

}  // namespace couplet::emulator
