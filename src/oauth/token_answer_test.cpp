// SPDX-License-Identifier: Apache-2.0
#include "oauth/token_answer.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"

namespace couplet::oauth {
namespace {

TEST(TK_16, the_answer_has_what_alexa_reads) {
  const IssuedAccessToken issued{AccessToken("a.b.c"), seconds{3456}};
  EXPECT_EQ(token_answer_json(issued, RefreshToken("cr_x"), std::nullopt),
            R"({"access_token":"a.b.c","token_type":"Bearer","expires_in":3456,"refresh_token":"cr_x"})");
}

TEST(TK_17, the_answer_is_strict_json_with_a_scope_when_there_is_one_to_tell) {
  const IssuedAccessToken issued{AccessToken("a.b.c"), seconds{3456}};
  const auto body = parse_json_object(token_answer_json(issued, RefreshToken("cr_x"), "profile \"x"));
  ASSERT_TRUE(body);
  EXPECT_EQ(find_string(*body, "scope"), "profile \"x");
  EXPECT_EQ(find_integer(*body, "expires_in"), 3456);
  EXPECT_FALSE(body->contains("error"));
}

}  // namespace
}  // namespace couplet::oauth
