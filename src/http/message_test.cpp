// SPDX-License-Identifier: Apache-2.0
#include "http/message.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace couplet::http {
namespace {

Request request_with(const HeaderView::Pairs& pairs) {
  return Request{"GET", "/", "", HeaderView(pairs), "", "", "", false, {}};
}

TEST(Message, header_names_compare_without_case_and_repeats_are_counted) {
  const HeaderView::Pairs pairs{{"Accept", "a"}, {"ACCEPT", "b"}};
  const HeaderView headers(pairs);
  EXPECT_EQ(headers.get("accept"), "a");
  EXPECT_EQ(headers.count("Accept"), 2U);
  EXPECT_FALSE(headers.get("Accep"));
  EXPECT_EQ(headers.count("Host"), 0U);
}

TEST(Message, cookie_is_found_between_others) {
  const HeaderView::Pairs pairs{{"Cookie", "a=1;  sid=x=y ; b=2"}};
  EXPECT_EQ(request_with(pairs).cookie("sid"), "x=y");
  EXPECT_FALSE(request_with(pairs).cookie("si"));
  EXPECT_FALSE(request_with(pairs).cookie("SID"));
}

TEST(Message, cookie_sent_twice_is_absent) {
  const HeaderView::Pairs one_header{{"Cookie", "sid=1; sid=1"}};
  const HeaderView::Pairs two_headers{{"Cookie", "sid=1"}, {"cookie", "sid=2"}};
  EXPECT_FALSE(request_with(one_header).cookie("sid"));
  EXPECT_FALSE(request_with(two_headers).cookie("sid"));
}

TEST(Message, path_parameter_that_is_not_of_the_route_is_a_programming_error) {
  const HeaderView::Pairs none;
  Request request = request_with(none);
  request.path_parameters.emplace_back("skill", "ride-hailer");
  EXPECT_EQ(request.path_parameter("skill"), "ride-hailer");
  EXPECT_THROW((void)request.path_parameter("user"), std::logic_error);
}

TEST(Message, ready_made_responses_carry_their_type) {
  EXPECT_EQ(json_response(201, "{}").headers.at(0).second, "application/json");
  EXPECT_EQ(text_response(200, "x").headers.at(0).second, "text/plain; charset=utf-8");
  const Response away = redirect(303, "/next").header("Set-Cookie", "a=b");
  EXPECT_EQ(away.status, 303);
  EXPECT_EQ(away.headers, (Headers{{"Location", "/next"}, {"Set-Cookie", "a=b"}}));
}

}  // namespace
}  // namespace couplet::http
