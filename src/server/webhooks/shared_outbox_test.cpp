// SPDX-License-Identifier: Apache-2.0
// Two senders on one outbox, as two processes on one database.
#include <functional>
#include <map>

#include "server/webhooks/testing/webhook_world.hpp"

namespace couplet::server {
namespace {

using namespace testing::webhooks;

// What one has under way the other leaves alone.
TEST(WebhookSender, WH_08_of_two_senders_on_one_outbox_one_sends_each_and_users_keep_their_order) {
  Receiver receiver;
  const std::shared_ptr<storage::Database> database = storage::make_memory_database();
  World first({target(receiver.url())}, database), second({target(receiver.url())}, database);
  for (int i = 0; i < 60; ++i) first.tell("user-" + std::to_string(i % 10));
  for (World* each : {&first, &second}) each->start();
  while (!first.outbox().empty() || !run_task(first.store->unaddressed_news(10))->empty())
    for (World* each : {&first, &second}) each->context.poll();
  std::map<std::string, std::vector<std::int64_t>> told;  // the number at the end of each id, by user
  for (const auto& call : receiver.calls())
    told[call.user].push_back(std::stoll(call.id.substr(call.id.rfind('_') + 1)));
  EXPECT_EQ(receiver.calls().size(), 60U);
  for (const auto& [user, numbers] : told)
    EXPECT_TRUE(std::ranges::adjacent_find(numbers, std::greater_equal{}) == numbers.end()) << user;
}

}  // namespace
}  // namespace couplet::server
