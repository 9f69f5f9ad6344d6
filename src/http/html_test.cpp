// SPDX-License-Identifier: Apache-2.0
#include "http/html.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace couplet::http {
namespace {

TEST(Html, text_is_escaped_for_elements_and_quoted_attributes) {
  const Html page = render("<a title=\"{{t}}\">{{t}}</a>", {{"t", "<\"&'>"}});
  EXPECT_EQ(page.text(), "<a title=\"&lt;&quot;&amp;&#39;&gt;\">&lt;&quot;&amp;&#39;&gt;</a>");
}

TEST(Html, html_is_inserted_as_it_is) {
  const Html item = render("<li>{{x}}</li>", {{"x", "a&b"}});
  EXPECT_EQ(render("<ul>{{items}}</ul>", {{"items", item}}).text(), "<ul><li>a&amp;b</li></ul>");
}

TEST(Html, a_value_cannot_name_a_place) {
  EXPECT_EQ(render("{{a}}{{b}}", {{"a", "{{b}}"}, {"b", "B"}}).text(), "{{b}}B");
}

TEST(Html, a_place_without_a_value_is_a_programming_error) {
  EXPECT_THROW((void)render("{{nobody}}", {{"a", "A"}}), std::logic_error);
  EXPECT_THROW((void)render("{{open", {{"open", "A"}}), std::logic_error);
}

}  // namespace
}  // namespace couplet::http
