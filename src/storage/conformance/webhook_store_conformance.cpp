// SPDX-License-Identifier: Apache-2.0
// The outbox: what is told, in which order it may be sent, and what becomes of what cannot be delivered.
#include <algorithm>
#include <atomic>

#include "storage/conformance/webhook_fixture.hpp"

namespace couplet::storage {
namespace {

// ---- what is told

TEST_P(WebhookConformance, WH_08_a_completed_link_is_told_with_its_attempt) {
  const auto attempt = samples().attempt();
  linked(attempt);
  const LinkNews news = told_once();
  EXPECT_EQ(news.type, LinkNewsType::linked);
  EXPECT_EQ(news.skill, attempt.skill);
  EXPECT_EQ(news.user, attempt.user);
  EXPECT_EQ(news.at, attempt.updated_at);
  EXPECT_EQ(news.origin, GrantOrigin::app);
  EXPECT_EQ(news.attempt_id, attempt.attempt_id);
  EXPECT_FALSE(news.reason);
}

TEST_P(WebhookConformance, WH_08_a_link_from_the_alexa_app_is_told) {
  grant_of_alexa("user-carol");
  const LinkNews news = told_once();
  EXPECT_EQ(news.type, LinkNewsType::linked);
  EXPECT_EQ(news.user, UserId("user-carol"));
  EXPECT_EQ(news.origin, GrantOrigin::alexa);
  EXPECT_FALSE(news.attempt_id);
}

TEST_P(WebhookConformance, WH_08_a_failed_attempt_is_told_with_step_and_code) {
  auto attempt = samples().attempt();
  get(store().begin_attempt(attempt));
  EXPECT_TRUE(told().empty());
  attempt.status = AttemptStatus::failed;
  attempt.failed_step = "token";
  attempt.failed_code = "invalid_grant";
  get(store().record_step(attempt, {}, attempt.updated_at));
  get(store().record_step(attempt, {}, attempt.updated_at));  // finished already: nothing new
  const LinkNews news = told_once();
  EXPECT_EQ(news.type, LinkNewsType::failed);
  EXPECT_EQ(news.failed_step, "token");
  EXPECT_EQ(news.failed_code, "invalid_grant");
  EXPECT_EQ(news.attempt_id, attempt.attempt_id);
  EXPECT_EQ(news.at, attempt.updated_at);
}

TEST_P(WebhookConformance, WH_08_an_attempt_that_was_refused_from_the_start_is_told_once) {
  auto attempt = samples().attempt();
  attempt.status = AttemptStatus::failed;
  attempt.failed_code = "access_denied";
  get(store().begin_attempt(attempt));
  get(store().begin_attempt(attempt));
  EXPECT_EQ(told_once().failed_code, "access_denied");
}

TEST_P(WebhookConformance, WH_08_unlinking_is_told_once_with_its_reason) {
  const auto attempt = samples().attempt();
  linked(attempt);
  forget_told();
  const auto seen = stored_link(attempt);
  get(store().unlink(seen, EvidenceSource::unlink_request, kStart + seconds{50}));
  get(store().unlink(seen, EvidenceSource::enablement_answer, kStart + seconds{60}));
  const LinkNews news = told_once();
  EXPECT_EQ(news.type, LinkNewsType::unlinked);
  EXPECT_EQ(news.reason, UnlinkReason::user);
  EXPECT_EQ(news.origin, GrantOrigin::app);
  EXPECT_EQ(news.at, kStart + seconds{50});
}

TEST_P(WebhookConformance, WH_08_what_amazon_does_not_know_any_more_is_told_as_found) {
  const auto attempt = samples().attempt();
  linked(attempt);
  forget_told();
  get(store().unlink(stored_link(attempt), EvidenceSource::status_answer, kStart));
  EXPECT_EQ(told_once().reason, UnlinkReason::found_unlinked);
}

TEST_P(WebhookConformance, WH_08_a_skill_disabled_in_alexa_is_told_once_however_often_alexa_says_so) {
  linked_under_anna("user-alice");
  forget_told();
  for (int i = 0; i < 3; ++i)
    get(store().record_skill_disabled(event(SkillEventType::SkillDisabled, "r1"), std::nullopt));
  const LinkNews news = told_once();
  EXPECT_EQ(news.reason, UnlinkReason::skill_disabled);
  EXPECT_EQ(news.user, UserId("user-alice"));
  EXPECT_EQ(news.at, kStart + minutes{1});
}

TEST_P(WebhookConformance, WH_08_whoever_is_displaced_by_another_user_is_told) {
  linked_under_anna("user-alice");
  const Grant grant = grant_of_alexa("user-bob", kStart + seconds{30});
  forget_told();
  get(store().record_account_linked(event(SkillEventType::SkillAccountLinked, "r1"), grant.grant_id));
  const LinkNews news = told_once();  // bob's link was told when Alexa redeemed the code
  EXPECT_EQ(news.user, UserId("user-alice"));
  EXPECT_EQ(news.reason, UnlinkReason::linked_as_other);
}

TEST_P(WebhookConformance, WH_08_imports_and_looks_at_a_link_are_no_news) {
  const auto attempt = samples().attempt();
  linked(attempt);
  forget_told();
  Grant grant = samples().grant();
  grant.user = UserId("user-imported");
  get(store().import_grants({grant}, kStart));
  get(store().record_check(kSkill, attempt.user, EvidenceSource::status_answer, kStart + minutes{1}));
  EXPECT_TRUE(told().empty());
}

TEST_P(WebhookConformance, WH_08_the_listener_hears_of_news_after_they_can_be_read) {
  std::atomic<int> heard = 0;
  database().on_news([&] { ++heard; });
  const auto code = samples().code();
  get(store().insert_code(code));
  EXPECT_EQ(heard, 0);
  tell("user-alice");
  EXPECT_EQ(heard, 1);
  database().close();
}

// ---- to whom, and in which order

TEST_P(WebhookConformance, WH_08_news_are_addressed_once_and_forgotten_when_all_have_them) {
  const std::int64_t sequence = tell("user-alice");
  get(store().address_news({{sequence, {kBackend, kCampaigns}}}, kStart));
  get(store().address_news({{sequence, {kBackend, "another"}}}, kStart));
  EXPECT_TRUE(told().empty());
  ASSERT_EQ(all().size(), 2U);
  get(store().record_delivered(sequence, kBackend, kStart));
  EXPECT_EQ(due(), std::vector<std::int64_t>{});
  EXPECT_EQ(due(kCampaigns), std::vector{sequence});
  get(store().record_delivered(sequence, kCampaigns, kStart));
  EXPECT_TRUE(all().empty());
  EXPECT_EQ(get(store().purge_news(kStart + minutes{1}, 10)), 0U) << "nothing is left of it";
}

TEST_P(WebhookConformance, WH_08_a_delivery_carries_the_news_as_they_were_told) {
  const auto attempt = samples().attempt();
  linked(attempt);
  const LinkNews news = told_once();
  address({kBackend}, kStart + seconds{5});
  const auto deliveries = get(store().due_deliveries(kBackend, kStart + seconds{5}, 10));
  ASSERT_EQ(deliveries.size(), 1U);
  const auto& delivery = deliveries.front();
  EXPECT_EQ(delivery.news.sequence, news.sequence);
  EXPECT_EQ(delivery.news.type, news.type);
  EXPECT_EQ(delivery.news.user, news.user);
  EXPECT_EQ(delivery.news.at, news.at);
  EXPECT_EQ(delivery.news.attempt_id, news.attempt_id);
  EXPECT_EQ(delivery.target, kBackend);
  EXPECT_EQ(delivery.tries, 0U);
  EXPECT_EQ(delivery.waiting_since, kStart + seconds{5});
  EXPECT_EQ(delivery.next_try_at, kStart + seconds{5});
}

TEST_P(WebhookConformance, WH_08_a_users_later_news_stand_behind_the_earlier_ones) {
  const auto first = send("user-alice");
  const auto second = send("user-alice");
  const auto other = send("user-bob");
  EXPECT_EQ(due(), (std::vector{first, other}));
  fail(first, kStart + seconds{5});
  EXPECT_EQ(due(), std::vector{other}) << "the second one does not overtake";
  EXPECT_EQ(due(kBackend, kStart + seconds{5}), (std::vector{other, first}));
  get(store().record_delivered(first, kBackend, kStart));
  EXPECT_EQ(due(), (std::vector{second, other}));
}

TEST_P(WebhookConformance, WH_08_one_target_does_not_wait_for_another) {
  const auto first = send("user-alice", {kBackend, kCampaigns});
  const auto second = send("user-alice", {kBackend, kCampaigns});
  get(store().record_delivered(first, kCampaigns, kStart));
  EXPECT_EQ(due(), std::vector{first});
  EXPECT_EQ(due(kCampaigns), std::vector{second});
}

TEST_P(WebhookConformance, WH_08_no_more_are_due_than_were_asked_for) {
  const auto first = send("user-1", {kBackend}, kStart);
  const auto second = send("user-2", {kBackend}, kStart + seconds{1});
  send("user-3", {kBackend}, kStart + seconds{2});
  EXPECT_EQ(due(kBackend, kStart + seconds{9}, 2), (std::vector{first, second}));
  EXPECT_EQ(due("nobody"), std::vector<std::int64_t>{});
}

TEST_P(WebhookConformance, WH_08_of_several_that_have_seen_a_due_delivery_one_gets_it) {
  for (int round = 0; round < 10; ++round) {
    const std::string user = "user-" + std::to_string(round);
    const auto sequence = send(user);
    const auto behind = send(user);
    std::atomic<int> got = 0;
    on_threads(4, [&](int) {
      const auto own = database().open_store();
      if (must(run_task(own->reschedule_delivery(sequence, kBackend, kStart, kStart + seconds{15})))) ++got;
    });
    EXPECT_EQ(got, 1);
    EXPECT_EQ(due(), std::vector<std::int64_t>{}) << "neither it nor what stands behind it";
    EXPECT_EQ(due(kBackend, kStart + seconds{15}), std::vector{sequence}) << "whoever had it has died";
    get(store().record_delivered(sequence, kBackend, kStart));
    get(store().record_delivered(behind, kBackend, kStart));
  }
}

TEST_P(WebhookConformance, WH_08_a_claim_that_is_given_back_is_due_again_and_nothing_else_is_moved) {
  const Instant claimed = kStart + seconds{15};
  const auto sequence = send("user-alice");
  EXPECT_TRUE(get(store().reschedule_delivery(sequence, kBackend, kStart, claimed)));
  EXPECT_FALSE(get(store().reschedule_delivery(sequence, kBackend, kStart, claimed + seconds{1})));
  EXPECT_TRUE(get(store().reschedule_delivery(sequence, kBackend, claimed, kStart)));
  EXPECT_EQ(due(), std::vector{sequence});
  const auto behind = send("user-alice");
  EXPECT_FALSE(get(store().reschedule_delivery(behind, kBackend, kStart, kStart)));
  fail(sequence, std::nullopt);
  EXPECT_FALSE(get(store().reschedule_delivery(sequence, kBackend, kStart, claimed))) << "given up";
  EXPECT_FALSE(get(store().reschedule_delivery(sequence, kCampaigns, kStart, claimed))) << "unknown";
}

// ---- what cannot be delivered

TEST_P(WebhookConformance, WH_08_a_failed_try_is_kept_with_what_was_wrong) {
  const auto sequence = send("user-alice");
  fail(sequence, kStart + seconds{5}, 503);
  fail(sequence, kStart + seconds{35}, 502);
  const auto deliveries = all();
  ASSERT_EQ(deliveries.size(), 1U);
  EXPECT_EQ(deliveries.front().tries, 2U);
  EXPECT_EQ(deliveries.front().last_status, 502U);
  EXPECT_EQ(deliveries.front().last_problem, "status");
  EXPECT_EQ(deliveries.front().next_try_at, kStart + seconds{35});
  EXPECT_FALSE(deliveries.front().given_up_at);
}

TEST_P(WebhookConformance, WH_08_what_is_given_up_lets_the_next_go_and_can_be_retried_in_its_old_place) {
  const auto first = send("user-alice");
  const auto second = send("user-alice");
  fail(first, std::nullopt);
  EXPECT_EQ(due(), std::vector{second});
  EXPECT_EQ(all().front().given_up_at, kStart);
  fail(first, kStart);  // a late answer changes nothing
  EXPECT_EQ(all().front().tries, 1U);
  EXPECT_EQ(get(store().retry_given_up("nobody", kStart)), 0U);
  EXPECT_EQ(get(store().retry_given_up(kBackend, kStart + minutes{1})), 1U);
  EXPECT_EQ(due(kBackend, kStart + minutes{1}), std::vector{first}) << "and the second behind it again";
  EXPECT_EQ(all().front().tries, 0U);
  EXPECT_EQ(all().front().waiting_since, kStart + minutes{1});
  get(store().record_delivered(first, kBackend, kStart));
  EXPECT_EQ(due(), std::vector{second});
}

TEST_P(WebhookConformance, WH_08_a_target_that_is_gone_gets_nothing_until_it_is_retried) {
  const auto first = send("user-alice");
  const auto second = send("user-bob");
  get(store().record_target_gone(kBackend, kStart));
  EXPECT_EQ(due(), std::vector<std::int64_t>{});
  const auto third = send("user-carol", {kBackend, kCampaigns});
  EXPECT_EQ(due(), std::vector<std::int64_t>{});
  EXPECT_EQ(due(kCampaigns), std::vector{third});
  EXPECT_EQ(get(store().retry_given_up(std::nullopt, kStart)), 3U);
  EXPECT_EQ(due(), (std::vector{first, second, third}));
  EXPECT_EQ(due(kBackend, kStart), (std::vector{first, second, third}));
  const auto fourth = send("user-dave");
  EXPECT_EQ(due(), (std::vector{first, second, third, fourth})) << "it is not gone any more";
}

TEST_P(WebhookConformance, WH_08_unknown_deliveries_are_no_error) {
  get(store().record_delivered(77, kBackend, kStart));
  get(store().record_failed_try(77, kBackend, {500, "status", std::nullopt}, kStart));
  get(store().record_target_gone(kBackend, kStart));
  get(store().address_news({{77, {kBackend}}}, kStart));
  EXPECT_TRUE(all().empty());
  EXPECT_TRUE(get(store().webhook_backlog()).empty());
}

TEST_P(WebhookConformance, FT_12_the_backlog_counts_by_target) {
  const auto first = send("user-alice", {kBackend, kCampaigns}, kStart + seconds{1});
  send("user-alice", {kBackend}, kStart + seconds{2});
  fail(first, std::nullopt);
  const auto backlog = get(store().webhook_backlog());
  ASSERT_EQ(backlog.size(), 2U);
  EXPECT_EQ(backlog[0].target, kBackend);
  EXPECT_EQ(backlog[0].waiting, 1U);
  EXPECT_EQ(backlog[0].given_up, 1U);
  EXPECT_EQ(backlog[0].oldest_waiting_since, kStart + seconds{2});
  EXPECT_EQ(backlog[1].oldest_waiting_since, kStart + seconds{1});
  EXPECT_EQ(backlog[1].given_up, 0U);
}

TEST_P(WebhookConformance, FT_11_purging_deletes_the_oldest_news_and_lets_the_rest_go_on) {
  send("user-alice", {kBackend}, kStart);
  const auto given_up = send("user-bob", {kBackend}, kStart + seconds{1});
  fail(given_up, std::nullopt);
  tell("user-carol", kStart + seconds{2});  // never addressed
  const auto young = tell("user-alice", kStart + minutes{60});
  get(store().address_news({{young, {kBackend}}}, kStart + minutes{60}));
  EXPECT_EQ(get(store().purge_news(kStart + minutes{30}, 1)), 1U);
  EXPECT_EQ(due(kBackend, kStart + minutes{60}), std::vector{young}) << "nothing stands before it";
  EXPECT_EQ(get(store().purge_news(kStart + minutes{30}, 10)), 2U);
  EXPECT_EQ(all().size(), 1U);
  EXPECT_TRUE(told().empty());
}

TEST_P(WebhookConformance, WH_08_listing_goes_on_after_a_sequence) {
  const auto first = send("user-1", {kBackend, kCampaigns});
  const auto second = send("user-2", {kBackend});
  const auto page = get(store().list_deliveries(first, 10));
  ASSERT_EQ(page.size(), 1U);
  EXPECT_EQ(page.front().news.sequence, second);
  EXPECT_EQ(get(store().list_deliveries(0, 1)).size(), 2U) << "news are never torn";
}

TEST_P(WebhookConformance, WH_08_of_many_threads_that_end_one_link_one_tells_it) {
  const auto attempt = samples().attempt();
  linked(attempt);
  forget_told();
  const auto seen = stored_link(attempt);
  on_threads(6, [&](int) {
    const auto own = database().open_store();
    must(run_task(own->unlink(seen, EvidenceSource::unlink_request, kStart)));
  });
  EXPECT_EQ(told().size(), 1U);
}

TEST_P(WebhookConformance, WH_08_news_of_many_threads_have_each_a_sequence_of_their_own) {
  on_threads(6, [&](int number) {
    const auto own = database().open_store();
    Samples mine(static_cast<std::uint64_t>(number) + 100);
    for (int i = 0; i < 5; ++i) {
      auto attempt = mine.attempt();
      attempt.status = AttemptStatus::failed;
      must(run_task(own->begin_attempt(attempt)));
    }
  });
  const auto news = told();
  ASSERT_EQ(news.size(), 30U);
  EXPECT_EQ(std::ranges::adjacent_find(news, std::ranges::greater_equal{}, &LinkNews::sequence), news.end());
}

}  // namespace
}  // namespace couplet::storage
