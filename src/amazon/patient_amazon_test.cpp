// SPDX-License-Identifier: Apache-2.0
#include "amazon/patient_amazon.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "amazon/retry.hpp"
#include "base/testing/fake_pauses.hpp"
#include "base/testing/run_task.hpp"

namespace couplet::amazon {
namespace {

using alexa::AmazonFailure;
using alexa::AmazonTokens;
using alexa::Enablement;

/// Answers each call with the next failure, and well when there is none left.
class ScriptedAmazon final : public AmazonApi {
 public:
  Task<AmazonResult<AmazonTokens>> exchange_code(const Skill&, alexa::AmazonCode, std::string,
                                                 alexa::AmazonCodeVerifier, HopSink) override {
    co_return next<AmazonTokens>();
  }
  Task<AmazonResult<AmazonTokens>> refresh(const Skill&, AmazonTokens, HopSink) override {
    co_return next<AmazonTokens>();
  }
  Task<std::vector<std::string>> find_api_hosts(alexa::AmazonAccessToken, HopSink) override {
    ++calls;
    co_return std::vector<std::string>{"api.amazonalexa.com"};
  }
  Task<AmazonResult<Enablement>> enable(const Skill&, std::string, alexa::AmazonAccessToken, std::string,
                                        std::string, HopSink) override {
    co_return next<Enablement>();
  }
  Task<AmazonResult<Enablement>> status(const Skill&, std::string, alexa::AmazonAccessToken,
                                        HopSink) override {
    co_return next<Enablement>();
  }
  Task<AmazonResult<void>> disable(const Skill&, std::string, alexa::AmazonAccessToken, HopSink) override {
    co_return next<void>();
  }

  int calls = 0;
  std::deque<AmazonFailure> failures;
  std::function<void()> on_call;

 private:
  template <class T>
  AmazonResult<T> next() {
    ++calls;
    if (on_call) on_call();
    if (failures.empty()) return AmazonResult<T>{};
    const AmazonFailure failure = failures.front();
    failures.pop_front();
    return std::unexpected(failure);
  }
};

const AmazonFailure kBusy{"unavailable", 503, true};
const AmazonFailure kTimeout{"timeout", 0, true};
const AmazonFailure kInvalidGrant{"invalid_grant", 400, false};

class PatientAmazonTest : public testing::Test {
 protected:
  AmazonResult<AmazonTokens> exchange() {
    return run_task(
        patient.exchange_code(skill, alexa::AmazonCode(std::string("code")), "https://x", {}, {}));
  }

  FakeClock clock{from_unix_seconds(1'800'000'000)};
  FakePauses pauses{clock};
  SeededRandom random{7};
  Skill skill;
  ScriptedAmazon amazon;
  PatientAmazon patient{amazon, pauses, clock, random};
};

TEST_F(PatientAmazonTest, LW_06_is_tried_again_with_growing_jittered_pauses) {
  amazon.failures = {kBusy, kTimeout};
  EXPECT_TRUE(exchange());
  EXPECT_EQ(amazon.calls, 3);
  ASSERT_EQ(pauses.taken.size(), 2u);
  EXPECT_GE(pauses.taken[0], milliseconds{125});
  EXPECT_LE(pauses.taken[0], milliseconds{250});
  EXPECT_GE(pauses.taken[1], milliseconds{500});
  EXPECT_LE(pauses.taken[1], milliseconds{1000});
}

TEST_F(PatientAmazonTest, LW_06_gives_up_after_three_tries) {
  amazon.failures = {kBusy, kBusy, kBusy, kBusy};
  EXPECT_EQ(exchange().error().code, "unavailable");
  EXPECT_EQ(amazon.calls, 3);
}

TEST_F(PatientAmazonTest, LW_06_what_amazon_refuses_is_not_tried_again) {
  for (const char* code : {"invalid_grant", "invalid_client", "invalid_request", "bad_answer", "other"}) {
    amazon.calls = 0;
    amazon.failures = {{code, 400, false}};
    EXPECT_EQ(exchange().error().code, code);
    EXPECT_EQ(amazon.calls, 1) << code;
  }
}

TEST_F(PatientAmazonTest, LW_07_a_code_that_the_first_try_has_burnt_is_reported_as_such) {
  amazon.failures = {kTimeout, kInvalidGrant, kBusy};
  EXPECT_EQ(exchange().error().code, "invalid_grant");
  EXPECT_EQ(amazon.calls, 2);
}

TEST_F(PatientAmazonTest, LW_06_retry_after_is_obeyed_or_there_is_no_try) {
  amazon.failures = {{"unavailable", 429, true, seconds{3}}};
  EXPECT_TRUE(exchange());
  EXPECT_EQ(pauses.taken.back(), seconds{3});
  amazon.calls = 0;
  amazon.failures = {{"unavailable", 429, true, seconds{3600}}};
  EXPECT_EQ(exchange().error().code, "unavailable");
  EXPECT_EQ(amazon.calls, 1);
}

TEST_F(PatientAmazonTest, LW_06_no_try_begins_when_nobody_can_be_waiting_any_more) {
  amazon.failures = {kTimeout, kTimeout, kTimeout};
  amazon.on_call = [this] { clock.advance(seconds{8}); };
  EXPECT_EQ(exchange().error().code, "timeout");
  EXPECT_EQ(amazon.calls, 2);
}

TEST_F(PatientAmazonTest, LW_06_the_safe_calls_are_tried_again_and_the_enablement_is_not) {
  const auto calls_of = [this](auto call) {
    amazon.calls = 0;
    amazon.failures = {kBusy};
    call();
    amazon.failures.clear();
    return amazon.calls;
  };
  EXPECT_EQ(calls_of([&] { static_cast<void>(run_task(patient.refresh(skill, {}, {}))); }), 2);
  EXPECT_EQ(calls_of([&] { static_cast<void>(run_task(patient.status(skill, "h", {}, {}))); }), 2);
  EXPECT_EQ(calls_of([&] { static_cast<void>(run_task(patient.disable(skill, "h", {}, {}))); }), 2);
  EXPECT_EQ(calls_of([&] { static_cast<void>(run_task(patient.enable(skill, "h", {}, "c", "r", {}))); }), 1);
}

}  // namespace
}  // namespace couplet::amazon
