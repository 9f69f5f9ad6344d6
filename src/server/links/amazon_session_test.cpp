// SPDX-License-Identifier: Apache-2.0
#include "server/links/amazon_session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "server/links/testing/linked_world.hpp"

namespace couplet::server {
namespace {

constexpr const char* kId = "amzn1.ask.account.A";

class AmazonSessionTest : public testing::LinkedWorld {
 protected:
  /// So many looks at one moment; how many were answered.
  int looks_at_once(int count, const AccountLink& seen) {
    boost::asio::io_context context;
    int answered = 0;
    for (int i = 0; i < count; ++i)
      boost::asio::co_spawn(
          context, session.status(skill, seen),
          [&](std::exception_ptr failure, const amazon::AmazonResult<alexa::Enablement>& seen_there) {
            if (!failure && seen_there) ++answered;
          });
    context.run();
    return answered;
  }
};

TEST_F(AmazonSessionTest, LW_09_a_token_that_is_about_to_expire_is_refreshed_first_and_kept) {
  const auto seen = link("alice", kId, seconds{30});
  EXPECT_TRUE(run_task(session.status(skill, seen)));
  EXPECT_EQ(amazon.calls["lwa.refresh"], 1);
  const auto tokens =
      alexa::open_tokens(stored("alice").sealed_amazon_tokens, skill.name, UserId("alice"), *config.keys);
  EXPECT_EQ(tokens.value().refresh_token.reveal(), "Atzr|r");
  EXPECT_TRUE(run_task(session.status(skill, stored("alice"))));
  EXPECT_EQ(amazon.calls["lwa.refresh"], 1);
}

TEST_F(AmazonSessionTest, LW_09_twenty_needs_at_once_make_one_refresh) {
  const auto seen = link("alice", kId, seconds{30});
  EXPECT_EQ(looks_at_once(20, seen), 20);
  EXPECT_EQ(amazon.calls["lwa.refresh"], 1);
}

TEST_F(AmazonSessionTest, LW_09_a_node_that_died_in_a_refresh_holds_up_nobody_for_long) {
  const auto seen = link("alice", kId, seconds{30});
  must(store->take_lease("amazon_refresh/ride-hailer/alice", "dead", clock.now(), clock.now() + seconds{5}));
  EXPECT_TRUE(run_task(session.status(skill, seen)));
  EXPECT_EQ(amazon.calls["lwa.refresh"], 1);
}

TEST_F(AmazonSessionTest, LW_09_whoever_waits_for_a_refresh_gives_up_in_time) {
  const auto seen = link("alice", kId, seconds{30});
  must(
      store->take_lease("amazon_refresh/ride-hailer/alice", "slow", clock.now(), clock.now() + seconds{600}));
  const auto before = clock.now();
  EXPECT_EQ(run_task(session.status(skill, seen)).error().code, "timeout");
  EXPECT_LT(clock.now() - before, seconds{20});
}

TEST_F(AmazonSessionTest, LW_10_whoever_waits_hears_that_the_link_has_ended) {
  const auto seen = link("alice", kId, seconds{30});
  must(store->take_lease("amazon_refresh/ride-hailer/alice", "other", clock.now(),
                         clock.now() + seconds{600}));
  pauses.meanwhile = [&] { must(store->unlink(stored("alice"), EvidenceSource::event, clock.now())); };
  EXPECT_EQ(run_task(session.status(skill, seen)).error().code, "unauthorized");
  EXPECT_EQ(amazon.calls["lwa.refresh"], 0);
}

TEST_F(AmazonSessionTest, LW_09_a_refused_token_is_refreshed_once) {
  const alexa::AmazonFailure refused{"unauthorized", 401, false};
  const auto seen = link("alice");
  amazon.status_script = {refused, refused};
  EXPECT_EQ(run_task(session.status(skill, seen)).error().code, "unauthorized");
  EXPECT_EQ(amazon.calls["lwa.refresh"], 1);
  EXPECT_EQ(amazon.calls["alexa.status"], 2);
}

}  // namespace
}  // namespace couplet::server
