// SPDX-License-Identifier: Apache-2.0
#include "http/response_writer.hpp"

#include <gtest/gtest.h>

namespace couplet::http {
namespace {

const Delivery kPlain{.date = "D", .request_id = "r"};

std::string written(const Response& response, const Delivery& delivery) {
  std::string out = "before|";
  return append_response(out, response, delivery) ? out.substr(7) : "refused|" + out;
}

TEST(ResponseWriter, writes_a_whole_answer) {
  EXPECT_EQ(
      written(text_response(201, "ok"), kPlain),
      "HTTP/1.1 201 Created\r\nContent-Type: text/plain; charset=utf-8\r\nDate: D\r\nX-Request-Id: r\r\n"
      "X-Content-Type-Options: nosniff\r\nContent-Length: 2\r\n\r\nok");
}

TEST(ResponseWriter, statuses_without_a_body_get_none) {
  Response response;
  response.status = 204;
  response.body = "x";
  EXPECT_EQ(written(response, kPlain).find("Content-Length"), std::string::npos);
  EXPECT_TRUE(written(response, kPlain).ends_with("\r\n\r\n"));
  response.status = 304;
  EXPECT_TRUE(written(response, kPlain).ends_with("\r\n\r\n"));
}

TEST(ResponseWriter, the_connections_own_headers_cannot_be_doubled) {
  const Response response = text_response(200, "")
                                .header("content-length", "5")
                                .header("Connection", "upgrade")
                                .header("DATE", "x");
  const std::string text = written(response, kPlain);
  EXPECT_EQ(text.find("upgrade"), std::string::npos);
  EXPECT_EQ(text.find("content-length"), std::string::npos);
  EXPECT_EQ(text.find("DATE"), std::string::npos);
}

TEST(ResponseWriter, what_would_split_the_answer_is_refused_whole) {
  EXPECT_EQ(written(redirect(302, "/a\r\nSet-Cookie: b=c"), kPlain), "refused|before|");
  EXPECT_EQ(written(redirect(302, std::string("/a\0b", 4)), kPlain), "refused|before|");
  EXPECT_EQ(written(text_response(200, "").header("A: b\r\nC", "d"), kPlain), "refused|before|");
  EXPECT_EQ(written(text_response(200, "").header("", "d"), kPlain), "refused|before|");
}

TEST(ResponseWriter, dates_are_written_as_rfc_9110_says) {
  DateText date;
  EXPECT_EQ(date.at(from_unix_seconds(784111777)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(from_unix_seconds(784111778)), "Sun, 06 Nov 1994 08:49:38 GMT");
  EXPECT_EQ(date.at(from_unix_seconds(4102444799)), "Thu, 31 Dec 2099 23:59:59 GMT");
}

}  // namespace
}  // namespace couplet::http
