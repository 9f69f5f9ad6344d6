// SPDX-License-Identifier: Apache-2.0
#include "http/server.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <ctime>
#include <future>
#include <stdexcept>
#include <thread>

#include "http/testing/raw_client.hpp"
#include "http/testing/test_server.hpp"

namespace couplet::http {
namespace {

using testing::RawAnswer;
using testing::RawClient;
using testing::TestServer;

Task<Response> echo(const Request& request) {
  std::string text(request.method);
  text.append(" ").append(request.path).append("?").append(request.query).append(" ").append(request.body);
  co_return text_response(200, text);
}

Task<Response> peer(const Request& request) { co_return text_response(200, request.peer_address); }

Task<Response> fail(const Request&) {
  throw std::runtime_error("secret detail");
  co_return Response{};
}

Task<Response> split(const Request&) {
  co_return text_response(200, "x").header("X-Evil", "a\r\nSet-Cookie: b=c");
}

Task<Response> large(const Request&) { co_return text_response(200, std::string(8 * 1024 * 1024, 'x')); }

Task<Response> dripping(const Request&) {
  Response response = text_response(200, std::string(1000, 'x'));
  response.bytes_per_second = 10'000;
  co_return response;
}

Task<Response> endless(const Request&) {
  Response response = text_response(200, std::string(1000, 'x'));
  response.bytes_per_second = 1'000'000;
  response.endless = true;
  co_return response;
}

void routes(Router& router) {
  router.add("GET", "/endless", endless);
  router.add("GET", "/dripping", dripping);
  router.add("GET", "/echo", echo);
  router.add("POST", "/echo", echo);
  router.add("GET", "/peer", peer);
  router.add("GET", "/fail", fail);
  router.add("GET", "/split", split);
  router.add("GET", "/large", large);
}

TEST(Server, a_request_is_answered_with_the_headers_of_every_answer) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send(
      "POST /echo?a=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX-Request-Id: abc-1.2_3\r\n\r\nhello");
  const RawAnswer answer = client.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "POST /echo?a=1 hello");
  EXPECT_EQ(answer.header("X-Request-Id"), "abc-1.2_3");
  EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer.header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(answer.header("Date").size(), 29U);
  EXPECT_EQ(answer.header("Connection"), "");
  EXPECT_EQ(answer.header("Strict-Transport-Security"), "");
}

TEST(Server, a_request_id_from_outside_is_kept_only_when_it_is_well_formed) {
  TestServer server(routes);
  RawClient client(server.port());
  for (const std::string& bad : {std::string("a b"), std::string("a\"b"), std::string(65, 'a')}) {
    client.send("GET /echo HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + bad + "\r\n\r\n");
    const std::string id = client.read_answer().header("X-Request-Id");
    EXPECT_EQ(id.size(), 16U);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  }
}

TEST(Server, an_answer_may_drip_and_the_connection_stays_good) {
  TestServer server(routes);
  RawClient client(server.port());
  const SystemClock clock;
  const auto began = clock.monotonic();
  client.send("GET /dripping HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, std::string(1000, 'x'));
  EXPECT_GE(clock.monotonic() - began, std::chrono::milliseconds(90));
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST(Server, an_answer_may_have_no_end_but_the_clients_patience) {
  std::promise<void> ended;
  TestServer server(routes, {}, 1, nullptr, [&](const Exchange&) { ended.set_value(); });
  RawClient client(server.port());
  client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  const RawAnswer head = client.read_answer();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "");
  EXPECT_EQ(head.header("Connection"), "close");
  EXPECT_EQ(client.read_bytes(5000), std::string(5000, 'x'));
  client.reset();
  EXPECT_EQ(ended.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(TK_20, pipelined_requests_are_answered_in_order) {
  TestServer server(routes);
  RawClient client(server.port());
  std::string many;
  for (int i = 0; i < 200; ++i)
    many += "POST /echo?" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n" +
            std::to_string(100 + i);
  client.send(many);
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(client.read_answer().body, "POST /echo?" + std::to_string(i) + " " + std::to_string(100 + i));
}

TEST(HT_12, a_bad_request_among_pipelined_ones_closes_after_its_answer) {
  TestServer server(routes);
  RawClient client(server.port());
  const auto answers = client.exchange(
      "GET /echo?1 HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /echo?2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
      "GET /echo HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"
      "GET /echo?4 HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[0].body, "GET /echo?1 ");
  EXPECT_EQ(answers[1].body, "POST /echo?2 ok");
  EXPECT_EQ(answers[2].status, 400);
  EXPECT_EQ(answers[2].header("Connection"), "close");
}

TEST(HT_12, what_follows_a_chunked_body_is_answered_once) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send(
      "POST /echo?1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
      "GET /echo?2 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer().body, "POST /echo?1 ok");
  EXPECT_EQ(client.read_answer().body, "GET /echo?2 ");
  const auto last = client.exchange("GET /echo?3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].body, "GET /echo?3 ");
}

TEST(Server, a_body_arrives_whole_however_it_is_cut) {
  TestServer server(routes);
  const std::string long_text(60000, 'z');
  for (const std::string& body : {std::string("0123456789"), std::string(3900, 'y'), long_text}) {
    const std::string head =
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    for (const std::size_t cut : {std::size_t{1}, head.size() - 1, head.size(), head.size() + 5}) {
      RawClient client(server.port());
      const std::string request = head + body + "GET /echo?next HTTP/1.1\r\nHost: x\r\n\r\n";
      client.send(request.substr(0, cut));
      client.send(request.substr(cut));
      EXPECT_EQ(client.read_answer().body, "POST /echo? " + body) << cut;
      EXPECT_EQ(client.read_answer().body, "GET /echo?next ") << cut;
    }
  }
}

TEST(Server, HTTP_1_0_is_closed_unless_it_asks_otherwise) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.read_answer().header("Connection"), "keep-alive");
  const auto answers = client.exchange("GET /echo HTTP/1.0\r\n\r\n");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].header("Connection"), "close");
}

TEST(HT_16, head_is_get_without_the_body) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer(true).header("Content-Length"),
            std::to_string(std::string("HEAD /echo? ").size()));
  EXPECT_EQ(client.read_answer().body, "GET /echo? ");
}

