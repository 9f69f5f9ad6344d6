// SPDX-License-Identifier: Apache-2.0
#include "server/purger.hpp"

#include <gtest/gtest.h>

#include "base/testing/run_task.hpp"
#include "server/common/testing/test_config.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server {
namespace {

using std::chrono::hours;

/// Each look at it takes a while, so that what is timed does, too.
class SlowClock final : public Clock {
 public:
  static constexpr milliseconds kTick{40};
  Instant now() const override { return from_unix_seconds(1'800'000'000); }
  std::chrono::nanoseconds monotonic() const override { return passed_ += kTick; }

 private:
  mutable milliseconds passed_{0};
};

class PurgerTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kAtOnce = Purger::kAtOnce;

  void code(hours expired) {
    AuthorizationCodeRecord code;
    code.selector = CodeSelector::make(clock.now() - expired, random);
    code.expires_at = clock.now() - expired;
    ASSERT_TRUE(run_task(store->insert_code(code)));
  }
  /// And its news.
  void failed_attempt(hours age) {
    LinkAttempt attempt;
    attempt.attempt_id = AttemptId::make(clock.now() - age, random);
    attempt.skill = SkillName("ride-hailer");
    attempt.user = UserId("alice");
    attempt.status = AttemptStatus::failed;
    attempt.created_at = attempt.updated_at = clock.now() - age;
    ASSERT_TRUE(run_task(store->begin_attempt(attempt)));
  }
  void event(hours age) {
    SkillEvent event;
    event.skill = SkillName("ride-hailer");
    event.request_id = to_base64url(random.bytes<16>());
    event.created_at = event.received_at = clock.now() - age;
    ASSERT_TRUE(run_task(store->record_event(event)));
  }
  milliseconds step() { return run_task(purger.step()); }
  /// How many steps it takes until nothing is left.
  int steps() {
    for (int taken = 1; taken < 100; ++taken)
      if (step() == Purger::kNothingLeft) return taken;
    return 100;
  }

  Config config = testing::test_config();
  SlowClock clock;
  SeededRandom random{11};
  std::unique_ptr<storage::Database> database = storage::make_memory_database();
  std::unique_ptr<storage::Store> store = database->open_store();
  Purger purger{config, *store, clock};
};

TEST_F(PurgerTest, FT_11_each_kind_goes_step_by_step_until_nothing_is_left) {
  for (std::size_t i = 0; i < 2 * kAtOnce + 1; ++i) code(hours{25});
  EXPECT_EQ(steps(), 3);
  for (std::size_t i = 0; i < 2 * kAtOnce + 1; ++i) event(hours{73});
  EXPECT_EQ(steps(), 3);
  config.settings.storage.keep_webhooks = hours{1000};
  for (std::size_t i = 0; i < 2 * kAtOnce + 1; ++i) failed_attempt(hours{900});
  EXPECT_EQ(steps(), 3);
  EXPECT_TRUE(run_task(store->find_attempts_of_user(UserId("alice"))).value().empty());
  EXPECT_EQ(run_task(store->unaddressed_news(10 * kAtOnce)).value().size(), 2 * kAtOnce + 1);
  config.settings.storage.keep_webhooks = hours{800};
  EXPECT_EQ(steps(), 3);
  EXPECT_TRUE(run_task(store->unaddressed_news(1)).value().empty());
}

TEST_F(PurgerTest, FT_11_a_step_is_bounded_and_followed_by_a_pause_as_long_as_itself) {
  for (std::size_t i = 0; i < kAtOnce + 1; ++i) code(hours{25});
  EXPECT_EQ(step(), SlowClock::kTick);
  EXPECT_EQ(run_task(store->purge_codes(clock.now(), 10)).value(), 1U) << "what one step has left";
}

TEST_F(PurgerTest, FT_11_what_may_still_be_needed_stays) {
  code(hours{23});
  event(hours{71});
  failed_attempt(hours{29 * 24});
  EXPECT_EQ(step(), Purger::kNothingLeft);
  EXPECT_EQ(run_task(store->purge_codes(clock.now(), 10)).value(), 1U);
  EXPECT_EQ(run_task(store->purge_events(clock.now(), 10)).value(), 1U);
  EXPECT_EQ(run_task(store->purge_attempts(clock.now(), 10)).value(), 1U);
  EXPECT_EQ(run_task(store->purge_news(clock.now(), 10)).value(), 1U);
}

TEST_F(PurgerTest, FT_11_a_store_that_fails_is_left_alone_for_a_while) {
  database->close();
  EXPECT_EQ(step(), Purger::kNothingLeft);
}

}  // namespace
}  // namespace couplet::server
