// SPDX-License-Identifier: Apache-2.0
#include "base/code_point.hpp"

#include <gtest/gtest.h>

#include <string>

namespace couplet {
namespace {

TEST(CodePoint, is_read_with_its_length) {
  struct Row {
    const char* text;
    char32_t value;
    std::size_t bytes;
  };
  for (const Row& row : {Row{"az", 'a', 1}, Row{"ä", 0xE4, 2}, Row{"•x", 0x2022, 3}, Row{"😀", 0x1F600, 4}}) {
    const auto point = first_code_point(row.text);
    ASSERT_TRUE(point) << row.text;
    EXPECT_EQ(point->value, row.value) << row.text;
    EXPECT_EQ(point->bytes, row.bytes) << row.text;
  }
}

TEST(CodePoint, is_absent_where_the_text_is_no_utf8) {
  for (const char* text :
       {"", "\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"})
    EXPECT_FALSE(first_code_point(text)) << text;
}

TEST(CodePoint, controls_and_what_hides_or_turns_text_are_unseen) {
  for (const char32_t point :
       {0x0, 0x1b, 0x7f, 0x80, 0x9b, 0xad, 0x200b, 0x2028, 0x202e, 0x2066, 0xfeff, 0xe0041})
    EXPECT_TRUE(is_unseen(point)) << static_cast<std::uint32_t>(point);
  for (const char32_t point : {U' ', U'a', U'ä', U'•', U'\u00a0', U'\U0001F600'})
    EXPECT_FALSE(is_unseen(point)) << static_cast<std::uint32_t>(point);
  EXPECT_TRUE(is_control(0x9b));
  EXPECT_FALSE(is_control(0x202e));
}

}  // namespace
}  // namespace couplet
