// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"

namespace couplet::http {
namespace {

struct Parsed {
  RequestHead head;
  std::string body;
  int status = 0;  // 0: incomplete, 200: accepted
};

// 0: there is more to come.
int read_chunks(RequestParser& parser, std::string_view body, std::size_t step) {
  for (std::size_t taken = 0, have = 0; have < body.size();) {
    have = std::min(have + step, body.size());
    const RequestParser::Fed fed = parser.feed_chunks(body.substr(taken, have - taken));
    if (fed.refusal) return fed.refusal.status;
    if (fed.done) return 200;
    taken += fed.consumed;
  }
  return 0;
}

// What a connection does with `text`, all of it at once or octet by octet.
void parse(const std::string& text, std::size_t step, Parsed& parsed) {
  HeadScan scan(HeadLimits{});
  std::size_t have = 0;
  HeadScan::State state = HeadScan::State::incomplete;
  while (state == HeadScan::State::incomplete && have < text.size()) {
    have = std::min(have + step, text.size());
    state = scan.look_at(std::string_view(text).substr(0, have));
  }
  if (state == HeadScan::State::refused) parsed.status = scan.refusal().status;
  if (state != HeadScan::State::complete) return;
  RequestParser parser(parsed.head, parsed.body, 65536);
  const Refusal refusal = parser.parse_head(std::string_view(text).substr(0, scan.head_bytes()));
  parsed.status = refusal ? refusal.status : 200;
  if (parsed.status != 200 || parsed.head.framing != BodyFraming::chunked) return;
  parsed.status = read_chunks(parser, std::string_view(text).substr(scan.head_bytes()), step);
}

const std::string kRequest =
    "POST /oauth/token?a=b%20c HTTP/1.1\r\nHost: couplet.example:8443\r\nContent-Type: text/plain\r\n"
    "Transfer-Encoding: chunked\r\nX-Request-Id: a.b-c_1\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nT: "
    "u\r\n\r\n";

TEST(RequestParser, reads_a_request_however_it_is_cut) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, kRequest.size()}) {
    Parsed parsed;
    parse(kRequest, step, parsed);
    EXPECT_EQ(parsed.status, 200);
    EXPECT_EQ(parsed.head.method, "POST");
    EXPECT_EQ(parsed.head.path, "/oauth/token");
    EXPECT_EQ(parsed.head.query, "a=b%20c");
    EXPECT_EQ(parsed.head.fields.size(), 4U);  // the trailer is not among them
    EXPECT_EQ(parsed.body, "hello world");
  }
}

TEST(RequestParser, a_chunked_body_may_be_empty_and_come_octet_by_octet) {
  for (const char* trailers : {"", "T: u\r\n"}) {
    Parsed parsed;
    parse(std::string("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n") + trailers +
              "\r\n",
          1, parsed);
    EXPECT_EQ(parsed.status, 200);
    EXPECT_EQ(parsed.body, "");
  }
}

std::string mutated(std::string text, Random& random) {
  constexpr std::string_view kInteresting(
      "\r\n\0 \t:;,/\x7f\xff"
      "09aF\"\\",
      17);
  const auto draw = [&](std::size_t below) {
    const auto bytes = random.bytes<2>();
    return (std::to_integer<std::size_t>(bytes[0]) * 256 + std::to_integer<std::size_t>(bytes[1])) % below;
  };
  for (std::size_t i = 0; i <= draw(3) && !text.empty(); ++i) {
    const std::size_t at = draw(text.size());
    switch (draw(5)) {
      case 0: text[at] = kInteresting[draw(kInteresting.size())]; break;
      case 1: text.insert(at, 1, kInteresting[draw(kInteresting.size())]); break;
      case 2: text.erase(at, 1 + draw(8)); break;
      case 3: text.insert(at, text.substr(draw(text.size()), 1 + draw(40))); break;
      default: text.resize(at + 1); break;
    }
  }
  return text;
}

// What is accepted has one meaning, and the same however it arrived.
TEST(HT_15, mutated_requests_are_refused_or_mean_one_thing) {
  SeededRandom random(15);
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = mutated(kRequest, random);
    Parsed whole, by_octet;
    parse(text, text.size(), whole);
    parse(text, 1, by_octet);
    // Octets that are too few to be judged alone wait for more.
    ASSERT_TRUE(whole.status == by_octet.status || (whole.status != 200 && by_octet.status == 0)) << text;
    if (whole.status != 200) continue;
    const HeaderView headers(whole.head.fields);
    ASSERT_LE(headers.count("Host"), 1U) << text;
    ASSERT_TRUE(headers.count("Host") == 1 || !whole.head.http_1_1) << text;
    ASSERT_LE(headers.count("Content-Length") + headers.count("Transfer-Encoding"), 1U) << text;
    ASSERT_TRUE(whole.head.path.starts_with('/') || whole.head.method == "OPTIONS") << text;
    for (const auto& [name, value] : whole.head.fields)
      ASSERT_EQ(value.find_first_of(std::string_view("\r\n\0", 3)), std::string_view::npos) << text;
  }
}

}  // namespace
}  // namespace couplet::http
