// SPDX-License-Identifier: Apache-2.0
#include "http/circuit_breaker.hpp"

#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "base/testing/run_task.hpp"

namespace couplet::http {
namespace {

using Kind = TransportError::Kind;
using Answer = Result<IncomingResponse, TransportError>;

Answer status(int number) { return IncomingResponse{number, {}, "", milliseconds{1}}; }
Answer failure(Kind kind) { return std::unexpected(TransportError{kind, false, {}, ""}); }

class ScriptedClient final : public Client {
 public:
  Task<Answer> send(OutgoingRequest request) override {
    ++calls;
    if (meanwhile) co_await meanwhile(request);
    co_return answer;
  }
  Answer answer = status(200);
  int calls = 0;
  std::function<Task<void>(const OutgoingRequest&)> meanwhile;
};

class BreakerTest : public testing::Test {
 protected:
  Answer send(const std::string& url = "https://api.amazon.com/auth/o2/token") {
    OutgoingRequest request;
    request.url = url;
    return run_task(breaker.send(std::move(request)));
  }
  void fail(int times) {
    client.answer = failure(Kind::timeout);
    for (int i = 0; i < times; ++i) EXPECT_FALSE(send());
  }
  /// A breaker that a single failure opens.
  bool opens_after(const Answer& answer) {
    bool opened = false;
    CircuitBreaker own(client, clock, [&](const std::string&, bool open) { opened = open; }, {.failures = 1});
    client.answer = answer;
    OutgoingRequest request;
    request.url = "https://api.amazon.com/";
    EXPECT_EQ(run_task(own.send(std::move(request))).has_value(), answer.has_value());
    return opened;
  }
  bool is_open() {
    const auto answer = send();
    return !answer && answer.error().kind == Kind::circuit_open;
  }

  FakeClock clock{from_unix_seconds(1'800'000'000)};
  ScriptedClient client;
  std::vector<std::string> reports;
  CircuitBreaker breaker{
      client,
      clock,
      [this](const std::string& host, bool open) { reports.push_back(host + (open ? " opens" : " closes")); },
      {.failures = 3, .rest = milliseconds{2000}, .longest_rest = milliseconds{5000}}};
};

TEST_F(BreakerTest, LW_06_opens_after_so_many_failures_in_a_row) {
  fail(2);
  client.answer = status(500);  // an answer all the same
  EXPECT_TRUE(send());
  fail(2);
  EXPECT_TRUE(reports.empty());
  fail(1);
  EXPECT_EQ(reports, std::vector<std::string>{"api.amazon.com opens"});
  const int calls = client.calls;
  EXPECT_TRUE(is_open());
  EXPECT_EQ(client.calls, calls);
}

TEST_F(BreakerTest, LW_06_what_counts_as_a_failure) {
  for (const Kind kind : {Kind::resolve, Kind::connect, Kind::tls, Kind::timeout, Kind::reset})
    EXPECT_TRUE(opens_after(failure(kind))) << transport_error_text(kind);
  for (const Kind kind : {Kind::refused_url, Kind::too_large, Kind::malformed, Kind::overloaded})
    EXPECT_FALSE(opens_after(failure(kind))) << transport_error_text(kind);
  for (const int number : {200, 400, 401, 404, 429, 500, 502, 503, 504})
    EXPECT_EQ(opens_after(status(number)), number >= 502) << number;
}

TEST_F(BreakerTest, LW_06_after_a_rest_one_call_tries_and_its_success_closes) {
  fail(3);
  clock.advance(milliseconds{1999});
  EXPECT_TRUE(is_open());
  clock.advance(milliseconds{1});
  client.answer = status(200);
  EXPECT_TRUE(send());
  EXPECT_TRUE(send());
  EXPECT_EQ(reports, (std::vector<std::string>{"api.amazon.com opens", "api.amazon.com closes"}));
}

TEST_F(BreakerTest, LW_06_each_failed_try_doubles_the_rest_up_to_its_limit) {
  fail(3);
  for (const int rest : {2000, 4000, 5000, 5000}) {
    clock.advance(milliseconds{rest - 1});
    EXPECT_TRUE(is_open()) << rest;
    clock.advance(milliseconds{1});
    EXPECT_EQ(send().error().kind, Kind::timeout) << rest;
  }
  EXPECT_EQ(reports.size(), 1u);
}

TEST_F(BreakerTest, LW_06_while_one_tries_others_are_refused) {
  fail(3);
  clock.advance(milliseconds{2000});
  client.answer = status(200);
  std::optional<Answer> second;
  client.meanwhile = [&](const OutgoingRequest&) -> Task<void> {
    client.meanwhile = nullptr;
    OutgoingRequest request;
    request.url = "https://api.amazon.com/";
    second = co_await breaker.send(std::move(request));
  };
  EXPECT_TRUE(send());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->error().kind, Kind::circuit_open);
}

TEST_F(BreakerTest, LW_06_a_try_that_is_abandoned_leaves_room_for_the_next) {
  fail(3);
  clock.advance(milliseconds{2000});
  client.meanwhile = [](const OutgoingRequest&) -> Task<void> {
    throw std::runtime_error("cancelled");
    co_return;
  };
  EXPECT_THROW(static_cast<void>(send()), std::runtime_error);
  client.meanwhile = nullptr;
  client.answer = status(200);
  EXPECT_TRUE(send());
}

TEST_F(BreakerTest, LW_06_one_hosts_rest_is_not_anothers) {
  fail(3);
  client.answer = status(200);
  EXPECT_TRUE(send("https://api.eu.amazonalexa.com/v1/alexaApiEndpoint"));
  EXPECT_TRUE(is_open());
}

}  // namespace
}  // namespace couplet::http
