// SPDX-License-Identifier: Apache-2.0
// Handlers that take long: past their deadline, when another router takes over, and when the server is told
// to stop.
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "http/server.hpp"
#include "http/testing/raw_client.hpp"
#include "http/testing/test_server.hpp"

namespace couplet::http {
namespace {

using testing::RawAnswer;
using testing::RawClient;
using testing::TestServer;

Task<Response> echo(const Request&) { co_return text_response(200, "echo"); }

// A handler that answers when the test says so.
class Gate {
 public:
  Task<Response> wait(const Request&) {
    entered_.set_value();
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, std::chrono::hours{1});
    {
      const std::lock_guard lock(mutex_);
      timer_ = &timer;
      if (open_) timer.cancel();
    }
    co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return text_response(200, "late");
  }
  void wait_until_entered() { entered_.get_future().wait(); }
  /// On the handler's thread.
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    if (timer_) timer_->expires_at(std::chrono::steady_clock::time_point::min());
  }

 private:
  std::promise<void> entered_;
  std::mutex mutex_;
  bool open_ = false;
  boost::asio::steady_timer* timer_ = nullptr;
};

TEST(Server, a_handler_over_its_deadline_is_answered_503_and_left_to_finish) {
  FakeClock clock{Instant{seconds{1'700'000'000}}};
  Gate gate;
  TestServer server(
      [&](Router& router) { router.add("GET", "/gate", [&](const Request& r) { return gate.wait(r); }); }, {},
      1, &clock);
  RawClient client(server.port());
  client.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.wait_until_entered();
  clock.advance(seconds{61});
  const RawAnswer answer = client.read_answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.header("Retry-After"), "");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(server.server().open_connections(), 1U);
  boost::asio::post(server.runtime().context(0), [&] { gate.open(); });
  while (server.server().open_connections() > 0) std::this_thread::yield();
}

TEST(Server, another_router_takes_over_open_connections_and_the_former_lives_until_its_last_answer) {
  Gate gate;
  TestServer server([](Router& router) { router.add("GET", "/echo", echo); });
  auto former = std::make_shared<Router>();
  former->add("GET", "/gate", [&](const Request& request) { return gate.wait(request); });
  server.server().use({former});
  RawClient open(server.port()), busy(server.port());
  open.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(open.read_answer().status, 404);
  busy.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.wait_until_entered();

  auto next = std::make_shared<Router>();
  next->add("GET", "/echo", echo);
  server.server().use({next});
  const std::weak_ptr<const Router> seen = std::exchange(former, nullptr);
  open.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(open.read_answer().status, 200) << "on the same connection";
  EXPECT_FALSE(seen.expired()) << "a request of it is in flight";
  boost::asio::post(server.runtime().context(0), [&] { gate.open(); });
  EXPECT_EQ(busy.read_answer().body, "late");
  while (!seen.expired()) std::this_thread::yield();
}

TEST(FT_08, stop_answers_what_is_in_flight_and_ends_the_rest) {
  Gate gate;
  TestServer server([&](Router& router) {
    router.add("GET", "/echo", echo);
    router.add("GET", "/gate", [&](const Request& r) { return gate.wait(r); });
  });
  RawClient idle(server.port()), busy(server.port());
  idle.send("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(idle.read_answer().status, 200);
  busy.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.wait_until_entered();
  std::thread stopper([&] { server.server().stop(std::chrono::seconds{10}); });
  EXPECT_TRUE(idle.ended_in_order());
  boost::asio::post(server.runtime().context(0), [&] { gate.open(); });
  const RawAnswer answer = busy.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(busy.ended_in_order());
  stopper.join();
  EXPECT_EQ(server.server().open_connections(), 0U);
  EXPECT_THROW(RawClient(server.port()), std::runtime_error);
}

TEST(FT_08, stop_gives_up_after_its_grace) {
  Gate gate;
  TestServer server(
      [&](Router& router) { router.add("GET", "/gate", [&](const Request& r) { return gate.wait(r); }); });
  RawClient busy(server.port());
  busy.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  gate.wait_until_entered();
  server.server().stop(std::chrono::milliseconds{20});
  EXPECT_EQ(busy.read_answer().status, 0);
}

}  // namespace
}  // namespace couplet::http
