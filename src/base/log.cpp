// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

#include "base/code_point.hpp"
#include "base/encoding.hpp"

namespace couplet::log {
namespace {

constexpr std::size_t kQueuedLines = 8192;

struct Writer {
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
};
Writer& writer() {
  static Writer instance;
  return instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

// RFC 8259 7: beyond 16 bits as a pair of surrogates.
void append_escape(fmt::memory_buffer& out, std::uint32_t point) {
  if (point < 0x10000) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", point);
    return;
  }
  append_escape(out, 0xd800 + ((point - 0x10000) >> 10U));
  append_escape(out, 0xdc00 + ((point - 0x10000) & 0x3ffU));
}

// JSON string content; everything that could end a line, move a terminal's cursor or turn what follows is
// escaped.
void append_escaped(fmt::memory_buffer& out, std::string_view text) {
  if (!is_utf8(text)) return append_escaped(out, "base64:" + to_base64(as_byte_view(text)));
  while (const auto point = first_code_point(text)) {
    if (point->value == '"' || point->value == '\\')
      fmt::format_to(std::back_inserter(out), "\\{}", text.front());
    else if (is_unseen(point->value))
      append_escape(out, static_cast<std::uint32_t>(point->value));
    else
      out.append(text.substr(0, point->bytes));
    text.remove_prefix(point->bytes);
  }
}

}  // namespace

void start(Level level, std::string_view program) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  writer().pool = std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1);
  writer().logger = std::make_shared<spdlog::async_logger>(
      std::string(program), std::move(sink), writer().pool, spdlog::async_overflow_policy::overrun_oldest);
  writer().logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","program":"%n",%v})",
                               spdlog::pattern_time_type::utc);
  writer().logger->set_level(to_spdlog(level));
  writer().logger->flush_on(spdlog::level::info);
}

void stop() {
  writer().pool.reset();  // joins after the queue is written; only then is nobody else using the logger
  writer().logger.reset();
}

std::uint64_t dropped_lines() { return writer().pool ? writer().pool->overrun_counter() : 0; }

bool enabled(Level level) {
  const spdlog::async_logger* const logger = writer().logger.get();
  return logger && logger->should_log(to_spdlog(level));
}

void write(Level level, std::string_view event, Fields fields) {
  if (!enabled(level)) return;
  spdlog::async_logger* const logger = writer().logger.get();
  fmt::memory_buffer line;
  fmt::format_to(std::back_inserter(line), R"("event":"{}")", event);
  for (const Field& field : fields) {
    fmt::format_to(std::back_inserter(line), R"(,"{}":)", field.key);
    if (!field.bare) line.push_back('"');
    if (field.bare)
      line.append(field.value);
    else
      append_escaped(line, field.value);
    if (!field.bare) line.push_back('"');
  }
  logger->log(to_spdlog(level), std::string_view(line.data(), line.size()));
}

}  // namespace couplet::log
