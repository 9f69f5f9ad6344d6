// SPDX-License-Identifier: Apache-2.0
#include "base/unstepped_clock.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "base/log.hpp"

namespace couplet {
namespace {

using std::chrono::hours;

// A machine whose two clocks are moved apart.
struct Machine final : Clock {
  Instant wall = from_unix_seconds(1'800'000'000);
  std::chrono::nanoseconds up{0};

  [[nodiscard]] Instant now() const override { return wall; }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override { return up; }
  void pass(milliseconds time) {
    wall += time;
    up += time;
  }
};

struct Unstepped : testing::Test {
  Machine machine;
  UnsteppedClock clock{machine};
  const Instant start = machine.wall;

  template <class Step>
  static std::string logged(Step step) {
    testing::internal::CaptureStderr();
    log::start(log::Level::warn, "test");
    step();
    log::stop();
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(Unstepped, follows_a_machine_that_nobody_sets) {
  for (int i = 0; i < 100; ++i) {
    machine.pass(milliseconds{700});
    EXPECT_EQ(clock.now(), machine.wall);
  }
  EXPECT_EQ(clock.monotonic(), machine.up);
}

TEST_F(Unstepped, TM_01_an_hour_back_brings_nothing_dead_to_life) {
  const Instant code_ends = start + minutes{5};
  machine.pass(minutes{6});
  ASSERT_GE(clock.now(), code_ends);
  machine.wall -= hours{1};
  Instant last = clock.now();
  EXPECT_EQ(last, start + minutes{6});
  for (int minute = 1; minute < 120; ++minute) {
    machine.pass(minutes{1});
    const Instant now = clock.now();
    EXPECT_GE(now, code_ends) << minute;
    EXPECT_EQ(now - last, seconds{30}) << "half its pace, in minute " << minute;
    EXPECT_EQ(clock.now(), now);
    last = now;
  }
  machine.pass(minutes{1});
  EXPECT_EQ(clock.now(), machine.wall) << "two hours later it is right again";
  machine.pass(minutes{1});
  EXPECT_EQ(clock.now(), machine.wall);
}

TEST_F(Unstepped, TM_01_set_back_again_while_it_catches_up) {
  machine.wall -= minutes{1};
  machine.pass(minutes{1});
  const Instant before = clock.now();
  machine.wall -= minutes{1};
  EXPECT_EQ(clock.now(), before);
  machine.pass(minutes{4});
  EXPECT_EQ(clock.now(), machine.wall);
}

TEST_F(Unstepped, TM_01_a_leap_forward_is_followed) {
  machine.wall += hours{1};
  EXPECT_EQ(clock.now(), machine.wall);
}

TEST_F(Unstepped, TM_01_steps_are_told_once_and_small_corrections_are_not) {
  const auto lines_after = [this](seconds step) {
    return logged([&] {
      machine.wall += step;
      const Instant at_once = clock.now();
      EXPECT_EQ(clock.now(), at_once);
    });
  };
  EXPECT_NE(lines_after(hours{1}).find("3600000"), std::string::npos);
  EXPECT_NE(lines_after(-hours{1}).find("-3600000"), std::string::npos);
  EXPECT_EQ(lines_after(seconds{9}), "");
  EXPECT_EQ(lines_after(-seconds{9}), "");
  const std::string lines = lines_after(seconds{10});
  EXPECT_EQ(std::ranges::count(lines, '\n'), 1) << lines;
}

}  // namespace
}  // namespace couplet
