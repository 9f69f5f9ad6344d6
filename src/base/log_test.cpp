// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"

namespace couplet {
namespace {

// What one event looks like on standard error, line end included.
std::string written(std::string_view event, log::Fields fields, log::Level least = log::Level::info) {
  ::testing::internal::CaptureStderr();
  log::start(least, "log_test");
  log::info(event, fields);
  log::stop();
  return ::testing::internal::GetCapturedStderr();
}

TEST(LG_02, outside_text_can_neither_end_a_line_nor_move_the_cursor) {
  const std::string line = written("event", {{"field", "a\r\nb\x1b[31m\"\\\x7f\ttail"}});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  for (const char control : {'\r', '\x1b', '\x7f', '\t'}) EXPECT_EQ(line.find(control), std::string::npos);
  const auto object = parse_json_object(std::string_view(line).substr(0, line.size() - 1));
  ASSERT_TRUE(object) << line;
  EXPECT_EQ(find_string(*object, "field"), "a\r\nb\x1b[31m\"\\\x7f\ttail");
}

TEST(LG_02, bytes_that_are_not_utf8_are_written_as_base64) {
  const std::string line = written("event", {{"field", "\xff\xfe"}});
  EXPECT_NE(line.find(R"("field":"base64://4=")"), std::string::npos) << line;
}

TEST(log, a_line_is_one_json_object_with_typed_fields) {
  const std::string line = written("token.issued", {{"number", 7}, {"yes", true}, {"text", "x"}});
  const auto object = parse_json_object(std::string_view(line).substr(0, line.size() - 1));
  ASSERT_TRUE(object) << line;
  EXPECT_EQ(find_string(*object, "event"), "token.issued");
  EXPECT_EQ(find_string(*object, "level"), "info");
  EXPECT_EQ(find_string(*object, "program"), "log_test");
  EXPECT_EQ(find_integer(*object, "number"), 7);
  EXPECT_EQ(find_bool(*object, "yes"), true);
}

TEST(log, a_level_below_the_least_is_neither_enabled_nor_written) {
  EXPECT_EQ(written("event", {}, log::Level::warn), "");
  EXPECT_FALSE(log::enabled(log::Level::error));  // stopped
  log::start(log::Level::warn, "log_test");
  EXPECT_FALSE(log::enabled(log::Level::info));
  EXPECT_TRUE(log::enabled(log::Level::warn));
  log::stop();
}

}  // namespace
}  // namespace couplet
