// SPDX-License-Identifier: Apache-2.0
// Wrong ways: what the request says, and what happens to its octets on the way. Messages are changed before
// they are signed, so that the signature is right.
#include <algorithm>
#include <utility>

#include "base/json.hpp"
#include "emulator/signing/skill_call.hpp"
#include "emulator/signing/wrong_ways.hpp"

namespace couplet::emulator {

namespace {

constexpr const char* kSomebodysSkill = "amzn1.ask.skill.00000000-0000-4000-8000-000000000000";
constexpr std::size_t kHugeBody = 10 * 1024 * 1024;
constexpr std::size_t kDepth = 20'000;  // 40 KB: not too large, only too deep

/// The member of `object`; nullptr when it is missing or no object.
json::object* inside(json::object& object, std::string_view name) {
  json::value* value = object.if_contains(name);
  return value ? value->if_object() : nullptr;
}

json::object* request_of(json::object& message) { return inside(message, "request"); }

void set_timestamp(json::object& message, json::value value) {
  if (json::object* request = request_of(message)) (*request)["timestamp"] = std::move(value);
}

template <std::int64_t Seconds>
void age(json::object& message, Instant now) {
  set_timestamp(message, json::value(request_time(now - seconds(Seconds))));
}

void no_timestamp(json::object& message, Instant) {
  if (json::object* request = request_of(message)) request->erase("timestamp");
}

void numeric_timestamp(json::object& message, Instant now) {
  set_timestamp(message, json::value(now.time_since_epoch().count()));
}

void timestamp_without_zone(json::object& message, Instant now) {
  set_timestamp(message, json::value(request_time(now).substr(0, 19)));
}

void timestamp_nan(json::object& message, Instant) { set_timestamp(message, json::value("NaN")); }

void timestamp_9999(json::object& message, Instant) {
  set_timestamp(message, json::value("9999-12-31T23:59:59Z"));
}

/// In the context and, where there is one, in the session.
template <class Change>
void change_application(json::object& message, Change change) {
  json::object* context = inside(message, "context");
  json::object* system = context ? inside(*context, "System") : nullptr;
  for (json::object* place : {system, inside(message, "session")})
    if (place) change(*place);
}

void other_skill(json::object& message, Instant) {
  change_application(message, [](json::object& place) {
    place["application"] = json::object{{"applicationId", kSomebodysSkill}};
  });
}

void no_application(json::object& message, Instant) {
  change_application(message, [](json::object& place) { place.erase("application"); });
}

std::string repeated_timestamp(std::string body) {
  const std::size_t at = body.find("\"timestamp\":");
  if (at != std::string::npos) body.insert(at, R"("timestamp":"2001-01-01T00:00:00Z",)");
  return body;
}

std::string too_deep(std::string body) {
  body.pop_back();
  return body + ",\"deep\":" + std::string(kDepth, '[') + std::string(kDepth, ']') + "}";
}

std::string not_json(std::string) { return "version=1.0"; }

std::string too_large(std::string body) { return body + std::string(kHugeBody, ' '); }

std::string flip_a_bit(std::string body) {
  const std::size_t at = std::min(body.find("amzn1.ask.account.") + 20, body.size() - 1);
  body[at] = static_cast<char>(body[at] ^ 1);
  return body;
}

std::string add_white_space(std::string body) { return body + "\n"; }

std::string cut_last_octet(std::string body) {
  body.pop_back();
  return body;
}

/// The same JSON value in other octets: the last member first.
std::string reserialised(std::string body) {
  const auto object = parse_json_object(body);
  if (!object || object->empty()) return body + " ";
  json::object turned;
  for (auto member = object->end(); member != object->begin();) {
    --member;
    turned[member->key()] = member->value();
  }
  return json::serialize(turned);
}

struct MessageRow {
  std::string_view name;
  Rule breaks;
  std::string_view requirement;
  MessageChange message;
  std::string_view does;
  bool events_may = false;
};

constexpr MessageRow kMessages[] = {
    {"age_140_s", Rule::none, "AX-13", age<140>, "140 seconds old"},
    {"future_140_s", Rule::none, "AX-14", age<-140>, "140 seconds ahead: the clocks differ"},

    {"age_151_s", Rule::timestamp, "AX-13", age<151>, "151 seconds old", true},
    {"age_3590_s", Rule::timestamp, "AX-13", age<3590>, "almost an hour old", true},
    {"age_3610_s", Rule::timestamp, "AX-13", age<3610>, "more than an hour old"},
    {"future_200_s", Rule::timestamp, "AX-14", age<-200>, "200 seconds ahead"},
    {"no_timestamp", Rule::timestamp, "AX-13", no_timestamp, "without a timestamp"},
    {"numeric_timestamp", Rule::timestamp, "AX-15", numeric_timestamp, "the timestamp is a number, of now"},
    {"timestamp_without_zone", Rule::timestamp, "AX-15", timestamp_without_zone, "the timestamp has no zone"},
    {"timestamp_nan", Rule::timestamp, "AX-15", timestamp_nan, "the timestamp is the text NaN"},
    {"timestamp_9999", Rule::timestamp, "AX-15", timestamp_9999, "the timestamp is of the year 9999"},
    {"other_skill", Rule::application, "WH-05", other_skill, "the request is for another skill"},
    {"no_application", Rule::application, "WH-05", no_application, "the request names no skill"},
};

struct TextRow {
  std::string_view name;
  Rule breaks;
  std::string_view requirement;
  TextChange text;
  std::string_view does;
};

// Before it is signed.
constexpr TextRow kTexts[] = {
    {"repeated_timestamp", Rule::json, "AX-15", repeated_timestamp,
     "two timestamps, an old one and a good one"},
    {"too_deep", Rule::json, "AX-16", too_deep, "20,000 arrays inside each other"},
    {"not_json", Rule::json, "AX-16", not_json, "the body is a form"},
    {"too_large", Rule::size, "AX-16", too_large, "ten megabytes of white space behind the JSON"},
};

// After it is signed.
constexpr TextRow kSpoiled[] = {
    {"flipped_bit", Rule::signature, "AX-02", flip_a_bit, "one bit of the Alexa user id is another"},
    {"added_white_space", Rule::signature, "AX-02", add_white_space, "a line end behind the JSON"},
    {"cut_body", Rule::signature, "AX-02", cut_last_octet, "the last octet is missing"},
    {"reserialised", Rule::signature, "AX-02", reserialised, "the same JSON, members in another order"},
};

}  // namespace

std::vector<WrongWay> wrong_messages() {
  std::vector<WrongWay> ways;
  for (const MessageRow& row : kMessages) {
    WrongWay& way = ways.emplace_back(way_of(row.name, row.breaks, row.requirement, row.does));
    way.message = row.message;
    way.events_may = row.events_may;
  }
  for (const TextRow& row : kTexts)
    ways.emplace_back(way_of(row.name, row.breaks, row.requirement, row.does)).text = row.text;
  for (const TextRow& row : kSpoiled)
    ways.emplace_back(way_of(row.name, row.breaks, row.requirement, row.does)).after = row.text;
  return ways;
}

}  // namespace couplet::emulator
