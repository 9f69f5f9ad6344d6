// SPDX-License-Identifier: Apache-2.0
#include "oauth/form_request.hpp"

#include <gtest/gtest.h>

namespace couplet::oauth {
namespace {

TEST(TK_03, only_a_form_is_read) {
  const auto cause = [](std::optional<std::string_view> content_type) {
    const auto form = read_form(content_type, "grant_type=x");
    return form ? std::string() : form.error().log_detail;
  };
  for (const std::string_view wrong :
       {"application/json", "multipart/form-data; boundary=x", "text/plain", "",
        "application/x-www-form-urlencodedx", "application/x-www-form", ";"})
    EXPECT_EQ(cause(wrong), "content_type_is_not_form") << wrong;
  EXPECT_EQ(cause(std::nullopt), "content_type_is_not_form");
}

TEST(TK_04, parameters_and_letter_case_of_the_media_type_do_not_matter) {
  for (const std::string_view good :
       {"application/x-www-form-urlencoded", "application/x-www-form-urlencoded;charset=UTF-8",
        "Application/X-WWW-Form-Urlencoded; Charset=\"utf-8\"",
        "application/x-www-form-urlencoded ; charset=utf-8"}) {
    const auto form = read_form(good, "grant_type=x");
    ASSERT_TRUE(form) << good;
    EXPECT_EQ(form->get("grant_type"), "x");
  }
}

TEST(TK_05, repeated_and_broken_parameters_are_invalid_request) {
  for (const std::string_view name :
       {"grant_type", "code", "redirect_uri", "client_id", "code_verifier", "refresh_token", "scope"})
    for (const std::string_view second : {"=a", "=b"}) {
      const std::string body = std::string(name) + "=a&" + std::string(name) + std::string(second);
      const auto form = read_form("application/x-www-form-urlencoded", body);
      ASSERT_FALSE(form) << body;
      EXPECT_EQ(form.error().code, OAuthErrorCode::invalid_request);
      EXPECT_EQ(form.error().log_detail, "form_repeated_parameter");
    }
  EXPECT_EQ(read_form("application/x-www-form-urlencoded", "a=%zz").error().log_detail, "form_bad_escape");
}

}  // namespace
}  // namespace couplet::oauth
