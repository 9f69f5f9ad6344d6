// SPDX-License-Identifier: Apache-2.0
#include "server/links/external_code_client.hpp"

#include <gtest/gtest.h>
#include <atomic>
#include <boost/asio/co_spawn.hpp>

#include "base/json.hpp"
#include "http/testing/raw_server.hpp"
#include "http/testing/test_server.hpp"
#include "server/common/testing/test_config.hpp"

namespace couplet::server {
namespace {

using http::testing::RawServer;
using http::testing::TestServer;
using Peer = RawServer::Peer;

const Instant kNow = from_unix_seconds(1'800'000'000);
constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kGood = "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"code\":\"c\"}";
constexpr std::string_view kBusy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";

struct World {
  explicit World(const std::string& code_url, bool allow_private = true, milliseconds timeout = seconds{5}) {
    config = testing::test_config();
    auto signer = WebhookSigner::from_secret(WebhookSecret(std::string(kSecret)));
    config.skills.front().external = ExternalAuthorization{
        code_url, std::make_shared<const WebhookSigner>(std::move(*signer)), allow_private, timeout};
    attempt.attempt_id = AttemptId::make(kNow, random);
    attempt.user = UserId("alice");
    attempt.redirect_uri = config.skills.front().redirect_uris.front();
    client = std::make_unique<ExternalCodeClient>(config, clock, random, context);
  }
  alexa::ExternalResult<alexa::ExternalGrant> ask() {
    std::optional<alexa::ExternalResult<alexa::ExternalGrant>> result;
    const auto sink = [this](Hop hop) { hops.push_back(std::move(hop)); };
    boost::asio::co_spawn(context, client->request_code(config.skills.front(), attempt, sink),
                          [&](const std::exception_ptr& thrown, auto got) {
                            EXPECT_EQ(thrown, nullptr);
                            result.emplace(std::move(got));
                          });
    context.restart();
    while (!result) context.run_one();
    return std::move(*result);
  }

  FakeClock clock{kNow};
  SeededRandom random{5};
  Config config;
  LinkAttempt attempt;
  boost::asio::io_context context;
  std::unique_ptr<ExternalCodeClient> client;
  std::vector<Hop> hops;
};

// What is left unread would reset the connection under the answer.
std::string read_all(Peer& peer) {
  static const std::size_t body_bytes = [] {
    const World any("http://127.0.0.1:1/");
    return alexa::external_code_body(any.config.skills.front(), any.attempt).size();
  }();
  return peer.read_request(body_bytes);
}

TEST(WH_08, the_request_is_signed_as_the_standard_says) {
  std::map<std::string, std::string> headers;
  std::string body;
  std::optional<TestServer> server;
  server.emplace([&](http::Router& router) {
    router.add("POST", "/code", [&](const http::Request& request) -> Task<http::Response> {
      for (const char* name : {"webhook-id", "webhook-timestamp", "webhook-signature", "Content-Type"})
        headers[name] = request.headers.get(name).value_or("");
      body = request.body;
      co_return http::json_response(200, R"({"code":"c"})");
    });
  });
  World world(server->url("/code"));
  const auto granted = world.ask();
  server.reset();  // its thread has ended
  ASSERT_TRUE(granted);
  EXPECT_EQ(granted->code.reveal(), "c");
  EXPECT_EQ(headers["webhook-id"], world.attempt.attempt_id.text() + ".1");
  EXPECT_EQ(headers["webhook-timestamp"], "1800000000");
  EXPECT_EQ(headers["Content-Type"], "application/json");
  const auto signer = WebhookSigner::from_secret(WebhookSecret(std::string(kSecret)));
  EXPECT_EQ(headers["webhook-signature"], signer->sign(headers["webhook-id"], 1'800'000'000, body));
  EXPECT_EQ(find_string(parse_json_object(body).value(), "user"), "alice");
  ASSERT_EQ(world.hops.size(), 1U);
  EXPECT_EQ(world.hops[0].name, "external.code");
  EXPECT_EQ(world.hops[0].status, 200);
  EXPECT_EQ(world.hops[0].cause, "");
}

TEST(EN_10, what_nobody_decided_is_sent_again_under_the_same_id) {
  std::vector<std::string> seen;
  std::optional<RawServer> server;
  server.emplace([&](Peer& peer, int number) {
    const std::string head = read_all(peer);
    const std::size_t at = head.find("webhook-id: ") + 12;
    seen.push_back(head.substr(at, head.find('\r', at) - at));
    if (number == 0) return peer.reset();
    peer.send(number == 1 ? kBusy : kGood);
  });
  World world(server->url());
  const auto granted = world.ask();
  server.reset();  // its thread has ended
  ASSERT_TRUE(granted) << granted.error().code;
  const std::string id = world.attempt.attempt_id.text() + ".1";
  EXPECT_EQ(seen, (std::vector{id, id, id}));
  ASSERT_EQ(world.hops.size(), 3U);
  EXPECT_EQ(world.hops[0].cause, "external_unreachable");
  EXPECT_EQ(world.hops[1].cause, "external_unavailable");
  EXPECT_EQ(world.hops[2].cause, "");
}

struct Hostile {
  const char* name;
  std::string answer;
  const char* code;
  std::size_t calls;
};
class HostileAnswer : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileAnswer, WH_08_gives_no_code_and_is_not_followed) {
  std::atomic<std::size_t> calls = 0;
  RawServer server([&](Peer& peer, int) {
    ++calls;
    read_all(peer);
    peer.send(GetParam().answer);
    peer.wait_for_end();
  });
  {
    World world(server.url());
    const auto refused = world.ask();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, GetParam().code);
    EXPECT_EQ(world.hops.size(), GetParam().calls);
    EXPECT_EQ(world.hops.back().cause, GetParam().code);
  }
  EXPECT_LE(calls, GetParam().calls);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HostileAnswer,
    ::testing::Values(
        Hostile{"redirect", "HTTP/1.1 307 Over\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
                "external_bad_answer", 1},
        Hostile{"too_large", "HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + std::string(20000, ' '),
                "external_bad_answer", 1},
        Hostile{"endless_chunks",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n" + std::string(20000, ' '),
                "external_bad_answer", 1},
        Hostile{"not_http", "SSH-2.0-x\r\n\r\n", "external_bad_answer", 1},
        Hostile{"not_json", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{]", "external_bad_answer", 1},
        Hostile{"wrong_secret", "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "external_unauthorized", 1},
        Hostile{"always_500", "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "external_unavailable", 3}),
    [](const auto& row) { return row.param.name; });

TEST(EN_09, an_answer_that_does_not_come_ends_in_time) {
  RawServer server([](Peer& peer, int) {
    read_all(peer);
    peer.wait_for_end();
  });
  World world(server.url(), true, milliseconds{50});
  EXPECT_EQ(world.ask().error().code, "external_timeout");
  EXPECT_EQ(world.hops.size(), 3U);
}

TEST(EN_09, nobody_listens) {
  std::string url;
  {
    url = RawServer([](Peer&, int) {}).url();
  }
  World world(url);
  EXPECT_EQ(world.ask().error().code, "external_unreachable");
}

TEST(WH_08, a_private_address_is_called_only_where_that_is_configured) {
  std::atomic<int> calls = 0;
  RawServer server([&](Peer& peer, int) {
    ++calls;
    read_all(peer);
    peer.send(kGood);
  });
  const std::string by_name = "http://localhost:" + std::to_string(server.port()) + "/";
  for (const std::string& url : {server.url(), by_name}) {
    World world(url, false);
    const auto refused = world.ask();
    ASSERT_FALSE(refused) << url;
    EXPECT_EQ(refused.error().code, "external_forbidden_address") << url;
    EXPECT_EQ(world.hops.size(), 1U) << "asking again would not help";
  }
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(World(by_name, true).ask());
}

}  // namespace
}  // namespace couplet::server
