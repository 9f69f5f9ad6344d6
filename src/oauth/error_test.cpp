// SPDX-License-Identifier: Apache-2.0
#include "oauth/error.hpp"

#include <gtest/gtest.h>

#include "base/json.hpp"

namespace couplet::oauth {
namespace {

TEST(TK_14, each_code_has_its_registered_status) {
  for (const ErrorRow& row : kErrors) {
    const bool unauthorized =
        row.code == OAuthErrorCode::invalid_client || row.code == OAuthErrorCode::invalid_token;
    const int expected = unauthorized                                          ? 401
                         : row.code == OAuthErrorCode::insufficient_scope      ? 403
                         : row.code == OAuthErrorCode::server_error            ? 500
                         : row.code == OAuthErrorCode::temporarily_unavailable ? 503
                                                                               : 400;
    EXPECT_EQ(row.http_status, expected) << row.wire_name;
  }
}

TEST(TK_15, the_body_is_json_of_fixed_text) {
  for (const ErrorRow& row : kErrors) {
    const auto body = parse_json_object(error_json(row.code));
    ASSERT_TRUE(body) << row.wire_name;
    EXPECT_EQ(body->size(), 2U);
    EXPECT_EQ(find_string(*body, "error"), row.wire_name);
    EXPECT_EQ(find_string(*body, "error_description"), row.public_text);
  }
}

TEST(error, the_log_learns_where_it_was_refused_and_the_wire_does_not) {
  const Result<int> result = fail(OAuthErrorCode::invalid_grant, "a_cause_for_the_log");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().log_detail, "a_cause_for_the_log");
  EXPECT_TRUE(std::string_view(result.error().where.file_name()).ends_with("error_test.cpp"));
  EXPECT_EQ(error_json(result.error().code).find("a_cause_for_the_log"), std::string::npos);
}

}  // namespace
}  // namespace couplet::oauth
