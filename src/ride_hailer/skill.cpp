// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/skill.hpp"

#include <utility>

#include "base/log.hpp"

namespace couplet::ride_hailer {
namespace {

enum class Ending { end_session, keep_listening };

json::object speech(std::string_view text, Ending ending) {
  json::object response{{"outputSpeech", {{"type", "PlainText"}, {"text", text}}},
                        {"shouldEndSession", ending == Ending::end_session}};
  return {{"version", "1.0"}, {"response", std::move(response)}};
}

json::object please_link() {
  json::object answer = speech(
      "To order rides by voice, please link your Ride Hailer account. I have sent a card to your Alexa app.",
      Ending::end_session);
  answer["response"].as_object()["card"] = {{"type", "LinkAccount"}};
  return answer;
}

// Not a word about linking: a user told to relink because of our outage would do so for nothing.
json::object try_again() {
  return speech("Sorry, Ride Hailer cannot check your account right now. Please try again in a minute.",
                Ending::end_session);
}

}  // namespace

Skill::Skill(std::string skill_id, const Users& users, Rides& rides, TokenCheck& tokens)
    : skill_id_(std::move(skill_id)), users_(users), rides_(rides), tokens_(tokens) {}

Task<std::optional<json::object>> Skill::answer(json::object request) {
  const auto type = find_string(request, "request.type");
  if (!type || !is_for_this_skill(request)) co_return std::nullopt;
  const std::string_view intent = find_string(request, "request.intent.name").value_or("");
  if (*type == "SessionEndedRequest")
    co_return json::object{{"version", "1.0"}, {"response", json::object{}}};
  if (intent == "AMAZON.StopIntent" || intent == "AMAZON.CancelIntent")
    co_return speech("Goodbye.", Ending::end_session);
  if (intent == "AMAZON.HelpIntent") co_return speech("You can say: order a ride.", Ending::keep_listening);
  co_return co_await answer_user(std::move(request));
}

bool Skill::is_for_this_skill(const json::object& request) const {
  const auto id = find_string(request, "context.System.application.applicationId");
  const auto session_id = find_string(request, "session.application.applicationId");
  return id == skill_id_ && (!session_id || session_id == skill_id_);
}

Task<json::object> Skill::answer_user(json::object request) {
  const auto token = find_string(request, "context.System.user.accessToken");
  if (!token || token->empty()) co_return please_link();
  AccessToken access_token{std::string(*token)};
  const auto owner = co_await tokens_.owner_of(std::move(access_token));
  if (!owner && owner.error() == TokenFault::unavailable) co_return try_again();
  const User* const user = owner ? users_.find_by_id(owner->user_id) : nullptr;
  if (!user) co_return please_link();
  if (find_string(request, "request.intent.name") == "OrderRideIntent") co_return order(*user, request);
  if (find_string(request, "request.type") == "LaunchRequest")
    co_return speech("Welcome to Ride Hailer, " + user->name + ". Say: order a ride.",
                     Ending::keep_listening);
  co_return speech("Sorry, I did not get that. You can say: order a ride.", Ending::keep_listening);
}

json::object Skill::order(const User& user, const json::object& request) {
  const std::string destination{find_string(request, "request.intent.slots.destination.value").value_or("")};
  rides_.order(user.id, destination, Ride::Via::alexa);
  log::info("ride.ordered", {{"via", "alexa"}, {"user", user.id}});
  return speech("Your ride is on its way, " + user.name + ".", Ending::end_session);
}

}  // namespace couplet::ride_hailer
