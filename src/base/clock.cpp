// SPDX-License-Identifier: Apache-2.0
#include "base/clock.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace couplet {
namespace {

std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  if (from + count > text.size()) return std::nullopt;
  for (const char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// ".123Z" → 123; digits beyond milliseconds are cut off. Absent when it is not a fraction that ends in Z.
std::optional<milliseconds> fraction_and_zone(std::string_view rest) {
  if (rest == "Z") return milliseconds{0};
  if (rest.size() < 3 || rest.size() > 12 || rest.front() != '.' || rest.back() != 'Z') return std::nullopt;
  const std::string_view fraction = rest.substr(1, rest.size() - 2);
  int value = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto digit = i < fraction.size() ? digits(fraction, i, 1) : std::optional<int>(0);
    if (!digit) return std::nullopt;
    value = value * 10 + *digit;
  }
  for (std::size_t i = 3; i < fraction.size(); ++i)
    if (!digits(fraction, i, 1)) return std::nullopt;
  return milliseconds{value};
}

}  // namespace

Instant SystemClock::now() const {
  return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

std::chrono::nanoseconds SystemClock::monotonic() const {
  return std::chrono::steady_clock::now().time_since_epoch();
}

std::int64_t unix_seconds(Instant instant) {
  return std::chrono::floor<seconds>(instant).time_since_epoch().count();
}

Instant from_unix_seconds(std::int64_t whole_seconds) { return Instant{seconds{whole_seconds}}; }

std::string to_iso8601(Instant instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{instant - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::optional<Instant> from_iso8601(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() <= kShape.size()) return std::nullopt;
  for (const std::size_t separator : {4U, 7U, 10U, 13U, 16U})
    if (text[separator] != kShape[separator]) return std::nullopt;
  const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  const auto fraction = fraction_and_zone(text.substr(kShape.size()));
  if (!year || !month || !day || !hour || !minute || !second || !fraction) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return Instant{std::chrono::sys_days{date} + std::chrono::hours{*hour} + minutes{*minute} + seconds{*second}} +
         *fraction;
}

}  // namespace couplet
