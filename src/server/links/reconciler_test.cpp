// SPDX-License-Identifier: Apache-2.0
#include "server/links/reconciler.hpp"

#include "server/links/testing/linked_world.hpp"

namespace couplet::server {
namespace {

class ReconcilerTest : public testing::LinkedWorld {
 protected:
  milliseconds step() { return run_task(reconciler.step()); }
  int looks() { return amazon.calls["alexa.status"]; }

  Reconciler reconciler{config, *store, check, clock, random, metrics};
};

TEST_F(ReconcilerTest, EN_12_a_link_is_looked_at_when_its_evidence_is_old) {
  link("alice");
  step();
  EXPECT_EQ(looks(), 0);
  clock.advance(config.settings.amazon.recheck_links_after + seconds{1});
  EXPECT_EQ(step(), seconds{1}) << "60 a minute";
  EXPECT_EQ(looks(), 1);
  EXPECT_EQ(stored("alice").checked_at, clock.now());
  step();
  EXPECT_EQ(looks(), 1) << "its evidence is new";
}

TEST_F(ReconcilerTest, EN_12_a_link_that_amazon_no_longer_has_ends_here) {
  link("alice");
  amazon.enabled = false;
  clock.advance(config.settings.amazon.recheck_links_after + seconds{1});
  step();
  EXPECT_EQ(stored("alice").status, LinkStatus::NOT_LINKED);
  EXPECT_EQ(stored("alice").evidence, EvidenceSource::status_answer);
}

TEST_F(ReconcilerTest, EN_11_amazons_silence_changes_nothing_and_slows_the_sweep) {
  link("alice");
  link("bob", "amzn1.ask.account.B");
  clock.advance(config.settings.amazon.recheck_links_after + seconds{1});
  amazon.status_script = {{{"unavailable", 503, true}}};
  EXPECT_EQ(step(), seconds{300});
  EXPECT_EQ(stored("alice").status, LinkStatus::LINKED);
  EXPECT_EQ(step(), seconds{1}) << "the next one is not held up by the first";
  EXPECT_EQ(stored("bob").checked_at, clock.now());
}

TEST_F(ReconcilerTest, EN_12_one_that_cannot_be_asked_about_comes_again_after_all_others) {
  for (const char* user : {"alice", "bob", "carol"}) link(user, user);
  clock.advance(config.settings.amazon.recheck_links_after + seconds{1});
  amazon.status_script = {{{"unavailable", 503, true}}};
  for (int i = 0; i < 3; ++i) step();
  EXPECT_NE(stored("alice").checked_at, clock.now());
  step();  // the end of the list
  step();
  EXPECT_EQ(stored("alice").checked_at, clock.now());
}

TEST_F(ReconcilerTest, EN_12_of_two_nodes_one_does_it) {
  link("alice");
  clock.advance(config.settings.amazon.recheck_links_after + seconds{1});
  Reconciler other{config, *store, check, clock, random, metrics};
  step();
  run_task(other.step());
  EXPECT_EQ(looks(), 1);
}

TEST_F(ReconcilerTest, EN_12_it_can_be_switched_off) {
  config.settings.amazon.recheck_links_after = seconds{0};
  link("alice");
  clock.advance(std::chrono::hours{24 * 365});
  step();
  EXPECT_EQ(looks(), 0);
}

}  // namespace
}  // namespace couplet::server
