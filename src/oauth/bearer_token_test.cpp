// SPDX-License-Identifier: Apache-2.0
#include "oauth/bearer_token.hpp"

#include <gtest/gtest.h>

namespace couplet::oauth {
namespace {

Result<std::optional<AccessToken>> read(std::string_view header, std::string_view query = "",
                                        std::string_view body = "") {
  return read_bearer_token({header, 1}, query, body);
}

TEST(BearerToken, AT_01_is_read_whatever_the_case_of_the_scheme) {
  for (const std::string_view header : {"Bearer a.b-c", "bearer a.b-c", "BEARER  a.b-c"}) {
    const auto token = read(header);
    ASSERT_TRUE(token && *token) << header;
    EXPECT_EQ((*token)->reveal(), "a.b-c");
  }
}

TEST(BearerToken, AT_02_in_the_query_is_refused_alone_and_beside_the_header) {
  for (const std::string_view query : {"access_token=x", "a=1&access%5Ftoken=x"}) {
    EXPECT_EQ(read("Bearer x", query).error().log_detail, "token_in_query");
    EXPECT_EQ(read_bearer_token({std::nullopt, 0}, query, "").error().log_detail, "token_in_query");
  }
  EXPECT_TRUE(read("Bearer x", "schema=openid"));
}

TEST(BearerToken, AT_03_none_or_another_scheme_is_no_token) {
  const auto none = read_bearer_token({std::nullopt, 0}, "", "");
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  const auto basic = read("Basic YTpi");
  ASSERT_TRUE(basic);
  EXPECT_FALSE(*basic);
}

TEST(BearerToken, AT_04_two_or_a_malformed_one_are_invalid_request) {
  EXPECT_EQ(read_bearer_token({"Bearer x", 2}, "", "").error().log_detail, "two_authorization_headers");
  EXPECT_EQ(read("Bearer x", "", "access_token=y").error().log_detail, "body_not_wanted");
  EXPECT_EQ(read("Bearer x", "%zz").error().log_detail, "query_malformed");
  EXPECT_EQ(read("Bearer").error().log_detail, "token_missing");
  for (const std::string_view header :
       {"Bearer ", "Bearer a b", "Bearer a,b", "Bearer =", "Bearer a=b", "Bearer \"a\""})
    EXPECT_EQ(read(header).error().log_detail, "token_malformed") << header;
}

}  // namespace
}  // namespace couplet::oauth
