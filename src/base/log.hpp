// SPDX-License-Identifier: Apache-2.0
// Structured logs: one JSON object a line on standard error. Secrets cannot be passed: Field takes no Secret<…>.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace couplet::log {

enum class Level { debug, info, warn, error, off };

/// A key with its value already as text; control characters are escaped when it is written (LG-02).
struct Field {
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(v) {}
  template <class T>
    requires std::is_arithmetic_v<T>
  Field(std::string_view k, T v) : key(k), value(std::is_same_v<T, bool> ? (v ? "true" : "false") : std::to_string(v)), bare(true) {}

  std::string key;
  std::string value;
  bool bare = false;  // a number or a truth value: no quotes
};
using Fields = std::initializer_list<Field>;

/// Starts the writer thread. The queue is bounded; when it is full the oldest lines are dropped and counted
/// (LG-05), the caller never waits. Without start() nothing is written.
void start(Level level, std::string_view program);
void stop();
[[nodiscard]] std::uint64_t dropped_lines();

/// Whether a line of this level would be written; for fields that cost something to compute.
[[nodiscard]] bool enabled(Level level);
/// `event` is a dotted name that operators search for: "token.issued".
void write(Level level, std::string_view event, Fields fields = {});
inline void debug(std::string_view event, Fields fields = {}) { write(Level::debug, event, fields); }
inline void info(std::string_view event, Fields fields = {}) { write(Level::info, event, fields); }
inline void warn(std::string_view event, Fields fields = {}) { write(Level::warn, event, fields); }
inline void error(std::string_view event, Fields fields = {}) { write(Level::error, event, fields); }

}  // namespace couplet::log
