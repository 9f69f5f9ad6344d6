// SPDX-License-Identifier: Apache-2.0
// Time as a parameter: nothing outside src/base asks the machine what time it is.
#pragma once
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace couplet {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// A point in UTC; milliseconds since 1970, 64 bit (TM-03).
using Instant = std::chrono::sys_time<milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  /// UTC; may be stepped by the operator.
  [[nodiscard]] virtual Instant now() const = 0;
  /// Never goes back; for durations and deadlines (TM-01). Its zero means nothing.
  [[nodiscard]] virtual std::chrono::nanoseconds monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override;
};

/// Stands still until it is moved. Thread: any.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Instant start) : now_(start.time_since_epoch().count()) {}
  [[nodiscard]] Instant now() const override { return Instant{milliseconds{now_.load()}}; }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override { return milliseconds{now_.load()}; }
  void advance(milliseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_;
};

/// Whole seconds since 1970, as in `exp` and `iat`.
[[nodiscard]] std::int64_t unix_seconds(Instant instant);
[[nodiscard]] Instant from_unix_seconds(std::int64_t whole_seconds);

/// "2026-03-01T10:00:00.123Z"
[[nodiscard]] std::string to_iso8601(Instant instant);
/// Takes "2025-03-01T10:00:00Z" with an optional fraction; the zone must be Z. Absent when it is anything else.
[[nodiscard]] std::optional<Instant> from_iso8601(std::string_view text);

}  // namespace couplet
