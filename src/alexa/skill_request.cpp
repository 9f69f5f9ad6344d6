// SPDX-License-Identifier: Apache-2.0
#include "alexa/skill_request.hpp"

#include <algorithm>

namespace couplet::alexa {
namespace {

constexpr std::size_t kIdLimitBytes = 512;
constexpr std::size_t kDetailLimitBytes = 4096;

// An id from outside that will be a key and stand in logs.
std::optional<std::string> find_id(const json::object& message, std::string_view path) {
  const auto text = find_string(message, path);
  const bool good = text && !text->empty() && text->size() <= kIdLimitBytes &&
                    std::ranges::all_of(*text, [](char c) { return c > 0x20 && c < 0x7f; });
  return good ? std::optional(std::string(*text)) : std::nullopt;
}

// In the context always, in the session where there is one; they may not contradict each other.
bool is_for(const json::object& message, const Skill& skill) {
  const auto in_context = find_string(message, "context.System.application.applicationId");
  const auto in_session = find_string(message, "session.application.applicationId");
  if (!in_context && !in_session) return false;
  return in_context.value_or(skill.skill_id.text()) == skill.skill_id.text() &&
         in_session.value_or(skill.skill_id.text()) == skill.skill_id.text();
}

void add_scopes(std::string& detail, const json::object& message, std::string_view path) {
  const json::array* const permissions = find_array(message, path);
  if (!permissions) return;
  for (const json::value& permission : *permissions) {
    const auto* const object = permission.if_object();
    const auto scope = object ? find_string(*object, "scope") : std::nullopt;
    if (!scope || detail.size() + scope->size() > kDetailLimitBytes) continue;
    detail.append(detail.empty() ? "" : " ").append(*scope);
  }
}

std::string detail_of(SkillEventType type, const json::object& message) {
  std::string detail;
  if (type == SkillEventType::SkillDisabled)
    detail = find_id(message, "request.body.userInformationPersistenceStatus").value_or("");
  add_scopes(detail, message, "request.body.acceptedPermissions");
  add_scopes(detail, message, "request.body.acceptedPersonPermissions");
  return detail;
}

// SkillAccountLinked has it in two places; other events may have it with the user.
std::optional<PresentedAccessToken> access_token_of(const json::object& message) {
  for (const std::string_view path : {"request.body.accessToken", "context.System.user.accessToken"})
    if (const auto token = find_string(message, path); token && !token->empty())
      return PresentedAccessToken(std::string(*token));
  return std::nullopt;
}

}  // namespace

Result<SkillRequest, RequestRefusal> parse_skill_request(std::string_view body, const Skill& skill) {
  auto message = parse_json_object(body);
  if (!message) return std::unexpected(RequestRefusal::malformed);
  auto type = find_id(*message, "request.type");
  auto request_id = find_id(*message, "request.requestId");
  if (!type || !request_id) return std::unexpected(RequestRefusal::malformed);
  if (!is_for(*message, skill)) return std::unexpected(RequestRefusal::application);
  const auto timestamp = from_iso8601(find_string(*message, "request.timestamp").value_or(""));
  if (!timestamp) return std::unexpected(RequestRefusal::timestamp);

  SkillRequest request;
  request.event = enum_from_text(kSkillEventTypes, *type);
  request.type = *std::move(type);
  request.request_id = *std::move(request_id);
  request.timestamp = *timestamp;
  request.message = *std::move(message);
  return request;
}

Result<ReceivedEvent, RequestRefusal> read_skill_event(const SkillRequest& request, const Skill& skill,
                                                       Instant now) {
  auto user = find_id(request.message, "context.System.user.userId");
  if (!request.event || !user) return std::unexpected(RequestRefusal::malformed);
  const auto created_text = find_string(request.message, "request.eventCreationTime");
  const auto created_at = created_text ? from_iso8601(*created_text) : request.timestamp;
  if (!created_at) return std::unexpected(RequestRefusal::malformed);

  ReceivedEvent received;
  SkillEvent& event = received.event;
  event.skill = skill.name;
  event.request_id = request.request_id;
  event.type = *request.event;
  event.alexa_user_id = AlexaUserId(*std::move(user));
  event.detail = detail_of(event.type, request.message);
  // A time after now would overtake every later event.
  event.created_at = std::min(*created_at, now);
  event.received_at = now;
  received.access_token = access_token_of(request.message);
  return received;
}

}  // namespace couplet::alexa
