// SPDX-License-Identifier: Apache-2.0
// The link engine where the authorization server is the provider's own.
#include "server/links/testing/engine_world.hpp"

namespace couplet::server {
namespace {

using testing::kNow;

const alexa::AmazonFailure kTimeout{"timeout", 0, true};
using Told = std::vector<std::pair<std::string, std::string>>;

Config external_config() {
  Config config = testing::test_config();
  Skill& skill = config.skills.front();
  skill.external.emplace();
  skill.client_id = ClientId("alexa-at-the-provider");
  config.clients.clear();
  return config;
}

class ExternalLinkTest : public testing::EngineWorld {
 protected:
  ExternalLinkTest() : EngineWorld(external_config()) {}

  using EngineWorld::finish;
  Result<LinkAttempt, FinishError> finish() { return finish(start()); }
  // An attempt as a crash left it.
  LinkAttempt left_behind(AttemptStatus status) {
    LinkAttempt attempt;
    attempt.attempt_id = AttemptId::make(clock.now(), random);
    attempt.skill = skill.name;
    attempt.user = UserId("alice");
    attempt.redirect_uri = skill.redirect_uris.front();
    attempt.status = status;
    attempt.api_host = "api.amazonalexa.com";
    attempt.created_at = attempt.updated_at = clock.now();
    const alexa::AmazonTokens tokens{alexa::AmazonAccessToken(std::string("a")),
                                     alexa::AmazonRefreshToken(std::string("r")), kNow};
    attempt.sealed_amazon_tokens = alexa::seal_tokens(tokens, attempt.attempt_id, *config.keys, random);
    return attempt;
  }
  LinkAttempt pick_up(const LinkAttempt& attempt) {
    EXPECT_TRUE(run_task(store->begin_attempt(attempt)));
    run_task(engine.pick_up(clock.now() + milliseconds{1}, LinkEngine::Unsettled::ask_at_once));
    return run_task(store->find_attempt(attempt.attempt_id)).value().value();
  }
};

TEST_F(ExternalLinkTest, EN_02_the_providers_code_goes_to_alexa_and_nothing_of_ours_is_issued) {
  const auto started = start();
  const auto attempt = finish(started);
  ASSERT_TRUE(attempt);
  EXPECT_EQ(attempt->status, AttemptStatus::linked);
  EXPECT_FALSE(attempt->code_selector);
  EXPECT_EQ(external_codes.ids, std::vector{started.attempt_id.text() + ".1"});
  EXPECT_EQ(amazon.codes, external_codes.codes);
  EXPECT_EQ(amazon.redirect_uris, std::vector{skill.redirect_uris.front()});
  const auto link = stored_link();
  ASSERT_TRUE(link);
  EXPECT_EQ(link->status, LinkStatus::LINKED);
  EXPECT_EQ(link->origin, GrantOrigin::app);
  EXPECT_EQ(link->evidence, EvidenceSource::enablement_answer);
  EXPECT_FALSE(link->grant_id) << "there is no grant of ours";
  EXPECT_FALSE(link->sealed_amazon_tokens.empty()) << "to ask for the status and to unlink";
}

TEST_F(ExternalLinkTest, EN_02_the_code_is_sent_with_the_redirect_uri_it_was_issued_for) {
  external_codes.redirect_uri = skill.redirect_uris.back();
  ASSERT_EQ(finish()->status, AttemptStatus::linked);
  EXPECT_EQ(amazon.redirect_uris, std::vector{skill.redirect_uris.back()});
}

TEST_F(ExternalLinkTest, SG_07_each_refusal_has_step_code_and_a_hop) {
  for (const char* code :
       {"external_unreachable", "external_timeout", "external_unavailable", "external_unauthorized",
        "external_refused", "external_bad_answer", "external_untrusted", "external_forbidden_address"}) {
    clock.advance(seconds{1});
    external_codes.script = {alexa::ExternalFailure{code, 0}};
    const auto started = start();
    const auto attempt = finish(started);
    ASSERT_TRUE(attempt);
    EXPECT_EQ(attempt->status, AttemptStatus::failed);
    EXPECT_EQ(attempt->failed_step, "enablement");
    EXPECT_EQ(attempt->failed_code, code);
    EXPECT_TRUE(attempt->sealed_amazon_tokens.empty());
    EXPECT_EQ(alexa::find_link_error(alexa::LinkStep::enablement, code).code, code) << "has a row of its own";
    const auto hops = run_task(store->find_hops(started.attempt_id)).value();
    ASSERT_FALSE(hops.empty());
    EXPECT_EQ(hops.back().name, "external.code");
    EXPECT_EQ(hops.back().cause, code);
  }
  EXPECT_EQ(amazon.calls["alexa.enable"], 0);
  EXPECT_FALSE(stored_link());
}

TEST_F(ExternalLinkTest, EN_10_each_enablement_try_has_a_code_of_its_own) {
  amazon.enable_script = {alexa::AmazonFailure{"unavailable", 503, false}};
  const auto started = start();
  ASSERT_EQ(finish(started)->status, AttemptStatus::linked);
  EXPECT_EQ(external_codes.ids,
            (std::vector{started.attempt_id.text() + ".1", started.attempt_id.text() + ".2"}));
  EXPECT_EQ(amazon.codes, external_codes.codes);
  EXPECT_NE(amazon.codes.front(), amazon.codes.back());
}

TEST_F(ExternalLinkTest, EN_09_a_lost_answer_is_asked_about_and_then_proved_by_another_enablement) {
  amazon.enable_script = {kTimeout};
  amazon.enabled = true;  // Alexa had done it, or somebody had linked this Amazon account before
  const auto started = start();
  ASSERT_EQ(finish(started)->status, AttemptStatus::linked);
  Told told;
  for (const Hop& hop : run_task(store->find_hops(started.attempt_id)).value())
    told.emplace_back(hop.name, hop.cause);
  EXPECT_EQ(told, (Told{{"lwa.token", ""},
                        {"external.code", ""},
                        {"alexa.enable", "timeout"},
                        {"alexa.status", ""},
                        {"external.code", ""},
                        {"alexa.enable", ""}}));
}

TEST_F(ExternalLinkTest, EN_07_what_amazon_knew_before_is_never_taken_for_this_users_link) {
  amazon.enable_script = {kTimeout, kTimeout, kTimeout};
  amazon.enabled = true;  // with the tokens of another user of the provider, for all we know
  const auto started = start();
  EXPECT_EQ(finish(started).error(), FinishError::in_progress) << "it may be this user's all the same";
  EXPECT_EQ(amazon.calls["alexa.enable"], static_cast<int>(alexa::kEnablementTries));
  EXPECT_FALSE(stored_link());

  clock.advance(minutes{5});
  run_task(engine.pick_up(clock.now(), LinkEngine::Unsettled::ask_when_due));
  EXPECT_EQ(finish(started)->status, AttemptStatus::linked) << "Amazon has answered the next one";
  EXPECT_EQ(amazon.calls["alexa.enable"], static_cast<int>(alexa::kEnablementTries) + 1);
}

TEST_F(ExternalLinkTest, SG_08_an_outcome_that_amazon_never_tells_is_not_asked_for_for_ever) {
  amazon.enabled = true;
  amazon.enable_script.assign(1000, kTimeout);
  const auto started = start();
  EXPECT_EQ(finish(started).error(), FinishError::in_progress);
  for (int minute = 0; minute < 24 * 60; ++minute) {
    clock.advance(minutes{1});
    run_task(engine.pick_up(clock.now(), LinkEngine::Unsettled::ask_when_due));
  }
  EXPECT_EQ(finish(started)->status, AttemptStatus::failed);
  EXPECT_EQ(finish(started)->failed_code, "timeout");
  EXPECT_LT(amazon.calls["alexa.enable"], 30);
}

TEST_F(ExternalLinkTest, RT_15_who_was_linked_before_is_linked_when_amazon_says_so) {
  ASSERT_EQ(finish()->status, AttemptStatus::linked);
  clock.advance(seconds{1});
  amazon.enable_script = {kTimeout};
  EXPECT_EQ(finish()->status, AttemptStatus::linked);
  EXPECT_EQ(amazon.calls["alexa.enable"], 2);
}

TEST_F(ExternalLinkTest, EN_09_when_amazon_cannot_be_asked_nothing_is_guessed) {
  amazon.enable_script = {kTimeout};
  amazon.status_script = {alexa::AmazonFailure{"unavailable", 503, false}};
  EXPECT_EQ(finish().error(), FinishError::in_progress);
  EXPECT_EQ(external_codes.ids.size(), 1U);
  EXPECT_FALSE(stored_link());
}

TEST_F(ExternalLinkTest, SG_01_a_crash_before_the_code_came_asks_again_under_the_same_id) {
  const LinkAttempt exchanged = left_behind(AttemptStatus::exchanged);
  EXPECT_EQ(pick_up(exchanged).status, AttemptStatus::linked);
  EXPECT_EQ(external_codes.ids, std::vector{exchanged.attempt_id.text() + ".1"});
}

TEST_F(ExternalLinkTest, SG_02_a_crash_inside_the_enablement_call_asks_amazon_and_goes_on_with_a_fresh_code) {
  LinkAttempt coded = left_behind(AttemptStatus::coded);
  coded.enablement_tries = 1;
  amazon.enabled = true;
  EXPECT_EQ(pick_up(coded).status, AttemptStatus::linked);
  EXPECT_EQ(amazon.calls["alexa.status"], 1);
  EXPECT_EQ(external_codes.ids, std::vector{coded.attempt_id.text() + ".2"});
  EXPECT_EQ(stored_link()->status, LinkStatus::LINKED);
}

TEST_F(ExternalLinkTest, SG_02_a_crash_after_amazons_answer_needs_neither_amazon_nor_the_provider) {
  EXPECT_EQ(pick_up(left_behind(AttemptStatus::enabled)).status, AttemptStatus::linked);
  EXPECT_TRUE(external_codes.ids.empty());
  EXPECT_TRUE(amazon.calls.empty());
}

TEST_F(ExternalLinkTest, SG_04_a_link_that_fails_leaves_the_one_before_it_alone) {
  ASSERT_EQ(finish()->status, AttemptStatus::linked);
  const auto before = stored_link();
  clock.advance(seconds{1});
  external_codes.script = {alexa::ExternalFailure{"external_refused", 404}};
  EXPECT_EQ(finish()->status, AttemptStatus::failed);
  EXPECT_EQ(stored_link()->attempt_id, before->attempt_id);
  EXPECT_EQ(stored_link()->status, LinkStatus::LINKED);
}

}  // namespace
}  // namespace couplet::server
