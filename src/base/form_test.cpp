// SPDX-License-Identifier: Apache-2.0
#include "base/form.hpp"

#include <gtest/gtest.h>

namespace couplet {
namespace {

TEST(TK_05, a_repeated_parameter_is_an_error) {
  for (const std::string_view text : {"a=1&a=1", "a=1&a=2", "a=&a=1", "a&a", "a=1&%61=2"}) {
    const auto form = FormParameters::parse(text);
    ASSERT_FALSE(form) << text;
    EXPECT_EQ(form.error(), FormError::repeated_parameter) << text;
  }
}

TEST(TK_06, unknown_parameters_are_kept_and_harm_nobody) {
  const auto form = FormParameters::parse("foo=bar&code=x");
  ASSERT_TRUE(form);
  EXPECT_EQ(form->get("code"), "x");
}

TEST(TK_07, an_empty_parameter_is_absent) {
  const auto form = FormParameters::parse("code=&scope&x=1");
  ASSERT_TRUE(form);
  EXPECT_FALSE(form->get("code"));
  EXPECT_FALSE(form->get("scope"));
  EXPECT_FALSE(form->get("never_sent"));
}

TEST(TK_08, plus_is_a_space_and_broken_escapes_are_refused) {
  EXPECT_EQ(FormParameters::parse("s=a+b%2Bc%3D")->get("s"), "a b+c=");
  for (const std::string_view text : {"s=%zz", "s=%4", "%4=s"}) {
    const auto form = FormParameters::parse(text);
    ASSERT_FALSE(form) << text;
    EXPECT_EQ(form.error(), FormError::bad_escape) << text;
  }
}

TEST(form, the_number_of_parameters_is_bounded) {
  std::string text;
  for (std::size_t i = 0; i < kMaxFormParameters; ++i) text += "p" + std::to_string(i) + "=1&";
  EXPECT_TRUE(FormParameters::parse(text));
  const auto form = FormParameters::parse(text + "one_more=1");
  ASSERT_FALSE(form);
  EXPECT_EQ(form.error(), FormError::too_many);
}

TEST(form, odd_texts_parse_to_something_sane) {
  EXPECT_TRUE(FormParameters::parse("")->all().empty());
  EXPECT_TRUE(FormParameters::parse("&&&")->all().empty());
  EXPECT_EQ(FormParameters::parse("a=b=c")->get("a"), "b=c");
}

TEST(form, the_writer_writes_what_the_parser_reads) {
  const std::string text = FormWriter().add("a b", "c&d=e+\xc3\xa4").add("x", "").text();
  const auto form = FormParameters::parse(text);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->get("a b"), "c&d=e+\xc3\xa4");
}

TEST(RU_06, a_query_is_appended_to_the_one_that_is_there) {
  EXPECT_EQ(with_query("https://h/cb", "code=1"), "https://h/cb?code=1");
  EXPECT_EQ(with_query("https://h/cb?app=1", "code=1"), "https://h/cb?app=1&code=1");
  EXPECT_EQ(with_query("https://h/cb?", "code=1"), "https://h/cb?code=1");
}

}  // namespace
}  // namespace couplet
