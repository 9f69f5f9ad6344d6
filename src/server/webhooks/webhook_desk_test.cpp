// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks/webhook_desk.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "base/json.hpp"
#include "base/testing/run_task.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server {
namespace {

const Instant kNow = from_unix_seconds(1'800'000'000);

/// A failed attempt of each user, told to `targets`.
struct Outbox {
  Outbox(const std::vector<std::string>& users, const std::vector<std::string>& targets) {
    SeededRandom random(1);
    for (const std::string& user : users) {
      LinkAttempt attempt;
      attempt.attempt_id = AttemptId::make(kNow, random);
      attempt.skill = SkillName("ride-hailer");
      attempt.user = UserId(user);
      attempt.status = AttemptStatus::failed;
      attempt.updated_at = kNow;
      EXPECT_TRUE(run_task(store->begin_attempt(attempt)));
    }
    std::vector<storage::NewsAddress> addresses;
    const auto told = run_task(store->unaddressed_news(1000));
    for (const LinkNews& news : *told) addresses.push_back({news.sequence, targets});
    EXPECT_TRUE(run_task(store->address_news(addresses, kNow)));
  }
  void give_up(std::int64_t sequence, const std::string& target) {
    EXPECT_TRUE(run_task(
        store->record_failed_try(sequence, target, {503, "status", std::nullopt}, kNow + minutes{1})));
  }
  std::unique_ptr<storage::Database> database = storage::make_memory_database();
  std::unique_ptr<storage::Store> store = database->open_store();
};

TEST(WebhookDesk, WH_08_lists_what_waits_and_what_was_given_up_with_the_last_problem) {
  Outbox outbox({"alice", "b\x1b[2Job"}, {"backend"});
  outbox.give_up(1, "backend");
  std::ostringstream out;
  const auto counts = list_webhooks(*outbox.database, std::nullopt, out);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->waiting, 1U);
  EXPECT_EQ(counts->given_up, 1U);
  EXPECT_EQ(
      out.str(),
      R"({"target":"backend","webhook_id":"evt_1800000000000_1","type":"link.failed","skill":"ride-hailer",)"
      R"("user":"alice","state":"given_up","tries":1,"waiting_since":"2027-01-15T08:00:00.000Z",)"
      R"("next_try_at":null,"given_up_at":"2027-01-15T08:01:00.000Z","last_status":503,"last_problem":"status"})"
      "\n"
      R"({"target":"backend","webhook_id":"evt_1800000000000_2","type":"link.failed","skill":"ride-hailer",)"
      R"("user":"b\u001b[2Job","state":"waiting","tries":0,"waiting_since":"2027-01-15T08:00:00.000Z",)"
      R"("next_try_at":"2027-01-15T08:00:00.000Z","given_up_at":null,"last_status":null,"last_problem":null})"
      "\n");
}

TEST(WebhookDesk, WH_08_retries_one_target_or_all) {
  Outbox outbox({"alice"}, {"backend", "campaigns"});
  outbox.give_up(1, "backend");
  outbox.give_up(1, "campaigns");
  EXPECT_EQ(retry_webhooks(*outbox.database, "campaigns", kNow), 1U);
  std::ostringstream of_backend;
  EXPECT_EQ(list_webhooks(*outbox.database, "backend", of_backend)->given_up, 1U);
  EXPECT_EQ(retry_webhooks(*outbox.database, std::nullopt, kNow), 1U);
  EXPECT_EQ(run_task(outbox.store->due_deliveries("backend", kNow, 10))->size(), 1U);
}

TEST(WebhookDesk, a_long_outbox_is_listed_whole) {
  std::vector<std::string> users;
  for (int i = 0; i < 700; ++i) users.push_back("user-" + std::to_string(i));
  Outbox outbox(users, {"backend"});
  std::ostringstream out;
  EXPECT_EQ(list_webhooks(*outbox.database, std::nullopt, out)->waiting, 700U);
}

}  // namespace
}  // namespace couplet::server
