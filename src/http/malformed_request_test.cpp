// SPDX-License-Identifier: Apache-2.0
// What must not reach a handler, row by row: each row is sent with a second request hidden behind it, and
// must get exactly one answer and the end of the connection.
#include <gtest/gtest.h>

#include "http/testing/raw_client.hpp"
#include "http/testing/test_server.hpp"

namespace couplet::http {
namespace {

using testing::RawClient;
using testing::TestServer;

struct Row {
  const char* name;
  std::string request;
  int status;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

Task<Response> echo(const Request& request) { co_return text_response(200, request.body); }

void routes(Router& router) {
  router.add("GET", "/", echo);
  router.add("POST", "/", echo);
}

std::string post(const std::string& headers, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

std::string get(const std::string& headers) { return "GET / HTTP/1.1\r\n" + headers + "\r\n"; }

std::string chunked(const std::string& body) { return post("Transfer-Encoding: chunked\r\n", body); }

class Malformed : public ::testing::TestWithParam<Row> {};

TEST_P(Malformed, is_refused_once_and_the_connection_ends) {
  TestServer server(routes);
  RawClient client(server.port());
  const auto answers = client.exchange(GetParam().request + "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(answers.size(), 1U) << GetParam().name;
  EXPECT_EQ(answers[0].status, GetParam().status) << GetParam().name;
  EXPECT_EQ(answers[0].header("Connection"), "close") << GetParam().name;
  EXPECT_EQ(answers[0].header("Content-Type"), "application/problem+json") << GetParam().name;
}

const std::string kHidden = "0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    HT_01, Malformed,
    ::testing::Values(Row{"CL.TE", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", kHidden), 400},
                      Row{"TE.CL", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", kHidden), 400},
                      Row{"TE odd with CL",
                          post("Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n", kHidden), 400}));

INSTANTIATE_TEST_SUITE_P(
    HT_02, Malformed,
    ::testing::Values(
        Row{"two different", post("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
        Row{"two equal", post("Content-Length: 0\r\nContent-Length: 0\r\n"), 400},
        Row{"plus", post("Content-Length: +5\r\n"), 400}, Row{"minus", post("Content-Length: -1\r\n"), 400},
        Row{"list", post("Content-Length: 5,5\r\n"), 400}, Row{"hex", post("Content-Length: 0x5\r\n"), 400},
        Row{"space", post("Content-Length: 5 5\r\n"), 400}, Row{"empty", post("Content-Length: \r\n"), 400},
        Row{"20 digits", post("Content-Length: 00000000000000000005\r\n"), 400},
        Row{"2^64", post("Content-Length: 18446744073709551616\r\n"), 400},
        Row{"on GET", get("Host: x\r\nContent-Length: 1a\r\n"), 400}));

INSTANTIATE_TEST_SUITE_P(
    HT_03, Malformed,
    ::testing::Values(
        Row{"xchunked", post("Transfer-Encoding: xchunked\r\n", kHidden), 501},
        Row{"identity", post("Transfer-Encoding: identity\r\n", kHidden), 501},
        Row{"chunked, identity", post("Transfer-Encoding: chunked, identity\r\n", kHidden), 501},
        Row{"identity, chunked", post("Transfer-Encoding: identity, chunked\r\n", kHidden), 501},
        Row{"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", kHidden), 501},
        Row{"twice", post("Transfer-Encoding: chunked\r\nTRANSFER-ENCODING: CHUNKED\r\n", kHidden), 400},
        Row{"vertical tab", post("Transfer-Encoding: \vchunked\r\n", kHidden), 400},
        Row{"in 1.0",
            "POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n" + kHidden,
            400}));

INSTANTIATE_TEST_SUITE_P(
    HT_04, Malformed,
    ::testing::Values(Row{"not hex", chunked("g\r\n"), 400}, Row{"negative", chunked("-1\r\n"), 400},
                      Row{"0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), 400},
                      Row{"more than 64 bits", chunked("FFFFFFFFFFFFFFFF1\r\n"), 400},
                      Row{"64 bits", chunked("FFFFFFFFFFFFFFFF\r\n"), 413},
                      Row{"missing CRLF", chunked("5\r\nhelloXX0\r\n\r\n"), 400},
                      Row{"bare LF", chunked("5\nhello\r\n0\r\n\r\n"), 400},
                      Row{"LF in extension", chunked("5;a\nb\r\nhello\r\n0\r\n\r\n"), 400},
                      Row{"empty size", chunked("\r\nhello\r\n0\r\n\r\n"), 400},
                      Row{"over-long extension",
                          chunked("5;a=" + std::string(300, 'b') + "\r\nhello\r\n0\r\n\r\n"), 400},
                      Row{"endless extension", chunked("5;a=" + std::string(20000, 'b')), 400},
                      Row{"endless trailers", chunked("0\r\nA: " + std::string(20000, 'b')), 400},
                      Row{"Content-Length trailer", chunked("0\r\nContent-Length: 5\r\n\r\n"), 400}));

INSTANTIATE_TEST_SUITE_P(HT_05, Malformed,
                         ::testing::Values(Row{"space before colon", get("Host: x\r\nA : b\r\n"), 400},
                                           Row{"tab before colon", get("Host: x\r\nA\t: b\r\n"), 400},
                                           Row{"fold", get("Host: x\r\nA: b\r\n c\r\n"), 400},
                                           Row{"fold of nothing", get(" Host: x\r\n"), 400},
                                           Row{"bare CR", get("Host: x\r\nA: b\rc\r\n"), 400},
                                           Row{"bare LF", get("Host: x\nA: b\r\n"), 400},
                                           Row{"only LF", "GET / HTTP/1.1\nHost: x\n\n", 400},
                                           Row{"NUL", get(std::string("Host: x\r\nA: b\0c\r\n", 17)), 400},
                                           Row{"bell", get("Host: x\r\nA: \a\r\n"), 400},
                                           Row{"DEL", get("Host: x\r\nA: \x7f\r\n"), 400},
                                           Row{"no name", get("Host: x\r\n: b\r\n"), 400},
                                           Row{"no colon", get("Host: x\r\nAb\r\n"), 400},
                                           Row{"odd name", get("Host: x\r\nA(b): c\r\n"), 400}));

INSTANTIATE_TEST_SUITE_P(HT_06, Malformed,
                         ::testing::Values(Row{"no Host", get(""), 400},
                                           Row{"two Hosts", get("Host: x\r\nHost: x\r\n"), 400},
                                           Row{"empty Host", get("Host: \r\n"), 400},
                                           Row{"Host with path", get("Host: x/y\r\n"), 400},
                                           Row{"Host with user", get("Host: a@x\r\n"), 400},
                                           Row{"two in one", get("Host: x, y\r\n"), 400}));

INSTANTIATE_TEST_SUITE_P(
    HT_07, Malformed,
    ::testing::Values(Row{"long target", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n",
                          414},
                      Row{"long target without end", "GET /" + std::string(20000, 'a'), 414},
                      Row{"HTTP/9.9", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505},
                      Row{"HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
                      Row{"HTTP/1.2", "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505},
                      Row{"HTTP/1.10", "GET / HTTP/1.10\r\nHost: x\r\n\r\n", 400},
                      Row{"http/1.1", "GET / http/1.1\r\nHost: x\r\n\r\n", 400},
                      Row{"HTTP/0.9", "GET /\r\n", 400},
                      Row{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
                      Row{"method", "G<T / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Row{"two spaces", "GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Row{"space in target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Row{"tab", "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Row{"fragment", "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Row{"octet over 127", "GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Row{"no slash", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Row{"other authority", "GET http://y/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Row{"other scheme", "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
                      Row{"TLS on a plain port", std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8), 400},
                      Row{"nothing but lines", "\r\n\r\n\r\n", 400}));

std::string many_headers(int count) {
  std::string text = "Host: x\r\n";
  for (int i = 0; i < count; ++i) text += "A" + std::to_string(i) + ": b\r\n";
  return text;
}

INSTANTIATE_TEST_SUITE_P(
    HT_08, Malformed,
    ::testing::Values(Row{"one long", get("Host: x\r\nA: " + std::string(100'000, 'b') + "\r\n"), 431},
                      Row{"without end", "GET / HTTP/1.1\r\nA: " + std::string(17'000, 'b'), 431},
                      Row{"a hundred and one", get(many_headers(100)), 431},
                      Row{"ten thousand", get(many_headers(10'000)), 431}));

INSTANTIATE_TEST_SUITE_P(HT_13, Malformed,
                         ::testing::Values(Row{"other expectation", post("Expect: cookies\r\n"), 417}));

INSTANTIATE_TEST_SUITE_P(HT_16, Malformed,
                         ::testing::Values(Row{"CONNECT", "CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n",
                                               501}));

class Served : public ::testing::TestWithParam<Row> {};

TEST_P(Served, is_answered_and_the_connection_goes_on) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send(GetParam().request + "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, GetParam().status) << GetParam().name;
  EXPECT_EQ(client.read_answer().status, 200) << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    Odd_but_right, Served,
    ::testing::Values(Row{"absolute form", "GET http://x/?a HTTP/1.1\r\nHost: x\r\n\r\n", 200},
                      Row{"absolute form without a path", "GET HTTPS://X HTTP/1.1\r\nHost: x\r\n\r\n", 200},
                      Row{"empty line before", "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 200},
                      Row{"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404},
                      Row{"TRACE", "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
                      Row{"preflight", "OPTIONS / HTTP/1.1\r\nHost: x\r\nOrigin: https://y\r\n\r\n", 405},
                      Row{"unknown method", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
                      Row{"ninety-nine headers", get(many_headers(99)), 200},
                      Row{"host with port", get("Host: [::1]:8080\r\n"), 200},
                      Row{"upper case chunked", post("Transfer-Encoding: CHUNKED\r\n", "0\r\n\r\n"), 200},
                      Row{"chunk extension and trailer", chunked("2;a=b\r\nok\r\n0\r\nX: y\r\n\r\n"), 200},
                      Row{"leading zeros", post("Content-Length: 002\r\n", "ok"), 200}));

TEST(HT_14, a_client_may_go_at_any_byte) {
  TestServer server(routes);
  const std::string request = post("Content-Length: 4\r\nExpect: 100-continue\r\n", "body");
  for (std::size_t cut = 0; cut <= request.size(); ++cut) {
    RawClient half_closed(server.port()), reset(server.port());
    half_closed.send(request.substr(0, cut));
    half_closed.end_output();
    half_closed.read_to_end();
    reset.send(request.substr(0, cut));
    reset.reset();
  }
  RawClient next(server.port());
  next.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(next.read_answer().status, 200);
}

}  // namespace
}  // namespace couplet::http
