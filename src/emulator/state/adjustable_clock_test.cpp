// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/adjustable_clock.hpp"

#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kClock = "http://127.0.0.1:8090/_emulator/api/clock";

class ClockTest : public ::testing::Test {
 protected:
  http::Response put(const std::string& body) {
    return amazon.send(
        {.method = "PUT", .url = kClock, .headers = {{"Content-Type", "application/json"}}, .body = body});
  }
  std::string now() { return text_of(body_of(amazon.get(kClock)), "now"); }

  AmazonUnderTest amazon;
};

TEST_F(ClockTest, it_follows_the_machine_until_it_is_moved) {
  amazon.clock.advance(seconds(7));
  EXPECT_EQ(now(), "2026-03-01T10:00:07.000Z");
}

TEST_F(ClockTest, a_frozen_clock_moves_by_hand_only_and_goes_on_from_there) {
  EXPECT_EQ(put(R"({"frozen":true})").status, 200);
  amazon.clock.advance(seconds(60));
  EXPECT_EQ(now(), "2026-03-01T10:00:00.000Z");
  amazon.post_json(kClock + "/advance", R"({"seconds":10})");
  EXPECT_EQ(now(), "2026-03-01T10:00:10.000Z");
  put(R"({"frozen":false})");
  amazon.clock.advance(seconds(1));
  EXPECT_EQ(now(), "2026-03-01T10:00:11.000Z");
}

TEST_F(ClockTest, at_a_rate_it_runs_faster_from_now_on) {
  amazon.clock.advance(seconds(10));
  EXPECT_EQ(put(R"({"rate":3600})").status, 200);
  amazon.clock.advance(seconds(2));
  EXPECT_EQ(now(), "2026-03-01T12:00:10.000Z");
  put(R"({"rate":0.5})");
  amazon.clock.advance(seconds(2));
  EXPECT_EQ(now(), "2026-03-01T12:00:11.000Z");
}

TEST_F(ClockTest, it_can_be_set_forward_and_back) {
  EXPECT_EQ(put(R"({"now":"2027-01-01T00:00:00Z"})").status, 200);
  EXPECT_EQ(now(), "2027-01-01T00:00:00.000Z");
  put(R"({"now":"2025-01-01T00:00:00Z"})");
  amazon.clock.advance(seconds(1));
  EXPECT_EQ(now(), "2025-01-01T00:00:01.000Z");
  amazon.post_json("http://127.0.0.1:8090/_emulator/api/reset", "");
  EXPECT_EQ(now(), "2026-03-01T10:00:01.000Z");
}

TEST_F(ClockTest, it_can_be_set_against_the_machine) {
  amazon.post_json(kClock + "/advance", R"({"seconds":604800})");
  amazon.clock.advance(seconds(5));
  EXPECT_EQ(put(R"({"ahead_seconds":0})").status, 200);
  EXPECT_EQ(now(), "2026-03-01T10:00:05.000Z");
  put(R"({"ahead_seconds":-5})");
  EXPECT_EQ(now(), "2026-03-01T10:00:00.000Z");
}

TEST_F(ClockTest, what_no_clock_can_do_is_refused_and_nothing_changes) {
  for (const char* body :
       {R"({"rate":0})", R"({"rate":-1})", R"({"rate":1e9})", R"({"rate":"fast"})", R"({"now":"tomorrow"})",
        R"({"now":"9999-01-01T00:00:00Z"})", R"({"frozen":1})", R"({"speed":2})", "[]"})
    EXPECT_EQ(put(body).status, 400) << body;
  EXPECT_EQ(put(amazon.get(kClock).body).status, 200) << "what GET shows can be sent back";
  EXPECT_EQ(now(), "2026-03-01T10:00:00.000Z");
}

}  // namespace
}  // namespace couplet::emulator::test