TEST(HT_13, expect_100_continue_is_invited) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 100);
  client.send("hi");
  EXPECT_EQ(client.read_answer().body, "POST /echo? hi");
}

TEST(HT_13, an_announced_body_over_the_limit_is_refused_unread) {
  TestServer server(routes);
  RawClient client(server.port());
  const auto answers = client.exchange(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].status, 413);
}

TEST(TK_21, a_body_over_the_limit_gets_413_and_the_end_although_it_is_being_sent) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10485760\r\n\r\n");
  client.send(std::string(1024 * 1024, 'x'));
  EXPECT_EQ(client.read_answer().status, 413);
  EXPECT_TRUE(client.ended_in_order());
}

TEST(TK_21, a_chunked_body_over_the_limit_gets_413) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "1000\r\n" + std::string(4096, 'x') + "\r\n";
  for (int i = 0; i < 17; ++i) client.send(chunk);
  EXPECT_EQ(client.read_answer().status, 413);
}

TEST(TK_21, a_small_body_in_endless_wrapping_gets_413) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "1;a=" + std::string(200, 'b') + "\r\nx\r\n";
  for (int i = 0; i < 3000; ++i) client.send(chunk);
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 413);
}

TEST(Server, an_exception_becomes_500_and_tells_nothing) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send("GET /fail HTTP/1.1\r\nHost: x\r\n\r\nGET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  const RawAnswer answer = client.read_answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, R"({"type":"about:blank","title":"Internal Server Error","status":500})");
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST(Server, a_header_that_would_split_the_response_is_not_sent) {
  TestServer server(routes);
  RawClient client(server.port());
  client.send("GET /split HTTP/1.1\r\nHost: x\r\n\r\n");
  const RawAnswer answer = client.read_answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.head.find("Evil"), std::string::npos);
}

TEST(HT_17, forwarded_for_is_believed_only_from_trusted_proxies) {
  const std::string request =
      "GET /peer HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9, 192.0.2.1\r\nX-Forwarded-For: "
      "198.51.100.2\r\n\r\n";
  TestServer strict(routes);
  RawClient direct(strict.port());
  direct.send(request);
  EXPECT_EQ(direct.read_answer().body, "127.0.0.1");

  ListenOptions options;
  options.trusted_proxies = {"127.0.0.1", "198.51.100.2"};
  TestServer behind_proxies(routes, options);
  RawClient proxy(behind_proxies.port());
  proxy.send(request);
  EXPECT_EQ(proxy.read_answer().body, "192.0.2.1");
  proxy.send("GET /peer HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: evil\r\n\r\n");
  EXPECT_EQ(proxy.read_answer().body, "127.0.0.1");
}

TEST(Server, a_port_of_another_listener_is_reported_as_taken) {
  TestServer first(routes);
  ListenOptions options;
  options.port = first.port();
  const SystemClock clock;
  SystemRandom random;
  const Router router;
  Server second(options, clock, random);
  Runtime runtime(1);
  const auto started = second.start(runtime.contexts(), {&router});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().message,
            "127.0.0.1:" + std::to_string(first.port()) + " is taken by another program");
}

TEST(Server, wrong_addresses_are_named) {
  const SystemClock clock;
  SystemRandom random;
  const Router router;
  Runtime runtime(1);
  ListenOptions options;
  options.address = "localhost";
  EXPECT_EQ(Server(options, clock, random).start(runtime.contexts(), {&router}).error().message,
            "'localhost' is not an IP address");
  options.address = "127.0.0.1";
  options.trusted_proxies = {"*"};
  EXPECT_EQ(Server(options, clock, random).start(runtime.contexts(), {&router}).error().message,
            "trusted proxy '*' is not an IP address");
}

