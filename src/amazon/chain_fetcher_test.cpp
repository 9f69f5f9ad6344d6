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
const std::string kAlexa = "192.0.2.1", kStranger = "198.51.100.7";

std::string made_up(int number) { return "https://s3.amazonaws.com/echo.api/" + std::to_string(number); }

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
    if (meanwhile) meanwhile();
    co_return answer;
  }
  std::function<void()> meanwhile;
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
  ChainResult find(const std::string& url = kUrl, const std::string& peer = kAlexa) {
    return run_task(fetcher.find(url, peer));
  }
  /// How many of the next `count` made-up URLs that this peer names are fetched.
  std::size_t fetched_for(const std::string& peer, int count) {
    const std::size_t before = http.requests.size();
    http.answer = answer_of(404);
    for (int i = 0; i < count; ++i) (void)find(made_up(++named), peer);
    return http.requests.size() - before;
  }
  /// As `find`, and forgets it again.
  std::optional<ChainProblem> problem(Answer answer) {
    http.answer = std::move(answer);
    const auto result = find();
    clock.advance(minutes{1});
    return result ? std::nullopt : std::optional(result.error());
  }

  Task<void> count_good(int& good) {
    const ChainResult result = co_await fetcher.find(kUrl, kAlexa);
    good += result ? 1 : 0;
  }

  const TestChain chain{ChainRecipe(kNow)};
  FakeClock clock{kNow};
  ChainCache cache{trust(chain), clock};
  ScriptedHttp http;
  std::vector<Hop> hops;
  int named = 0;
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
  EXPECT_TRUE(run_task(other.find(kUrl, kAlexa)));
  clock.advance(minutes{6});
  EXPECT_EQ(run_task(other.find(kUrl, kAlexa)).error(), ChainProblem::refused)
      << "the same file is there still";
  EXPECT_EQ(http.requests.size(), 2U);
}

TEST_F(ChainFetcherTest, AX_18_a_chain_past_its_age_is_fetched_again_and_used_on_while_that_fails) {
  http.answer = answer_of(200, chain.pem());
  ASSERT_TRUE(find());
  clock.advance(cache.limits().chain_age);
  http.answer = failed(Kind::timeout);
  EXPECT_TRUE(find());
  EXPECT_EQ(http.requests.size(), 2U);
  EXPECT_TRUE(find()) << "at once: nobody waits for a fetch in each request";
  EXPECT_EQ(http.requests.size(), 2U);
  clock.advance(cache.limits().retry_age);
  http.answer = answer_of(503);
  EXPECT_TRUE(find());
  EXPECT_EQ(http.requests.size(), 3U);
  clock.advance(cache.limits().retry_age);
  http.answer = answer_of(200, chain.pem());
  EXPECT_TRUE(find());
  clock.advance(cache.limits().chain_age - seconds{1});
  EXPECT_TRUE(find());
  EXPECT_EQ(http.requests.size(), 4U) << "as good as new";
}

TEST_F(ChainFetcherTest, AX_18_a_chain_past_its_age_goes_when_there_is_no_good_one_any_more) {
  for (const Answer& answer : {answer_of(404), answer_of(200, chain.leaf.pem())}) {
    http.answer = answer_of(200, chain.pem());
    ASSERT_TRUE(find());
    clock.advance(cache.limits().chain_age);
    http.answer = answer;
    EXPECT_EQ(find().error(), ChainProblem::refused);
    clock.advance(minutes{1});
    http.answer = failed(Kind::connect);
    EXPECT_EQ(find().error(), ChainProblem::unavailable) << "nothing is left";
    clock.advance(minutes{1});
  }
}

TEST_F(ChainFetcherTest, AX_11_a_chain_past_its_age_is_not_used_beyond_its_end) {
  ChainRecipe recipe(kNow);
  recipe.leaf.not_after = kNow + cache.limits().chain_age + minutes{5};
  const auto leaf = couplet::testing::TestCertificate::issue(recipe.leaf, &chain.intermediate);
  http.answer = answer_of(200, leaf.pem() + chain.intermediate.pem());
  ASSERT_TRUE(find());
  http.answer = failed(Kind::connect);
  clock.advance(cache.limits().chain_age);
  EXPECT_TRUE(find());
  clock.advance(minutes{5} + seconds{1});
  EXPECT_EQ(find().error(), ChainProblem::unavailable);
}

TEST_F(ChainFetcherTest, AX_11_a_chain_that_ends_while_it_is_fetched_again_is_not_used) {
  ChainRecipe recipe(kNow);
  recipe.leaf.not_after = kNow + cache.limits().chain_age;
  const auto leaf = couplet::testing::TestCertificate::issue(recipe.leaf, &chain.intermediate);
  http.answer = answer_of(200, leaf.pem() + chain.intermediate.pem());
  ASSERT_TRUE(find());
  clock.advance(cache.limits().chain_age);
  http.answer = failed(Kind::timeout);
  http.meanwhile = [this] { clock.advance(seconds{2}); };
  EXPECT_EQ(find().error(), ChainProblem::unavailable);
}

TEST_F(ChainFetcherTest, AX_08_a_chain_past_its_age_is_used_on_when_nothing_more_may_be_fetched) {
  http.answer = answer_of(200, chain.pem());
  ASSERT_TRUE(find());
  clock.advance(cache.limits().chain_age);
  for (int peer = 0; peer < 6; ++peer) EXPECT_EQ(fetched_for("198.51.100." + std::to_string(peer), 20), 10U);
  EXPECT_EQ(fetched_for("203.0.113.1", 1), 0U) << "sixty a minute for all";
  const std::size_t before = http.requests.size();
  EXPECT_TRUE(find());
  EXPECT_EQ(http.requests.size(), before);
  clock.advance(minutes{1});
  http.answer = answer_of(200, chain.pem());
  EXPECT_TRUE(find());
  EXPECT_EQ(http.requests.size(), before + 1) << "fetched again as soon as it may be";
}

TEST_F(ChainFetcherTest, AX_08_one_peer_cannot_use_up_what_may_be_fetched) {
  EXPECT_EQ(fetched_for(kStranger, 100), 10U);
  EXPECT_EQ(find(made_up(0), kStranger).error(), ChainProblem::unavailable);
  http.answer = answer_of(200, chain.pem());
  EXPECT_TRUE(find(kUrl, kAlexa)) << "a URL that nobody has named before";
  EXPECT_TRUE(find(kUrl, kStranger)) << "what is known is for all";
  clock.advance(minutes{1});
  EXPECT_EQ(fetched_for(kStranger, 100), 10U) << "in the next minute";
}

TEST_F(ChainFetcherTest, AX_08_addresses_of_one_ipv6_subscriber_are_one_peer) {
  EXPECT_EQ(fetched_for("2001:db8:1:2::1", 8), 8U);
  EXPECT_EQ(fetched_for("2001:db8:1:2:ffff::2", 8), 2U);
  EXPECT_EQ(fetched_for("2001:db8:1:3::1", 8), 8U) << "the neighbour";
}

TEST_F(ChainFetcherTest, AX_08_an_unnamed_proxy_on_this_machine_is_no_peer) {
  EXPECT_EQ(fetched_for("127.0.0.1", 100), 60U) << "everybody behind it, within what all may have";
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
