// SPDX-License-Identifier: Apache-2.0
#include "oauth/token_request.hpp"

#include <gtest/gtest.h>

namespace couplet::oauth {
namespace {

// grant_type when it was understood, else "error/cause".
std::string parsed(std::string_view body) {
  const auto request = parse_token_request(FormParameters::parse(body).value());
  if (request) return std::string(grant_type(*request));
  return std::string(error_row(request.error().code).wire_name) + '/' + request.error().log_detail;
}

TEST(token_request, is_understood_or_refused_as_the_requirements_say) {
  struct Row {
    std::string_view name, body, expected;
  };
  const Row rows[] = {
      {"TK_01_code", "grant_type=authorization_code&code=c&redirect_uri=u", "authorization_code"},
      {"TK_01_refresh", "grant_type=refresh_token&refresh_token=r", "refresh_token"},
      {"TK_06_unknown_parameters", "grant_type=refresh_token&refresh_token=r&foo=bar&resource_owner=x",
       "refresh_token"},
      {"TK_07_empty_code", "grant_type=authorization_code&code=&redirect_uri=u",
       "invalid_request/code_missing"},
      {"TK_09_missing", "code=c&redirect_uri=u", "invalid_request/grant_type_missing"},
      {"TK_09_empty", "grant_type=&code=c", "invalid_request/grant_type_missing"},
      {"TK_09_unknown", "grant_type=foo", "unsupported_grant_type/grant_type_unknown"},
      {"TK_09_upper_case", "grant_type=AUTHORIZATION_CODE&code=c&redirect_uri=u",
       "unsupported_grant_type/grant_type_unknown"},
      {"TK_09_trailing_space", "grant_type=authorization_code%20&code=c&redirect_uri=u",
       "unsupported_grant_type/grant_type_unknown"},
      {"TK_10_password", "grant_type=password&username=a&password=b",
       "unsupported_grant_type/grant_type_unknown"},
      {"TK_10_implicit", "grant_type=implicit", "unsupported_grant_type/grant_type_unknown"},
      {"TK_11_missing_code", "grant_type=authorization_code&redirect_uri=u", "invalid_request/code_missing"},
      {"TK_12_missing_redirect_uri", "grant_type=authorization_code&code=c",
       "invalid_request/redirect_uri_missing"},
      {"RT_03_missing_refresh_token", "grant_type=refresh_token", "invalid_request/refresh_token_missing"},
  };
  for (const Row& row : rows) EXPECT_EQ(parsed(row.body), row.expected) << row.name;
}

TEST(TK_07, an_empty_scope_or_verifier_is_absent) {
  const auto refresh =
      parse_token_request(FormParameters::parse("grant_type=refresh_token&refresh_token=r&scope=").value())
          .value();
  EXPECT_FALSE(std::get<RefreshTokenRequest>(refresh).scope);
  const auto code =
      parse_token_request(
          FormParameters::parse("grant_type=authorization_code&code=c&redirect_uri=u&code_verifier=").value())
          .value();
  EXPECT_FALSE(std::get<AuthorizationCodeRequest>(code).code_verifier);
}

}  // namespace
}  // namespace couplet::oauth
