// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/fault_action.hpp"

#include <algorithm>
#include <array>

namespace couplet::emulator {

namespace {

constexpr std::int64_t kDelayLimitMs = 60'000;
constexpr std::int64_t kRetryLimitSeconds = 86'400;
constexpr std::int64_t kHugeLimitBytes = 64LL * 1024 * 1024;
constexpr std::int64_t kDripLimit = 1'000'000;
constexpr std::size_t kDepth = 10'000;
constexpr std::string_view kActionMembers =
    "action takes status (200 to 599) with body and retry_after (seconds), redirect (a URL), delay_ms (0 to "
    R"(60000), reset ("before" or "after"), malformed (not_json, truncated, wrong_types, deep, invalid_utf8), )"
    "huge_bytes (to 67108864) and drip (bytes a second, to 1000000)";

struct MalformedRow {
  Malformed malformed;
  std::string_view text;
};
constexpr std::array kMalformed{
    MalformedRow{Malformed::not_json, "not_json"}, MalformedRow{Malformed::truncated, "truncated"},
    MalformedRow{Malformed::wrong_types, "wrong_types"}, MalformedRow{Malformed::deep, "deep"},
    MalformedRow{Malformed::invalid_utf8, "invalid_utf8"}};

std::string_view malformed_text(Malformed malformed) {
  return std::ranges::find(kMalformed, malformed, &MalformedRow::malformed)->text;
}

/// Reads one member; false when it is none of these, or its value cannot be.
class ActionReader {
 public:
  explicit ActionReader(FaultAction& into) : into_(into) {}
  bool read(std::string_view name, const json::value& value) {
    if (const auto* number = value.if_int64()) return read_number(name, *number);
    if (const auto* text = value.if_string()) return read_text(name, *text);
    if (name != "body" || !value.is_object()) return false;
    into_.body = json::serialize(value);
    return true;
  }

 private:
  bool read_number(std::string_view name, std::int64_t number) {
    const auto within = [number](std::int64_t low, std::int64_t high) {
      return number >= low && number <= high;
    };
    if (name == "status" && within(200, 599))
      into_.status = static_cast<int>(number);
    else if (name == "delay_ms" && within(0, kDelayLimitMs))
      into_.delay = milliseconds(number);
    else if (name == "retry_after" && within(0, kRetryLimitSeconds))
      into_.retry_after = seconds(number);
    else if (name == "huge_bytes" && within(1, kHugeLimitBytes))
      into_.huge_bytes = static_cast<std::size_t>(number);
    else if (name == "drip" && within(1, kDripLimit))
      into_.drip = static_cast<std::size_t>(number);
    else
      return false;
    return true;
  }
  bool read_text(std::string_view name, std::string_view text) {
    const auto malformed = std::ranges::find(kMalformed, text, &MalformedRow::text);
    if (name == "body")
      into_.body = text;
    else if (name == "redirect" && !text.empty() &&
             std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; }))
      into_.redirect = text;
    else if (name == "reset" && text == "before")
      into_.reset = ResetPoint::before;
    else if (name == "reset" && text == "after")
      into_.reset = ResetPoint::after;
    else if (name == "malformed" && malformed != kMalformed.end())
      into_.malformed = malformed->malformed;
    else
      return false;
    return true;
  }

  FaultAction& into_;
};

bool does_nothing(const FaultAction& action) {
  return action.delay.count() == 0 && !action.reset && !action.status && !action.retry_after &&
         action.redirect.empty() && !action.malformed && action.huge_bytes == 0 && action.drip == 0;
}

json::value with_wrong_types(const json::value& value) {
  if (value.is_string()) return 12345;
  if (value.is_number()) return "soon";
  if (value.is_bool()) return "maybe";
  if (const auto* array = value.if_array()) {
    json::array wrong;
    for (const json::value& entry : *array) wrong.push_back(with_wrong_types(entry));
    return wrong;
  }
  if (const auto* object = value.if_object()) {
    json::object wrong;
    for (const auto& [name, member] : *object) wrong[name] = with_wrong_types(member);
    return wrong;
  }
  return json::array{};
}

