// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include <gtest/gtest.h>

namespace couplet {
namespace {

TEST(json, a_repeated_key_is_refused_at_any_depth) {
  for (const std::string_view text : {R"({"a":1,"a":1})", R"({"x":{"a":1,"b":2,"a":3}})",
                                      R"([{"a":1},{"a":1,"a":2}])", R"({"a":1,"\u0061":2})"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error(), JsonError::repeated_key) << text;
  }
  EXPECT_TRUE(parse_json(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})"));
}

TEST(json, what_is_not_json_is_malformed) {
  for (const std::string_view text :
       {"", "{", "{}x", "{'a':1}", "nul", "{\"a\":1,}", "// c\n{}", "{\"a\":\"\xff\"}"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error(), JsonError::malformed) << text;
  }
}

TEST(json, depth_is_bounded) {
  EXPECT_TRUE(parse_json(std::string(32, '[') + std::string(32, ']')));
  const auto value = parse_json(std::string(33, '[') + std::string(33, ']'));
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error(), JsonError::too_deep);
}

TEST(json, an_object_is_asked_for_and_nothing_else_taken) {
  EXPECT_TRUE(parse_json_object("{}"));
  EXPECT_FALSE(parse_json_object("[]"));
  EXPECT_FALSE(parse_json_object("1"));
}

TEST(json, members_are_found_by_path_and_type) {
  const auto body =
      parse_json_object(R"({"a":{"b":{"s":"text","n":7,"t":true,"l":[1],"o":{}}},"s":"top"})").value();
  EXPECT_EQ(find_string(body, "s"), "top");
  EXPECT_EQ(find_string(body, "a.b.s"), "text");
  EXPECT_EQ(find_integer(body, "a.b.n"), 7);
  EXPECT_EQ(find_bool(body, "a.b.t"), true);
  EXPECT_TRUE(find_array(body, "a.b.l"));
  EXPECT_TRUE(find_object(body, "a.b.o"));
  EXPECT_FALSE(find_string(body, "a.b.n"));
  EXPECT_FALSE(find_string(body, "s.b"));
  EXPECT_FALSE(find_string(body, "a.missing.s"));
  EXPECT_FALSE(find_integer(body, "a.b.s"));
}

}  // namespace
}  // namespace couplet
