// SPDX-License-Identifier: Apache-2.0
#include "emulator/walk/walk_report.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace couplet::emulator {
namespace {

std::string printed(const StepReport& step) {
  std::ostringstream out;
  print(out, step);
  return out.str();
}

StepReport token_step() {
  StepReport step;
  step.number = 5;
  step.title = "The Amazon code for an Amazon token";
  step.lines = {{"couplet → LWA",
                 "POST",
                 "https://api.amazon.com/auth/o2/token",
                 200,
                 std::chrono::milliseconds(12),
                 {{"code", "ANab…"}},
                 {{"expires_in", "3600"}}}};
  return step;
}

TEST(WalkReport, a_good_step) {
  EXPECT_EQ(printed(token_step()),
            "✓ 5  The Amazon code for an Amazon token\n"
            "     couplet → LWA       200    12 ms  POST   https://api.amazon.com/auth/o2/token\n"
            "         > code=ANab…\n"
            "         < expires_in=3600\n");
}

TEST(WalkReport, a_failed_step_says_why_and_what_next) {
  StepReport step = token_step();
  step.lines.clear();
  step.problem = "LWA refused";
  step.next_step = "compare the secrets";
  EXPECT_EQ(printed(step),
            "✗ 5  The Amazon code for an Amazon token\n"
            "     reason:    LWA refused\n"
            "     next step: compare the secrets\n");
}

TEST(WalkReport, a_step_that_was_not_tried_says_so) {
  StepReport step = token_step();
  step.lines.clear();
  step.skipped = true;
  EXPECT_EQ(printed(step),
            "– 5  The Amazon code for an Amazon token\n     not tried: an earlier step failed\n");
}

TEST(WalkReport, text_from_outside_cannot_steer_the_terminal) {
  StepReport step = token_step();
  step.problem = "\x1b[2Jgone";
  EXPECT_EQ(printed(step).find('\x1b'), std::string::npos);
}

TEST(WalkReport, padding_counts_characters_and_not_bytes) {
  EXPECT_EQ(padded("a→b", 5), "a→b  ");
  EXPECT_EQ(padded("abcdef", 3), "abcdef");
}

}  // namespace
}  // namespace couplet::emulator
