// SPDX-License-Identifier: Apache-2.0
#include "emulator/events/skill_event.hpp"

#include <utility>

#include "emulator/signing/skill_call.hpp"

namespace couplet::emulator {

namespace {

json::array scopes(const std::vector<std::string>& permissions) {
  json::array accepted;
  for (const std::string& scope : permissions) accepted.emplace_back(json::object{{"scope", scope}});
  return accepted;
}

json::object permissions_body(const SkillEvent& event) {
  json::object body{{"acceptedPermissions", scopes(event.permissions)}};
  if (!event.person_id.empty()) body["acceptedPersonPermissions"] = scopes(event.person_permissions);
  return body;
}

json::object subscriptions_body(const std::vector<std::string>& subscriptions, const char* member) {
  json::array shown;
  for (const std::string& name : subscriptions) shown.emplace_back(json::object{{member, name}});
  return {{"subscriptions", std::move(shown)}};
}

/// Empty for an event that has none.
json::object body_of(const SkillEvent& event) {
  switch (event.kind) {
    case SkillEventKind::SKILL_ENABLED: return {};
    case SkillEventKind::SKILL_DISABLED:
      if (!event.user_information) return {};
      return {{"userInformationPersistenceStatus",
               event.user_information == Enablements::UserInformation::PERSISTED ? "PERSISTED"
                                                                                 : "NOT_PERSISTED"}};
    case SkillEventKind::SKILL_ACCOUNT_LINKED:
      return {{"accessToken", event.access_token ? event.access_token->reveal() : ""}};
    case SkillEventKind::SKILL_PERMISSION_ACCEPTED:
    case SkillEventKind::SKILL_PERMISSION_CHANGED: return permissions_body(event);
    case SkillEventKind::SKILL_PROACTIVE_SUBSCRIPTION_CHANGED:
      return subscriptions_body(event.subscriptions, "eventName");
    case SkillEventKind::SKILL_NOTIFICATION_SUBSCRIPTION_CHANGED:
      return subscriptions_body(event.subscriptions, "topicId");
  }
  return {};
}

}  // namespace

json::object envelope(const SkillEvent& event) {
  json::object user{{"userId", event.alexa_user_id}};
  if (event.access_token) user["accessToken"] = event.access_token->reveal();
  json::object system{{"application", json::object{{"applicationId", event.skill_id}}},
                      {"user", std::move(user)}};
  if (!event.person_id.empty()) system["person"] = json::object{{"personId", event.person_id}};
  system["apiEndpoint"] = "https://" + event.api_host;
  if (!event.api_access_token.empty()) system["apiAccessToken"] = event.api_access_token;
  const std::string time = request_time(event.created_at);
  json::object request{{"type", request_type(event.kind)},
                       {"requestId", event.request_id},
                       {"timestamp", time},
                       {"eventCreationTime", time},
                       {"eventPublishingTime", time}};
  json::object body = body_of(event);
  if (!body.empty()) request["body"] = std::move(body);
  return {{"version", "1.0"},
          {"context", json::object{{"System", std::move(system)}}},
          {"request", std::move(request)}};
}

}  // namespace couplet::emulator
