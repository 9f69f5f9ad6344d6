// SPDX-License-Identifier: Apache-2.0
#include "alexa/link_saga.hpp"

#include <gtest/gtest.h>

namespace couplet::alexa {
namespace {

const Instant kNow = from_unix_seconds(1'800'000'000);

LinkAttempt attempt_at(AttemptStatus status) {
  LinkAttempt attempt;
  attempt.status = status;
  if (status != AttemptStatus::received) attempt.sealed_amazon_tokens = {std::byte{1}};
  if (status == AttemptStatus::coded || status == AttemptStatus::enabled) {
    attempt.api_host = "api.amazonalexa.com";
    attempt.code_selector = CodeSelector{};
    attempt.enablement_tries = 1;
  }
  return attempt;
}

CallFailed enablement_failed(const char* code, int status, bool unknown) {
  return {LinkStep::enablement, {code, status, unknown}};
}

TEST(SG_01, the_straight_road_stores_each_step_before_the_next_call) {
  Step step = resume(attempt_at(AttemptStatus::received), Begun{}, kNow);
  EXPECT_EQ(step.next, Next::exchange_code);
  step = resume(step.store_first, Exchanged{{std::byte{7}}}, kNow);
  EXPECT_EQ(step.next, Next::find_api_host);
  EXPECT_EQ(step.store_first.status, AttemptStatus::exchanged);
  EXPECT_EQ(step.store_first.sealed_amazon_tokens, Bytes{std::byte{7}})
      << "before the enablement call (LW-11)";
  step = resume(step.store_first, HostFound{"api.eu.amazonalexa.com"}, kNow);
  EXPECT_EQ(step.next, Next::mint_code);
  EXPECT_EQ(step.store_first.api_host, "api.eu.amazonalexa.com");
  step = resume(step.store_first, CodeMinted{CodeSelector{}}, kNow);
  EXPECT_EQ(step.next, Next::enable_skill);
  EXPECT_EQ(step.store_first.status, AttemptStatus::coded);
  EXPECT_EQ(step.store_first.enablement_tries, 1U);
  step = resume(step.store_first, Enabled{AlexaUserId("amzn1.ask.account.A")}, kNow);
  EXPECT_EQ(step.next, Next::complete);
  EXPECT_EQ(step.store_first.status, AttemptStatus::enabled);
  EXPECT_EQ(step.store_first.alexa_user_id, AlexaUserId("amzn1.ask.account.A"));
  step = resume(step.store_first, Stored{}, kNow);
  EXPECT_EQ(step.next, Next::stop);
}

TEST(EN_09, while_alexa_holds_our_tokens_and_may_still_be_at_it_no_fresh_code_is_made) {
  SeededRandom random(1);
  LinkAttempt attempt = attempt_at(AttemptStatus::coded);
  attempt.code_selector = CodeSelector::make(kNow, random);
  const StatusSeen half_done{false, false, true, {}};
  const Instant last_moment = kNow + kAmazonMayStillWork - milliseconds{1};
  EXPECT_EQ(resume(attempt, half_done, last_moment).next, Next::ask_status_again);
  EXPECT_EQ(resume(attempt, half_done, kNow + kAmazonMayStillWork).next, Next::mint_code);
  EXPECT_EQ(resume(attempt, StatusSeen{false, false, false, {}}, last_moment).next, Next::mint_code)
      << "the code was not redeemed, and will not be once it is withdrawn";
  attempt.failed_code = "server_error";
  EXPECT_EQ(resume(attempt, half_done, last_moment).next, Next::mint_code) << "a 500 is an answer";
}

TEST(SG_01, after_a_crash_each_status_goes_on_where_it_is_safe) {
  const auto picked_up = [](AttemptStatus status) { return resume(attempt_at(status), PickedUp{}, kNow); };
  const Step received = picked_up(AttemptStatus::received);
  EXPECT_EQ(received.next, Next::withdraw_and_fail) << "Amazon's code may be spent, and is not stored";
  EXPECT_EQ(received.store_first.failed_code, "interrupted");
  EXPECT_EQ(picked_up(AttemptStatus::exchanged).next, Next::find_api_host);
  EXPECT_EQ(picked_up(AttemptStatus::coded).next, Next::ask_status)
      << "the enablement call may have been sent";
  EXPECT_EQ(picked_up(AttemptStatus::enabled).next, Next::complete);
  EXPECT_EQ(picked_up(AttemptStatus::linked).next, Next::stop);
  EXPECT_EQ(picked_up(AttemptStatus::failed).next, Next::stop);
}

TEST(LW_07, a_failed_exchange_ends_the_attempt_and_keeps_no_token) {
  const Step step = resume(attempt_at(AttemptStatus::received),
                           CallFailed{LinkStep::token, {"invalid_grant", 400, false}}, kNow);
  EXPECT_EQ(step.next, Next::withdraw_and_fail);
  EXPECT_EQ(step.store_first.status, AttemptStatus::failed);
  EXPECT_EQ(step.store_first.failed_step, "token");
  EXPECT_EQ(step.store_first.failed_code, "invalid_grant");
  EXPECT_TRUE(step.store_first.sealed_amazon_tokens.empty());
}

TEST(EN_09, an_unknown_outcome_is_asked_for_before_anything_else) {
  for (const auto& failed :
       {enablement_failed("timeout", 0, true), enablement_failed("server_error", 500, true),
        enablement_failed("unavailable", 0, true)})
    EXPECT_EQ(resume(attempt_at(AttemptStatus::coded), failed, kNow).next, Next::ask_status);
}

TEST(EN_10, a_new_try_has_a_fresh_code_and_tries_are_bounded) {
  LinkAttempt attempt = attempt_at(AttemptStatus::coded);
  Step step = resume(attempt, StatusSeen{false, false, false, {}}, kNow);
  EXPECT_EQ(step.next, Next::mint_code);
  attempt.enablement_tries = kEnablementTries;
  step = resume(attempt, StatusSeen{false, false, false, {}}, kNow);
  EXPECT_EQ(step.next, Next::withdraw_and_fail);
  step = resume(attempt, enablement_failed("unavailable", 429, false), kNow);
  EXPECT_EQ(step.next, Next::withdraw_and_fail);
}

TEST(EN_09, enabled_after_all_completes) {
  EXPECT_EQ(resume(attempt_at(AttemptStatus::coded), StatusSeen{true, true, true, {}}, kNow).next,
            Next::complete);
}

TEST(EN_05, the_answer_that_made_us_ask_is_the_one_reported) {
  LinkAttempt attempt = attempt_at(AttemptStatus::coded);
  attempt.enablement_tries = kEnablementTries;
  Step step = resume(attempt, enablement_failed("server_error", 500, true), kNow);
  ASSERT_EQ(step.next, Next::ask_status);
  step = resume(step.store_first, StatusSeen{false, false, false, {}}, kNow);
  EXPECT_EQ(step.next, Next::withdraw_and_fail);
  EXPECT_EQ(step.store_first.failed_code, "server_error");
}

TEST(EN_05, an_answer_that_was_overcome_is_forgotten) {
  Step step = resume(attempt_at(AttemptStatus::coded), enablement_failed("server_error", 500, true), kNow);
  EXPECT_EQ(resume(step.store_first, StatusSeen{true, true, true, {}}, kNow).store_first.failed_code, "");
  step = resume(step.store_first, StatusSeen{false, false, false, {}}, kNow);
  EXPECT_EQ(resume(step.store_first, CodeMinted{CodeSelector{}}, kNow).store_first.failed_code, "");
}

LinkAttempt coded_since(std::chrono::seconds age) {
  LinkAttempt attempt = attempt_at(AttemptStatus::coded);
  attempt.created_at = kNow - age;
  return attempt;
}

TEST(EN_09, when_asking_fails_too_nothing_is_guessed_and_the_attempt_waits) {
  const Step step = resume(coded_since(seconds{5}), AskFailed{{"timeout", 0, true}}, kNow);
  EXPECT_EQ(step.next, Next::wait);
  EXPECT_EQ(step.store_first.status, AttemptStatus::coded);
  EXPECT_TRUE(is_unsettled(step.store_first));
  EXPECT_FALSE(step.store_first.sealed_amazon_tokens.empty()) << "it takes them to ask again";
  EXPECT_EQ(resume(step.store_first, PickedUp{}, kNow).next, Next::ask_status);
  EXPECT_EQ(resume(step.store_first, StatusSeen{true, true, true, {}}, kNow).next, Next::complete);
}

TEST(EN_09, the_first_failure_is_the_one_that_is_kept) {
  LinkAttempt attempt = coded_since(seconds{5});
  attempt.failed_code = "server_error";
  EXPECT_EQ(resume(attempt, AskFailed{{"timeout", 0, true}}, kNow).store_first.failed_code, "server_error");
}

TEST(SG_08, asking_has_a_budget_and_grows_rarer) {
  const Step late = resume(coded_since(kSettleFor), AskFailed{{"timeout", 0, true}}, kNow);
  EXPECT_EQ(late.next, Next::withdraw_and_fail);
  EXPECT_EQ(late.store_first.failed_step, "enablement");
  EXPECT_EQ(late.store_first.failed_code, "timeout");
  LinkAttempt attempt = coded_since(minutes{10});
  attempt.updated_at = kNow;
  EXPECT_EQ(next_look(attempt), kNow + minutes{5});
}

TEST(EN_09, an_answer_that_leaves_no_doubt_is_final) {
  for (const char* code : {"unauthorized", "forbidden", "bad_answer", "interrupted"})
    EXPECT_EQ(resume(coded_since(seconds{5}), AskFailed{{code, 401, false}}, kNow).next,
              Next::withdraw_and_fail)
        << code;
}

TEST(EN_05, a_refusal_is_final) {
  for (const auto& failed :
       {enablement_failed("bad_request", 400, false), enablement_failed("unauthorized", 401, false),
        enablement_failed("forbidden", 403, false), enablement_failed("not_found", 404, false)}) {
    const Step step = resume(attempt_at(AttemptStatus::coded), failed, kNow);
    EXPECT_EQ(step.next, Next::withdraw_and_fail);
    EXPECT_EQ(step.store_first.failed_code, failed.failure.code);
  }
}

TEST(SG_02, a_failed_attempt_keeps_no_token_of_amazon) {
  const Step step =
      resume(attempt_at(AttemptStatus::coded), enablement_failed("forbidden", 403, false), kNow);
  EXPECT_EQ(step.store_first.status, AttemptStatus::failed);
  EXPECT_TRUE(step.store_first.sealed_amazon_tokens.empty());
}

TEST(EN_03, another_host_may_know_what_this_one_did_not) {
  EXPECT_TRUE(try_next_host({"forbidden", 403, false}));
  EXPECT_TRUE(try_next_host({"not_found", 404, false}));
  EXPECT_FALSE(try_next_host({"bad_request", 400, false}));
  EXPECT_FALSE(try_next_host({"timeout", 0, true}));
}

TEST(SG_08, no_sequence_of_failures_goes_on_for_ever) {
  Step step = resume(attempt_at(AttemptStatus::exchanged), PickedUp{}, kNow);
  int enablement_calls = 0;
  for (int i = 0; i < 100 && step.next != Next::withdraw_and_fail; ++i) {
    switch (step.next) {
      case Next::find_api_host:
        step = resume(step.store_first, HostFound{"api.amazonalexa.com"}, kNow);
        break;
      case Next::mint_code: step = resume(step.store_first, CodeMinted{CodeSelector{}}, kNow); break;
      case Next::enable_skill:
        ++enablement_calls;
        step = resume(step.store_first, enablement_failed("server_error", 500, true), kNow);
        break;
      case Next::ask_status_again:
      case Next::ask_status:
        step = resume(step.store_first, StatusSeen{false, false, false, {}}, kNow);
        break;
      default: FAIL() << "unexpected step";
    }
  }
  EXPECT_EQ(step.next, Next::withdraw_and_fail);
  EXPECT_EQ(enablement_calls, static_cast<int>(kEnablementTries));
}

}  // namespace
}  // namespace couplet::alexa
