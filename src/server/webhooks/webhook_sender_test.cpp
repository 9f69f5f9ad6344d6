// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks/webhook_sender.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <mutex>

#include "base/json.hpp"
#include "base/testing/run_task.hpp"
#include "http/testing/raw_server.hpp"
#include "http/testing/test_server.hpp"
#include "server/webhooks/testing/webhook_world.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server {
namespace {

using namespace testing::webhooks;
using http::testing::RawServer;
using http::testing::TestServer;

TEST(WebhookSender, WH_08_a_call_carries_id_time_and_a_signature_of_each_secret) {
  Receiver receiver;
  WebhookTarget two = target(receiver.url());
  two.signers.push_back(signer(kOldSecret));
  World world({two});
  world.tell("alice");
  world.until_delivered();
  ASSERT_EQ(receiver.calls().size(), 1U);
  const auto call = receiver.calls().front();
  EXPECT_EQ(call.id, "evt_1800000000000_1");
  EXPECT_EQ(call.timestamp, "1800000000");
  EXPECT_EQ(call.type, "link.failed");
  EXPECT_EQ(call.signature, signer(kNewSecret)->sign(call.id, 1'800'000'000, call.body) + " " +
                                signer(kOldSecret)->sign(call.id, 1'800'000'000, call.body));
}

TEST(WebhookSender, WH_08_a_repetition_has_the_same_id_and_body_and_a_new_time) {
  Receiver receiver;
  receiver.answer_next(http::text_response(500, "oops"));
  World world({target(receiver.url())});
  world.tell("alice");
  world.until_tries(1);
  EXPECT_EQ(world.outbox().front().last_status, 500U);
  EXPECT_EQ(world.outbox().front().last_problem, "status");
  world.clock.advance(seconds{7});
  world.until_delivered();
  const auto calls = receiver.calls();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].id, calls[1].id);
  EXPECT_EQ(calls[0].body, calls[1].body);
  EXPECT_EQ(calls[1].timestamp, "1800000007");
  EXPECT_EQ(calls[1].signature, signer(kNewSecret)->sign(calls[1].id, 1'800'000'007, calls[1].body));
}

TEST(WebhookSender, WH_08_a_users_news_keep_their_order_while_others_go_on) {
  Receiver receiver;
  receiver.answer_next(http::text_response(500, ""));
  World world({target(receiver.url())});
  world.tell("alice");
  world.until_tries(1);
  world.tell("alice");
  world.tell("bob");
  world.until([&] { return receiver.users().size() >= 2 && world.outbox().size() == 2; });
  EXPECT_EQ(receiver.users(), (std::vector<std::string>{"alice", "bob"}));
  world.clock.advance(seconds{7});
  world.until_delivered();
  const auto calls = receiver.calls();
  ASSERT_EQ(calls.size(), 4U);
  EXPECT_EQ(calls[2].id, calls[0].id) << "the first one again";
  EXPECT_EQ(calls[3].user, "alice");
  EXPECT_NE(calls[3].id, calls[0].id);
}

TEST(WebhookSender, WH_08_a_target_gets_the_skills_and_events_it_asked_for) {
  Receiver rides, ends, all;
  WebhookTarget of_rides = target(rides.url(), "rides");
  of_rides.skills = {SkillName("ride-hailer")};
  WebhookTarget of_ends = target(ends.url(), "ends");
  of_ends.events = {LinkNewsType::unlinked};
  World world({of_rides, of_ends, target(all.url(), "all")});
  world.tell("alice", "ride-hailer");
  world.tell("bob", "second-skill");
  world.until_delivered();
  EXPECT_EQ(rides.users(), std::vector<std::string>{"alice"});
  EXPECT_TRUE(ends.users().empty());
  EXPECT_EQ(all.users().size(), 2U);
}

TEST(WebhookSender, WH_08_news_for_nobody_are_forgotten) {
  World world({});
  world.tell("alice");
  world.until_delivered();
  EXPECT_EQ(*run_task(world.store->purge_news(kNow + minutes{1}, 10)), 0U);
}

TEST(WebhookSender, WH_08_a_target_that_is_gone_is_left_alone_until_it_is_retried) {
  Receiver receiver;
  receiver.answer_next(http::text_response(410, ""));
  World world({target(receiver.url())});
  world.tell("alice");
  world.until([&] { return !world.outbox().empty() && world.outbox().front().given_up_at; });
  world.tell("bob");
  world.until([&] { return world.outbox().size() == 2; });
  EXPECT_TRUE(world.outbox().back().given_up_at);
  EXPECT_EQ(receiver.calls().size(), 1U);
  EXPECT_EQ(*run_task(world.store->retry_given_up(std::nullopt, world.clock.now())), 2U);
  world.until_delivered();
  EXPECT_EQ(receiver.calls().size(), 3U);
}

TEST(WebhookSender, WH_08_retry_after_holds_for_the_whole_target) {
  Receiver receiver;
  receiver.answer_next(http::text_response(503, "").header("Retry-After", "60"));
  World world({target(receiver.url())});
  world.tell("alice");
  world.until_tries(1);
  EXPECT_EQ(world.outbox().front().next_try_at, kNow + seconds{60});
  world.tell("bob");
  world.until([&] { return world.outbox().size() == 2; });
  world.clock.advance(seconds{59});
  world.sender->wake();
  world.context.poll();
  EXPECT_EQ(receiver.calls().size(), 1U);
  world.clock.advance(seconds{2});
  world.until_delivered();
  EXPECT_EQ(receiver.calls().size(), 3U);
}

TEST(WebhookSender, WH_08_after_its_time_a_webhook_is_given_up_and_counted) {
  Receiver receiver;
  for (int i = 0; i < 2; ++i) receiver.answer_next(http::text_response(404, ""));
  WebhookTarget impatient = target(receiver.url());
  impatient.give_up_after = seconds{5};
  World world({impatient});
  world.tell("alice");
  world.until_tries(1);
  world.clock.advance(seconds{5});
  world.until_tries(2);
  EXPECT_EQ(world.outbox().front().given_up_at, kNow + seconds{5});
  world.clock.advance(seconds{60});
  world.sender->wake();
  const std::string wanted = R"(couplet_webhooks_given_up{target="backend"} 1)";
  world.until([&] { return world.metrics.exposition({}).contains(wanted); });
  const std::string text = world.metrics.exposition({});
  EXPECT_TRUE(text.contains(R"(couplet_webhooks_waiting{target="backend"} 0)")) << text;
  EXPECT_TRUE(text.contains(R"(outcome="failed",target="backend"} 1)")) << text;
  EXPECT_TRUE(text.contains(R"(outcome="given_up",target="backend"} 1)")) << text;
}

/// Holds each answer back until as many calls have come as are awaited, and counts those at the same time.
class SlowReceiver {
 public:
  explicit SlowReceiver(int awaited) : awaited_(awaited) {
    server_.emplace([this](http::Router& router) {
      router.add("POST", "/hook", [this](const http::Request&) { return take(); });
    });
  }
  [[nodiscard]] std::string url() const { return server_->url("/hook"); }
  [[nodiscard]] int most_at_once() const { return most_; }

 private:
  Task<http::Response> take() {
    ++come_;
    most_ = std::max(most_.load(), ++present_);
    boost::asio::steady_timer tick(co_await boost::asio::this_coro::executor);
    while (come_ < awaited_) {
      tick.expires_after(milliseconds{1});
      co_await tick.async_wait(boost::asio::use_awaitable);
    }
    --present_;
    co_return http::text_response(204, "");
  }
  const int awaited_;
  int present_ = 0;  // one I/O thread
  std::atomic<int> come_ = 0;
  std::atomic<int> most_ = 0;
  std::optional<TestServer> server_;
};

TEST(WebhookSender, FT_12_as_many_calls_at_once_as_configured_and_no_more) {
  SlowReceiver receiver(3);
  WebhookTarget narrow = target(receiver.url());
  narrow.connections = 3;
  World world({narrow});
  for (int i = 0; i < 12; ++i) world.tell("user-" + std::to_string(i));
  world.until_delivered();
  EXPECT_EQ(receiver.most_at_once(), 3);
}

TEST(WebhookSender, WH_08_after_a_reload_news_go_to_the_new_address) {
  Receiver before, after;
  World world({target(before.url())});
  world.tell("alice");
  world.until_delivered();
  Config next;
  next.webhooks = {target(after.url())};
  world.sender->use(next);
  world.tell("bob");
  world.until_delivered();
  EXPECT_EQ(before.users(), std::vector<std::string>{"alice"});
  EXPECT_EQ(after.users(), std::vector<std::string>{"bob"});
}

// The first sender's call is never answered: were it waited for, it would be a failed try.
TEST(WebhookSender, FT_08_what_is_under_way_at_the_stop_is_cut_off_and_sent_again_by_the_next_start) {
  std::atomic<int> calls = 0;
  RawServer server([&](RawServer::Peer& peer, int number) {
    peer.read_request();
    ++calls;
    if (number > 0) peer.send("HTTP/1.1 204 OK\r\n\r\n");
    if (number == 0) peer.wait_for_end();
  });
  const std::shared_ptr<storage::Database> database = storage::make_memory_database();
  {
    World first({target(server.url())}, database);
    first.tell("alice");
    first.until([&] { return calls == 1; });
    first.sender->stop();
    first.context.run();
    EXPECT_EQ(first.outbox().front().tries, 0U);
  }
  World next({target(server.url())}, database);
  next.until_delivered();
  EXPECT_EQ(calls, 2);
}

// ---- where a call may lead

struct Forbidden {
  const char* name;
  const char* host;
  const char* problem = "refused_address";
};
class ForbiddenTarget : public ::testing::TestWithParam<Forbidden> {};

// The server listens and would answer; a name is looked at when it has been resolved, so a change of its
// addresses gets nobody in.
TEST_P(ForbiddenTarget, WH_08_is_not_called) {
  std::atomic<int> calls = 0;
  RawServer server([&](RawServer::Peer&, int) { ++calls; });
  WebhookTarget inside =
      target("https://" + std::string(GetParam().host) + ":" + std::to_string(server.port()) + "/hook");
  inside.allow_private = false;
  World world({inside});
  world.tell("alice");
  world.until_tries(1);
  EXPECT_EQ(world.outbox().front().last_problem, GetParam().problem);
  EXPECT_EQ(calls, 0);
}

INSTANTIATE_TEST_SUITE_P(Rows, ForbiddenTarget,
                         ::testing::Values(Forbidden{"loopback", "127.0.0.1"},
                                           Forbidden{"metadata", "169.254.169.254"},
                                           Forbidden{"loopback_v6", "[::1]"},
                                           Forbidden{"hexadecimal", "0x7f000001", "refused_url"},
                                           Forbidden{"mapped_v6", "[::ffff:127.0.0.1]"},
                                           Forbidden{"private", "10.0.0.1"},
                                           Forbidden{"name_that_resolves_to_one", "localhost"}),
                         [](const auto& row) { return row.param.name; });

class ForbiddenRedirect : public ::testing::TestWithParam<Forbidden> {};

TEST_P(ForbiddenRedirect, WH_08_is_not_followed) {
  Receiver inside;
  Receiver receiver;
  const std::string location =
      "http://" + std::string(GetParam().host) + inside.url().substr(inside.url().rfind(':'));
  receiver.answer_next(http::redirect(302, location));
  World world({target(receiver.url())});
  world.tell("alice");
  world.until_tries(1);
  EXPECT_EQ(world.outbox().front().last_status, 302U);
  EXPECT_EQ(receiver.calls().size(), 1U);
  EXPECT_TRUE(inside.calls().empty());
}

INSTANTIATE_TEST_SUITE_P(Rows, ForbiddenRedirect,
                         ::testing::Values(Forbidden{"loopback", "127.0.0.1"},
                                           Forbidden{"metadata", "169.254.169.254"},
                                           Forbidden{"name", "localhost"}),
                         [](const auto& row) { return row.param.name; });

struct Hostile {
  const char* name;
  std::string answer;
  const char* problem;
};
class HostileTarget : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileTarget, WH_08_ends_in_time_and_is_a_failed_try) {
  RawServer server([](RawServer::Peer& peer, int) {
    peer.read_request();
    peer.send(GetParam().answer);
    peer.wait_for_end();
  });
  WebhookTarget hostile = target(server.url());
  hostile.timeout = milliseconds{200};
  World world({hostile});
  world.tell("alice");
  world.until_tries(1);
  EXPECT_EQ(world.outbox().front().last_problem, GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, HostileTarget,
    ::testing::Values(Hostile{"silence", "", "timeout"},
                      Hostile{"half_an_answer", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "timeout"},
                      Hostile{"too_large",
                              "HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + std::string(70000, ' '),
                              "too_large"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace couplet::server
