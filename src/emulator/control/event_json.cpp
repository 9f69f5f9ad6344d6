// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/event_json.hpp"

#include <algorithm>
#include <array>

namespace couplet::emulator {

namespace {

constexpr std::int64_t kLongestDelaySeconds = 3600;
constexpr std::int64_t kMostCopies = 10;

constexpr std::array<std::string_view, 13> kWishMembers{
    "user",          "skill_id",         "event",
    "alexa_user_id", "request_id",       "created_at",
    "permissions",   "person",           "person_permissions",
    "subscriptions", "user_information", "wrong",
    "queue"};
constexpr std::size_t kLongestPersonId = 255;

std::string texts_of(const json::object& object, std::string_view name, std::vector<std::string>& into) {
  if (!object.contains(name)) return "";
  const json::array* array = find_array(object, name);
  for (const json::value& entry : array ? *array : json::array{nullptr}) {
    const auto* text = entry.if_string();
    if (!text) return std::string(name) + " must be an array of strings";
    into.emplace_back(*text);
  }
  return "";
}

std::string read_user_information(const json::object& object, EventWish& wish) {
  using UserInformation = Enablements::UserInformation;
  if (!object.contains("user_information")) return "";
  const auto text = find_string(object, "user_information");
  if (text == "PERSISTED")
    wish.user_information = UserInformation::PERSISTED;
  else if (text == "NOT_PERSISTED")
    wish.user_information = UserInformation::NOT_PERSISTED;
  else
    return "user_information is PERSISTED or NOT_PERSISTED";
  return "";
}

std::string read_person(const json::object& object, EventWish& wish) {
  if (!object.contains("person"))
    return object.contains("person_permissions") ? "person_permissions needs person, whose they are" : "";
  wish.person_id = find_string(object, "person").value_or("");
  if (wish.person_id.empty() || wish.person_id.size() > kLongestPersonId)
    return "person is an id of 1 to 255 characters";
  return texts_of(object, "person_permissions", wish.person_permissions);
}

std::string read_time(const json::object& object, EventWish& wish) {
  if (!object.contains("created_at")) return "";
  wish.created_at = from_iso8601(find_string(object, "created_at").value_or(""));
  return wish.created_at ? "" : R"(created_at is a time like "2026-03-01T10:00:00Z")";
}

/// Empty when all is well.
std::string read_mode_member(const json::object& object, std::string_view name, DeliveryMode& mode) {
  const auto number = find_integer(object, name);
  const auto text = find_string(object, name);
  const auto flag = find_bool(object, name);
  if (name == "held" && flag)
    mode.held = *flag;
  else if (name == "delay_seconds" && number && *number >= 0 && *number <= kLongestDelaySeconds)
    mode.delay = seconds(*number);
  else if (name == "copies" && number && *number >= 1 && *number <= kMostCopies)
    mode.copies = static_cast<unsigned>(*number);
  else if (name == "order" && text == "as_created")
    mode.order = EventOrder::as_created;
  else if (name == "order" && text == "reversed")
    mode.order = EventOrder::reversed;
  else if (name != "wrong")
    return "the mode takes held (true or false), delay_seconds (0 to 3600), copies (1 to 10), order "
           "(as_created or reversed) and wrong (a name of /_emulator/api/wrong-ways, or null)";
  return "";
}

}  // namespace

Result<const WrongWay*, std::string> wrong_way_from_json(const json::object& object) {
  const json::value* value = object.if_contains("wrong");
  if (!value || value->is_null()) return nullptr;
  const auto* text = value->if_string();
  const WrongWay* way = text ? find_wrong_way(*text) : nullptr;
  if (!way) return std::unexpected("wrong is null or one of the names of /_emulator/api/wrong-ways");
  return way;
}

Result<EventWish, std::string> event_wish_from_json(const json::object& object) {
  for (const auto& member : object)
    if (std::ranges::find(kWishMembers, std::string_view(member.key())) == kWishMembers.end())
      return std::unexpected(
          "there is an unknown member; known are user, skill_id, event, alexa_user_id, "
          "request_id, created_at, permissions, person, person_permissions, subscriptions, user_information, "
          "wrong, queue");
  EventWish wish;
  const auto kind = event_kind_from_text(find_string(object, "event").value_or(""));
  if (!kind)
    return std::unexpected("event is one of " + std::string(kSubscriptionNames) +
                           ", or its request type, as in AlexaSkillEvent.SkillDisabled");
  wish.kind = *kind;
  wish.user_id = find_string(object, "user").value_or("");
  wish.skill_id = find_string(object, "skill_id").value_or("");
  wish.alexa_user_id = find_string(object, "alexa_user_id").value_or("");
  wish.request_id = find_string(object, "request_id").value_or("");
  std::string problem = texts_of(object, "permissions", wish.permissions);
  if (problem.empty()) problem = read_person(object, wish);
  if (problem.empty()) problem = texts_of(object, "subscriptions", wish.subscriptions);
  if (problem.empty()) problem = read_user_information(object, wish);
  if (problem.empty()) problem = read_time(object, wish);
  if (!problem.empty()) return std::unexpected(std::move(problem));
  const auto way = wrong_way_from_json(object);
  if (!way) return std::unexpected(way.error());
  wish.wrong = *way;
  return wish;
}

Result<DeliveryMode, std::string> delivery_mode_from_json(const json::object& object, DeliveryMode known) {
  for (const auto& member : object) {
    std::string problem = read_mode_member(object, member.key(), known);
    if (!problem.empty()) return std::unexpected(std::move(problem));
  }
  if (!object.contains("wrong")) return known;
  const auto way = wrong_way_from_json(object);
  if (!way) return std::unexpected(way.error());
  known.wrong = *way;
  return known;
}

json::object to_json(const DeliveryMode& mode) {
  return {{"held", mode.held},
          {"delay_seconds", mode.delay.count()},
          {"copies", mode.copies},
          {"order", mode.order == EventOrder::as_created ? "as_created" : "reversed"},
          {"wrong", mode.wrong ? json::value(mode.wrong->name) : json::value(nullptr)}};
}

}  // namespace couplet::emulator
