// SPDX-License-Identifier: Apache-2.0
#include "http/head_scan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace couplet::http {
namespace {

using State = HeadScan::State;

constexpr HeadLimits kSmall{.head_bytes = 200, .uri_bytes = 50};

// What the scan says of the whole text at once.
std::string verdict(const std::string& text) {
  HeadScan scan(kSmall);
  switch (scan.look_at(text)) {
    case State::incomplete: return "incomplete";
    case State::complete: return "complete at " + std::to_string(scan.head_bytes());
    case State::refused:
      return std::to_string(scan.refusal().status) + " " + std::string(scan.refusal().detail);
  }
  return "";
}

TEST(HeadScan, ends_at_the_empty_line) {
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost: x\r\n\r\nbody"), "complete at 27");
  EXPECT_EQ(verdict("GET / HTTP/1.0\r\n\r\n"), "complete at 18");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost: x\r\n\r"), "incomplete");
  EXPECT_EQ(verdict(""), "incomplete");
}

// The parser behind refuses most of these too; the scan must not depend on it (HT-05).
TEST(HT_05, lines_end_in_crlf_and_hold_no_control_octets) {
  EXPECT_EQ(verdict("GET / HTTP/1.1\n"), "400 a line does not end in CRLF");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n"), "400 a line does not end in CRLF");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n"), "400 a control octet in a header");
  EXPECT_EQ(verdict(std::string("GET / HTTP/1.1\r\nA: \0\r\n", 22)), "400 a control octet in a header");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nA: \x7f\r\n"), "400 a control octet in a header");
  EXPECT_EQ(verdict("GET /\x01 HTTP/1.1\r\n"), "400 a control octet in the request line");
  EXPECT_EQ(verdict("GET\t/ HTTP/1.1\r\n"),
            "incomplete");  // a tab is no control octet; the parser refuses it
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nA: b\tc\xe4\r\n\r\n"), "complete at 27");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\n A: b\r\n"), "400 a header is folded");
}

TEST(HT_07, what_cannot_become_a_request_is_refused_at_once) {
  EXPECT_EQ(verdict("\x16"), "400 not a request line");  // TLS on a plain port: no line will ever end
  EXPECT_EQ(verdict("\r\n"), "400 not a request line");
  EXPECT_EQ(verdict("GET /\r\n"), "400 not a request line");
  EXPECT_EQ(verdict("GET / HTTP/3.0\r\n"), "505 HTTP/1.1 is served here");
  EXPECT_EQ(verdict("GET /" + std::string(50, 'a')), "414 the request target is too long");
}

TEST(HT_08, a_request_line_of_just_the_limit_may_come_octet_by_octet) {
  const std::string line = "GET /" + std::string(kSmall.uri_bytes - 14, 'a') + " HTTP/1.1";
  ASSERT_EQ(line.size(), kSmall.uri_bytes);
  const std::string text = line + "\r\nHost: x\r\n\r\n";
  HeadScan scan(kSmall);
  for (std::size_t have = 1; have < text.size(); ++have)
    ASSERT_EQ(scan.look_at(text.substr(0, have)), State::incomplete) << have;
  EXPECT_EQ(scan.look_at(text), State::complete);
}

TEST(HT_08, heads_are_bounded) {
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nA: " + std::string(180, 'b')), "incomplete");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nA: " + std::string(181, 'b')), "431 the headers are too long");
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nA: " + std::string(190, 'b') + "\r\n\r\n"),
            "431 the headers are too long");
}

}  // namespace
}  // namespace couplet::http
