// SPDX-License-Identifier: Apache-2.0
#include "server/serving.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include "server/common/testing/test_config.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server {
namespace {

class ServingTest : public ::testing::Test {
 protected:
  std::shared_ptr<Serving> made(std::shared_ptr<const Config> config) {
    return std::make_shared<Serving>(std::move(config), *database, chains, clock, random, metrics, context);
  }
  static std::shared_ptr<const Config> some_config() {
    return std::make_shared<const Config>(testing::test_config());
  }

  std::unique_ptr<storage::Database> database = storage::make_memory_database();
  SystemClock clock;
  amazon::ChainCache chains{TrustStore::load("").value(), clock};
  SystemRandom random;
  Metrics metrics;
  boost::asio::io_context context{1};
  Servings servings;
};

TEST_F(ServingTest, SE_04_a_former_serving_stays_while_a_request_of_it_is_in_flight) {
  std::weak_ptr<const Config> old_config;
  {
    const auto config = some_config();
    old_config = config;
    servings.replace({made(config)});
  }
  std::shared_ptr<const void> request_owner = servings.routers().front();
  servings.replace({made(some_config())});
  servings.forget_unused(0);
  EXPECT_EQ(servings.former(), 1U);
  EXPECT_FALSE(old_config.expired());
  request_owner.reset();
  servings.forget_unused(1);
  EXPECT_EQ(servings.former(), 1U) << "another thread's is not ours to end";
  servings.forget_unused(0);
  EXPECT_EQ(servings.former(), 0U);
  EXPECT_TRUE(old_config.expired());
}

TEST_F(ServingTest, SE_04_a_hundred_reloads_leave_nothing_behind) {
  servings.replace({made(some_config())});
  for (int i = 0; i < 100; ++i) {
    servings.replace({made(some_config())});
    servings.forget_unused(0);
  }
  EXPECT_EQ(servings.former(), 0U);
  EXPECT_FALSE(servings.links_under_way());
}

}  // namespace
}  // namespace couplet::server
