// SPDX-License-Identifier: Apache-2.0
#include "emulator/control/control_clock.hpp"

namespace couplet::emulator {

namespace {

constexpr std::int64_t kFarthestSeconds = 100LL * 365 * 24 * 3600;
constexpr double kSlowest = 0.01;
constexpr double kFastest = 100'000;
constexpr std::string_view kClockMembers =
    R"(a clock has now ("2026-03-01T10:00:00Z", within a hundred years) or ahead_seconds (of the machine's), )"
    "rate (0.01 to 100000) and frozen (true, false)";

struct ClockChange {
  std::optional<Instant> now;
  std::optional<seconds> ahead;
  std::optional<double> rate;
  std::optional<bool> frozen;
};

std::optional<double> number_of(const json::value& value) {
  if (!value.is_number()) return std::nullopt;
  return value.to_number<double>();
}

bool is_near(Instant instant, Instant machine_time) {
  const auto far = instant - machine_time;
  return std::chrono::abs(far) <= seconds(kFarthestSeconds);
}

Result<ClockChange, std::string> read_change(const json::object& object, Instant machine_time) {
  ClockChange change;
  for (const auto& [name, value] : object) {
    const auto* text = value.if_string();
    const auto instant = text ? from_iso8601(*text) : std::nullopt;
    const auto rate = number_of(value);
    if (name == "now" && instant && is_near(*instant, machine_time))
      change.now = instant;
    else if (name == "rate" && rate && *rate >= kSlowest && *rate <= kFastest)
      change.rate = rate;
    else if (name == "frozen" && value.is_bool())
      change.frozen = value.get_bool();
    else if (name == "ahead_seconds" && value.is_int64() && std::abs(value.get_int64()) <= kFarthestSeconds)
      change.ahead = seconds(value.get_int64());
    else
      return std::unexpected(std::string(kClockMembers));
  }
  return change;
}

}  // namespace

void ControlClock::add_routes(http::Router& router) {
  add_control_route(router, "GET", "/_emulator/api/clock", [this](const http::Request&) { return show(); });
  add_control_route(router, "PUT", "/_emulator/api/clock",
                    [this](const http::Request& request) { return set(request); });
  add_control_route(router, "POST", "/_emulator/api/clock/advance",
                    [this](const http::Request& request) { return advance(request); });
}

http::Response ControlClock::show() const {
  return control_answer(
      json::object{{"now", to_iso8601(clock_.now())},
                   {"ahead_seconds", std::chrono::duration_cast<seconds>(clock_.ahead()).count()},
                   {"rate", clock_.rate()},
                   {"frozen", clock_.frozen()}});
}

http::Response ControlClock::set(const http::Request& request) {
  const auto body = parse_json_object(request.body);
  if (!body) return control_refusal(400, "the body must be a JSON object");
  const auto change = read_change(*body, clock_.now() - clock_.ahead());
  if (!change) return control_refusal(400, change.error());
  if (change->rate) clock_.set_rate(*change->rate);
  if (change->ahead) clock_.advance(*change->ahead - clock_.ahead());
  if (change->now) clock_.set(*change->now);  // what GET shows may be sent back: it has both
  if (change->frozen) clock_.freeze(*change->frozen);
  return show();
}

Task<http::Response> ControlClock::advance(const http::Request& request) {
  const auto body = parse_json_object(request.body);
  const auto by = body ? find_integer(*body, "seconds") : std::nullopt;
  const auto ahead = std::chrono::duration_cast<seconds>(clock_.ahead()).count();
  if (!by || *by < 0 || *by > kFarthestSeconds - ahead)
    co_return control_refusal(400, R"(the body is {"seconds": N}, from 0 to a hundred years in all)");
  co_await refresher_.advance(seconds(*by));
  co_return show();
}

}  // namespace couplet::emulator
