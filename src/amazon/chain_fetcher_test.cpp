// SPDX-License-Identifier: Apache-2.0
#include "amazon/chain_fetcher.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>

#include "base/testing/run_task.hpp"
#include "base/testing/test_certificates.hpp"

namespace couplet::amazon {
namespace {

using couplet::testing::ChainRecipe;
using couplet::testing::TemporaryPem;
using couplet::testing::TestChain;
using Answer = Result<http::IncomingResponse, http::TransportError>;
using Kind = http::TransportError::Kind;

const Instant kNow = from_unix_seconds(1'800'000'000);
const std::string kUrl = "https://s3.amazonaws.com/echo.api/echo-api-cert.pem";

Answer failed(Kind kind) {
  http::TransportError error;
  error.kind = kind;
  return std::unexpected(error);
}

/// Answers after everybody else had a turn.
class ScriptedHttp final : public http::Client {
 public:
  Task<Answer> send(http::OutgoingRequest request) override {
    requests.push_back(request);
    boost::asio::steady_timer turn(co_await boost::asio::this_coro::executor, milliseconds{5});
    co_await turn.async_wait(boost::asio::use_awaitable);
    co_return answer;
  }
  Answer answer = failed(Kind::connect);
  std::vector<http::OutgoingRequest> requests;
};

Answer answer_of(int status, std::string body = "") {
  http::IncomingResponse response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

class ChainFetcherTest : public ::testing::Test {
 protected:
  static TrustStore trust(const TestChain& chain) {
    const TemporaryPem file(chain.root.pem());
    return TrustStore::load(file.path()).value();
  }
  ChainResult find(const std::string& url = kUrl) { return run_task(fetcher.find(url)); }
  /// As `find`, and forgets it again.
  std::optional<ChainProblem> problem(Answer answer) {
    http.answer = std::move(answer);
    const auto result = find();
    clock.advance(minutes{1});
    return result ? std::nullopt : std::optional(result.error());
  }

  Task<void> count_good(int& good) {
    const ChainResult result = co_await fetcher.find(kUrl);
    good += result ? 1 : 0;
  }

  const TestChain chain{ChainRecipe(kNow)};
  FakeClock clock{kNow};
  ChainCache cache{trust(chain), clock};
  ScriptedHttp http;
  std::vector<Hop> hops;
  ChainFetcher fetcher{http, cache, clock, [this](Hop hop) { hops.push_back(std::move(hop)); }};
};

TEST_F(ChainFetcherTest, AX_07_the_fetch_is_bounded) {
  http.answer = answer_of(200, chain.pem());
  ASSERT_TRUE(find());
  ASSERT_EQ(http.requests.size(), 1U);
  const http::OutgoingRequest& request = http.requests.front();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, kUrl);
  EXPECT_TRUE(request.headers.empty());
  EXPECT_LE(request.deadlines.total, milliseconds{2500});
  EXPECT_EQ(request.response_limit_bytes, 64U * 1024);
}

TEST_F(ChainFetcherTest, AX_08_a_good_chain_is_fetched_once) {
  http.answer = answer_of(200, chain.pem());
  EXPECT_TRUE(find());
  EXPECT_TRUE(find());
  EXPECT_EQ(http.requests.size(), 1U);
}

TEST_F(ChainFetcherTest, AX_08_a_hundred_requests_at_once_cause_one_fetch) {
  http.answer = answer_of(200, chain.pem());
  boost::asio::io_context context;
  int good = 0;
  for (int i = 0; i < 100; ++i) boost::asio::co_spawn(context, count_good(good), boost::asio::detached);
  context.run();
  EXPECT_EQ(good, 100);
  EXPECT_EQ(http.requests.size(), 1U);
}

TEST_F(ChainFetcherTest, AX_18_what_cannot_be_fetched_is_unavailable_and_never_good) {
  for (const Kind kind : {Kind::resolve, Kind::connect, Kind::tls, Kind::timeout, Kind::reset,
                          Kind::overloaded, Kind::refused_address})
    EXPECT_EQ(problem(failed(kind)), ChainProblem::unavailable) << http::transport_error_text(kind);
  for (const int status : {429, 500, 503})
    EXPECT_EQ(problem(answer_of(status, chain.pem())), ChainProblem::unavailable) << status;
}

TEST_F(ChainFetcherTest, AX_07_only_a_small_200_counts) {
  for (const int status : {201, 204, 206, 301, 302, 307, 403, 404})
    EXPECT_EQ(problem(answer_of(status, chain.pem())), ChainProblem::refused) << status;
  EXPECT_EQ(problem(failed(Kind::too_large)), ChainProblem::refused);
}

TEST_F(ChainFetcherTest, AX_10_what_is_no_chain_is_refused) {
  EXPECT_EQ(problem(answer_of(200, "<html>")), ChainProblem::refused);
  EXPECT_EQ(problem(answer_of(200, chain.leaf.pem())), ChainProblem::refused);
  ASSERT_EQ(hops.size(), 2U);
  EXPECT_EQ(hops[0].cause, "malformed");
  EXPECT_EQ(hops[1].cause, "untrusted");
}

TEST_F(ChainFetcherTest, AX_11_a_chain_that_expired_in_the_cache_is_fetched_again) {
  ChainRecipe recipe(kNow);
  recipe.leaf.not_after = kNow + minutes{5};
  const TestChain short_lived(recipe);
  ChainCache own(trust(short_lived), clock);
  ChainFetcher other(http, own, clock, [](Hop) {});
  http.answer = answer_of(200, short_lived.pem());
  EXPECT_TRUE(run_task(other.find(kUrl)));
  clock.advance(minutes{6});
  EXPECT_EQ(run_task(other.find(kUrl)).error(), ChainProblem::refused) << "the same file is there still";
  EXPECT_EQ(http.requests.size(), 2U);
}

TEST_F(ChainFetcherTest, AX_19_another_url_with_another_certificate_needs_no_restart) {
  http.answer = answer_of(200, chain.pem());
  EXPECT_TRUE(find());
  ChainRecipe recipe(kNow);
  recipe.leaf.key_number = 7;
  const auto leaf = couplet::testing::TestCertificate::issue(recipe.leaf, &chain.intermediate);
  http.answer = answer_of(200, leaf.pem() + chain.intermediate.pem());
  const auto renewed = find("https://s3.amazonaws.com/echo.api/echo-api-cert-2.pem");
  ASSERT_TRUE(renewed);
  EXPECT_TRUE(renewed->has_signed(as_byte_view("body"), leaf.sign("body")));
  EXPECT_FALSE(renewed->has_signed(as_byte_view("body"), chain.leaf.sign("body")));
}

}  // namespace
}  // namespace couplet::amazon
