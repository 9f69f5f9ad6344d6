// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/sessions.hpp"

#include <gtest/gtest.h>

namespace couplet::ride_hailer {
namespace {

using std::chrono::hours;

SessionKey key() { return SessionKey{"0123456789abcdef0123456789abcdef"}; }

struct RideHailerSessions : testing::Test {
  FakeClock clock{from_unix_seconds(1'760'000'000)};
  SeededRandom random{7};
  Sessions sessions{SessionLimits{hours{1}, hours{5}, 3}, key(), clock, random};
};

TEST_F(RideHailerSessions, BR_05_each_sign_in_gets_an_id_of_its_own) {
  const auto first = sessions.start("user-alice");
  const auto second = sessions.start("user-alice");
  EXPECT_NE(first.reveal(), second.reveal());
  EXPECT_EQ(first.reveal().size(), 43U);  // 256 bits
  EXPECT_EQ(sessions.user_id(first), "user-alice");
}

TEST_F(RideHailerSessions, an_unknown_or_visitor_id_is_nobody) {
  EXPECT_EQ(sessions.user_id(SessionId{"made-up"}), std::nullopt);
  EXPECT_EQ(sessions.user_id(sessions.visitor_id()), std::nullopt);
}

TEST_F(RideHailerSessions, BR_05_gone_after_sign_out) {
  const auto id = sessions.start("user-alice");
  sessions.end(id);
  EXPECT_EQ(sessions.user_id(id), std::nullopt);
}

TEST_F(RideHailerSessions, BR_05_idle_limit_counts_from_the_last_use) {
  const auto id = sessions.start("user-alice");
  clock.advance(minutes{59});
  EXPECT_EQ(sessions.user_id(id), "user-alice");
  clock.advance(minutes{59});
  EXPECT_EQ(sessions.user_id(id), "user-alice");
  clock.advance(minutes{60});
  EXPECT_EQ(sessions.user_id(id), std::nullopt);
}

TEST_F(RideHailerSessions, BR_05_absolute_limit_holds_however_busy_it_is) {
  const auto id = sessions.start("user-alice");
  for (int i = 0; i < 9; ++i) {
    clock.advance(minutes{30});
    EXPECT_EQ(sessions.user_id(id), "user-alice");
  }
  clock.advance(minutes{30});
  EXPECT_EQ(sessions.user_id(id), std::nullopt);
}

TEST_F(RideHailerSessions, BR_06_a_csrf_token_fits_its_own_session_only) {
  const auto alice = sessions.start("user-alice");
  const auto bob = sessions.start("user-bob");
  EXPECT_TRUE(sessions.csrf_matches(alice, sessions.csrf_token(alice)));
  EXPECT_FALSE(sessions.csrf_matches(alice, sessions.csrf_token(bob)));
  EXPECT_FALSE(sessions.csrf_matches(alice, ""));
}

TEST_F(RideHailerSessions, BR_06_a_csrf_token_needs_the_key) {
  Sessions other{SessionLimits{}, SessionKey{"another key, also long enough..."}, clock, random};
  const auto id = sessions.start("user-alice");
  EXPECT_FALSE(sessions.csrf_matches(id, other.csrf_token(id)));
}

TEST_F(RideHailerSessions, notices_and_returns_are_taken_once) {
  const auto id = sessions.start("user-alice");
  sessions.put_notice(id, {Notice::Kind::bad, "no", "ref"});
  sessions.put_alexa_return(id, {"code", "state", "", ""});
  EXPECT_TRUE(sessions.has_alexa_return(id));
  EXPECT_EQ(sessions.take_notice(id)->text, "no");
  EXPECT_EQ(sessions.take_alexa_return(id)->code, "code");
  EXPECT_FALSE(sessions.take_notice(id).has_value());
  EXPECT_FALSE(sessions.take_alexa_return(id).has_value());
  EXPECT_FALSE(sessions.has_alexa_return(id));
}

TEST_F(RideHailerSessions, a_full_house_drops_the_longest_idle) {
  const auto first = sessions.start("a");
  clock.advance(minutes{1});
  const auto second = sessions.start("b");
  clock.advance(minutes{1});
  const auto third = sessions.start("c");
  clock.advance(minutes{1});
  EXPECT_EQ(sessions.user_id(first), "a");  // used again, so the second is idle longest
  const auto fourth = sessions.start("d");
  EXPECT_EQ(sessions.user_id(second), std::nullopt);
  EXPECT_EQ(sessions.user_id(first), "a");
  EXPECT_EQ(sessions.user_id(third), "c");
  EXPECT_EQ(sessions.user_id(fourth), "d");
}

}  // namespace
}  // namespace couplet::ride_hailer
