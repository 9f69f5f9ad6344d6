// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/masking.hpp"

#include <gtest/gtest.h>

namespace couplet::emulator {
namespace {

TEST(Masking, shows_four_characters_of_a_long_secret_and_none_of_a_short_one) {
  EXPECT_EQ(masked("Atza|IwEB-long"), "Atza…");
  EXPECT_EQ(masked("12345678"), "…");
  EXPECT_EQ(masked(""), "");
}

TEST(Masking, shows_the_scheme_as_it_was_written) {
  EXPECT_EQ(masked_authorization("bearer Atza|IwEB-long"), "bearer Atza…");
  EXPECT_EQ(masked_authorization("Atza|IwEB-long"), "Atza…");
}

TEST(Masking, every_secret_name_is_cut_in_forms) {
  for (const char* name : {"code", "client_secret", "access_token", "refresh_token", "code_verifier", "state",
                           "form_token", "x-amz-access-token"}) {
    const ShownFields fields = shown_form(std::string(name) + "=very-secret-value&grant_type=x");
    ASSERT_EQ(fields.size(), 2u);
    EXPECT_EQ(fields[0].second, "very…") << name;
    EXPECT_EQ(fields[1].second, "x");
  }
}

TEST(Masking, members_of_members_are_cut_in_json) {
  const ShownFields fields = shown_json(
      R"({"a":{"authCode":"very-secret-value","type":"AUTH_CODE"},"accessToken":["very-secret-value"],"n":3})");
  const ShownFields expected{
      {"a.authCode", "very…"}, {"a.type", "AUTH_CODE"}, {"accessToken[0]", "very…"}, {"n", "3"}};
  EXPECT_EQ(fields, expected);
}

TEST(Masking, unreadable_and_unknown_bodies_are_shown_by_length) {
  EXPECT_EQ(shown_json("{"), (ShownFields{{"(unreadable)", "1 bytes"}}));
  EXPECT_EQ(shown_form("a=%zz"), (ShownFields{{"(unreadable)", "5 bytes"}}));
  EXPECT_EQ(shown_body("text/html", "<p>"), (ShownFields{{"(body)", "3 bytes"}}));
}

TEST(Masking, long_values_are_cut_at_a_character) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "é";
  const ShownFields fields = shown_json("{\"text\":\"x" + text + "\"}");
  EXPECT_TRUE(fields[0].second.ends_with("é…"));
}

}  // namespace
}  // namespace couplet::emulator