TEST(Server, every_thread_answers_and_observers_see_what_was_answered) {
  std::mutex mutex;
  std::vector<std::string> seen;
  {
    TestServer server(routes, {}, 2, nullptr, [&](const Exchange& exchange) {
      const std::lock_guard lock(mutex);
      seen.push_back(std::string(exchange.method) + " " + std::string(exchange.path) + " " +
                     std::to_string(exchange.status));
    });
    for (int i = 0; i < 20; ++i) {
      RawClient client(server.port());
      client.send("GET /echo?secret=1 HTTP/1.1\r\nHost: x\r\n\r\n");
      EXPECT_EQ(client.read_answer().status, 200);
    }
  }
  const std::lock_guard lock(mutex);
  EXPECT_EQ(seen, std::vector<std::string>(20, "GET /echo 200"));
}

// ---- deadlines: the clock is moved, the server's tick sees it

struct Late {
  FakeClock clock{Instant{seconds{1'700'000'000}}};
  TestServer server{routes, {}, 1, &clock};

  // The server may start to wait after our first step, so time goes on until something happens.
  bool advance_until_news(const RawClient& client, seconds step) {
    for (int i = 0; i < 20; ++i) {
      clock.advance(step);
      if (client.has_news(milliseconds{300})) return true;
    }
    return false;
  }
};

TEST(HT_09, slow_headers_are_cut_after_a_total_time) {
  Late late;
  RawClient client(late.server.port());
  client.send("GET /echo HTTP/1.1\r\nHost: x\r\nX: ");
  for (int i = 0; i < 20 && !client.has_news(milliseconds{300}); ++i) {
    client.send("a");  // never silent for longer than the deadline
    late.clock.advance(seconds{6});
  }
  ASSERT_TRUE(client.has_news(milliseconds{0}));
  EXPECT_EQ(client.read_answer().status, 408);
}

TEST(HT_09, slow_bodies_are_cut) {
  Late late;
  RawClient client(late.server.port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123");
  ASSERT_TRUE(late.advance_until_news(client, seconds{20}));
  EXPECT_EQ(client.read_answer().status, 408);
}

TEST(HT_09, slow_readers_are_cut) {
  Late late;
  RawClient client(late.server.port());
  client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  // The first bytes are here, the last ones do not fit into the socket: the server waits for us.
  RawClient other(late.server.port());
  other.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(other.read_answer().status, 200);
  while (late.server.server().open_connections() == 2) {
    late.clock.advance(seconds{31});
    std::this_thread::yield();
  }
  EXPECT_LT(client.read_to_end().size(), 8U * 1024 * 1024);
}

TEST(HT_10, idle_connections_are_closed_after_a_time) {
  Late late;
  RawClient client(late.server.port());
  client.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 200);
  ASSERT_TRUE(late.advance_until_news(client, seconds{50}));
  EXPECT_EQ(client.read_to_end(), "");
}

TEST(HT_10, the_connection_idle_longest_makes_room_for_a_new_one) {
  ListenOptions options;
  options.limits.connections_per_thread = 2;
  TestServer server(routes, options);
  const std::string request = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
  RawClient first(server.port()), second(server.port());
  for (RawClient* client : {&first, &second, &first}) {
    client->send(request);
    EXPECT_EQ(client->read_answer().status, 200);
  }
  RawClient third(server.port());
  third.send(request);
  EXPECT_EQ(third.read_answer().status, 200);
  EXPECT_EQ(second.read_to_end(), "");  // and not `first`, which has been used since
  first.send(request);
  EXPECT_EQ(first.read_answer().status, 200);
}

TEST(HT_10, whoever_has_opened_a_connection_and_asks_for_nothing_makes_room_too) {
  ListenOptions options;
  options.limits.connections_per_thread = 2;
  TestServer server(routes, options);
  RawClient first(server.port()), second(server.port());
  constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
  for (RawClient* client : {&first, &second}) {
    client->send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client->read_bytes(kGoOn.size()), kGoOn);  // and then nothing comes
  }
  RawClient third(server.port());
  third.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(third.read_answer().status, 200);
  EXPECT_EQ(first.read_to_end(), "");
  second.send("hello");
  EXPECT_EQ(second.read_answer().status, 200);
}

TEST(HT_11, running_out_of_descriptors_does_not_spin_and_passes) {
  TestServer server(routes);
  std::vector<std::unique_ptr<RawClient>> clients;
  clients.push_back(std::make_unique<RawClient>(server.port()));  // served: the server has what it needs
  clients.back()->send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(clients.back()->read_answer().status, 200);

  // Without descriptors UBSan cannot look at a virtual table that it has not met before, and reports it.
  EXPECT_NE(boost::system::error_code(EMFILE, boost::asio::error::get_system_category()).message(), "");
  RawClient::Pending pending;  // has its descriptor already
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none_left = before;
  none_left.rlim_cur = 3;
  ::setrlimit(RLIMIT_NOFILE, &none_left);
  RawClient waiting(server.port(), std::move(pending));
  waiting.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(clients.back()->read_to_end(), "");  // it was idle and made room
  const auto used = [] { return std::clock(); };
  const auto start = used();
  EXPECT_FALSE(waiting.has_news(milliseconds{500}));
  EXPECT_LT(used() - start, CLOCKS_PER_SEC / 10);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(waiting.read_answer().status, 200);
}

}  // namespace
}  // namespace couplet::http
