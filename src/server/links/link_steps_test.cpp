// SPDX-License-Identifier: Apache-2.0
// What is durable at the moment of each outside call: whoever dies in it has left enough to go on.
#include "server/links/testing/engine_world.hpp"

#include "alexa/amazon_tokens.hpp"

namespace couplet::server {
namespace {

class LinkStepsTest : public testing::EngineWorld {
 protected:
  struct Seen {
    std::string call;
    LinkAttempt attempt;
  };

  LinkStepsTest() {
    amazon.on_call = [this](const std::string& name) {
      const auto attempt = run_task(store->find_attempt(started.attempt_id)).value();
      ASSERT_TRUE(attempt) << name;
      seen.push_back({name, *attempt});
    };
    run();
  }

  void run() {
    amazon.enable_script = {alexa::AmazonFailure{"server_error", 500, true}};
    finished = finish(started);
  }

  // The attempt as it stood at the n-th call of that name.
  const LinkAttempt& at(const std::string& call, int nth = 1) {
    for (const Seen& each : seen)
      if (each.call == call && --nth == 0) return each.attempt;
    ADD_FAILURE() << call << " was not called";
    return seen.front().attempt;
  }

  const alexa::StartedLink started = start();
  std::vector<Seen> seen;
  std::optional<Result<LinkAttempt, FinishError>> finished;
};

TEST_F(LinkStepsTest, SG_01_the_attempt_is_stored_before_amazon_is_asked) {
  EXPECT_EQ(at("lwa.token").status, AttemptStatus::received);
  EXPECT_EQ(at("lwa.token").user, started.user);
  EXPECT_FALSE(at("lwa.token").amazon_code_fingerprint.empty());
}

TEST_F(LinkStepsTest, LW_11_amazons_tokens_are_stored_sealed_before_anything_is_done_with_them) {
  const LinkAttempt& attempt = at("alexa.endpoint");
  EXPECT_EQ(attempt.status, AttemptStatus::exchanged);
  const auto tokens = alexa::open_tokens(attempt.sealed_amazon_tokens, attempt.attempt_id, *config.keys);
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->refresh_token.reveal(), "Atzr|r");
  EXPECT_EQ(as_text(attempt.sealed_amazon_tokens).find("Atzr"), std::string::npos);
}

TEST_F(LinkStepsTest, SG_01_our_code_is_stored_before_alexa_is_told_of_it) {
  const LinkAttempt& attempt = at("alexa.enable");
  EXPECT_EQ(attempt.status, AttemptStatus::coded);
  EXPECT_EQ(attempt.api_host, "api.amazonalexa.com");
  EXPECT_EQ(attempt.enablement_tries, 1U);
  ASSERT_TRUE(attempt.code_selector);
  EXPECT_TRUE(run_task(store->find_code(*attempt.code_selector)).value());
}

TEST_F(LinkStepsTest, SG_01_EN_09_why_amazon_is_asked_is_stored_before_it_is_asked) {
  EXPECT_EQ(at("alexa.status").status, AttemptStatus::coded);
  EXPECT_EQ(at("alexa.status").failed_code, "server_error");
}

TEST_F(LinkStepsTest, SG_01_EN_10_each_further_try_is_stored_with_its_own_code) {
  const LinkAttempt &first = at("alexa.enable"), &again = at("alexa.enable", 2);
  EXPECT_EQ(again.status, AttemptStatus::coded);
  EXPECT_EQ(again.enablement_tries, 2U);
  ASSERT_TRUE(again.code_selector);
  EXPECT_NE(again.code_selector, first.code_selector);
}

}  // namespace
}  // namespace couplet::server