std::string wrong_types(const std::string& body) {
  const auto value = parse_json(body);
  return value ? json::serialize(with_wrong_types(*value)) : "[12345]";
}

std::string deep() {
  std::string text;
  for (std::size_t i = 0; i < kDepth; ++i) text += R"({"a":)";
  text += "null";
  return text.append(kDepth, '}');
}

std::string invalid_utf8(std::string body) {
  constexpr std::string_view kBad = "\"note\":\"\xC3\x28\",";
  const std::size_t brace = body.find('{');
  if (brace == std::string::npos) return "{" + std::string(kBad.substr(0, kBad.size() - 1)) + "}";
  const bool is_empty = body.find_first_not_of(" \n", brace + 1) == body.find('}');
  body.insert(brace + 1, is_empty ? kBad.substr(0, kBad.size() - 1) : kBad);
  return body;
}

std::string malformed_body(std::string body, Malformed malformed) {
  switch (malformed) {
    case Malformed::not_json:
      return "<!doctype html><title>Service error</title><h1>Something went wrong</h1>";
    case Malformed::truncated: return body.substr(0, body.size() / 2);
    case Malformed::wrong_types: return wrong_types(body);
    case Malformed::deep: return deep();
    case Malformed::invalid_utf8: break;
  }
  return invalid_utf8(std::move(body));
}

}  // namespace

Result<FaultAction, std::string> action_from_json(const json::object& object) {
  FaultAction action;
  ActionReader reader(action);
  for (const auto& [name, value] : object)
    if (!reader.read(name, value)) return std::unexpected(std::string(kActionMembers));
  if (does_nothing(action))
    return std::unexpected("action says nothing to do: " + std::string(kActionMembers));
  const bool instead = action.status || action.retry_after || !action.redirect.empty();
  if (instead && action.reset)
    return std::unexpected("an answer (status, retry_after, redirect) and reset exclude each other");
  return action;
}

json::object to_json(const FaultAction& action) {
  json::object object;
  if (action.status) object["status"] = *action.status;
  if (!action.body.empty() || action.status) object["body"] = action.body;
  if (action.retry_after) object["retry_after"] = action.retry_after->count();
  if (!action.redirect.empty()) object["redirect"] = action.redirect;
  if (action.delay.count() > 0) object["delay_ms"] = action.delay.count();
  if (action.reset) object["reset"] = *action.reset == ResetPoint::before ? "before" : "after";
  if (action.malformed) object["malformed"] = malformed_text(*action.malformed);
  if (action.huge_bytes > 0) object["huge_bytes"] = action.huge_bytes;
  if (action.drip > 0) object["drip"] = action.drip;
  return object;
}

std::optional<http::Response> answer_instead(const FaultAction& action) {
  if (!action.status && !action.retry_after && action.redirect.empty()) return std::nullopt;
  const int status = action.status.value_or(action.redirect.empty() ? 429 : 302);
  http::Response answer = action.body.starts_with('{') ? http::json_response(status, action.body)
                                                       : http::text_response(status, action.body);
  if (action.retry_after) answer.header("Retry-After", std::to_string(action.retry_after->count()));
  if (!action.redirect.empty()) answer.header("Location", action.redirect);
  return answer;
}

std::string spoiled(std::string body, const FaultAction& action) {
  if (action.malformed) body = malformed_body(std::move(body), *action.malformed);
  // White space behind JSON is JSON: only its size is wrong.
  if (body.size() < action.huge_bytes) body.resize(action.huge_bytes, ' ');
  return body;
}

std::string spoiling_note(const FaultAction& action) {
  std::string note;
  const auto add = [&note](const std::string& part) { note += (note.empty() ? "" : ", ") + part; };
  if (action.malformed) add("malformed body (" + std::string(malformed_text(*action.malformed)) + ")");
  if (action.huge_bytes > 0) add("body of " + std::to_string(action.huge_bytes) + " bytes");
  if (action.drip > 0) add("answer at " + std::to_string(action.drip) + " bytes a second");
  return note;
}

}  // namespace couplet::emulator
