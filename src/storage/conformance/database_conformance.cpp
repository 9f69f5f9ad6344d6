// SPDX-License-Identifier: Apache-2.0
// Many threads, closing, figures.
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <mutex>

#include "storage/conformance/fixture.hpp"

namespace couplet::storage {
namespace {

TEST_P(StoreConformance, FT_12_many_threads_write_and_read_their_own_at_once) {
  constexpr int kThreads = 6;
  constexpr int kRounds = 40;
  std::atomic<int> good{0};
  on_threads(kThreads, [&](int number) {
    const auto own = database().open_store();
    Samples own_samples(static_cast<std::uint64_t>(number) + 100);
    for (int round = 0; round < kRounds; ++round) {
      const auto code = own_samples.code();
      const auto grant = own_samples.grant();
      must(run_task(own->insert_code(code)));
      must(run_task(own->spend_code(code.selector, grant, kStart)));
      const auto found = must(run_task(own->find_grant_by_refresh(grant.refresh_selector)));
      if (found && fields(*found) == fields(grant)) ++good;
    }
  });
  EXPECT_EQ(good, kThreads * kRounds);
  EXPECT_EQ(database().figures().committed_writes, 2U * kThreads * kRounds);
  EXPECT_EQ(database().figures().queued_writes, 0U);
}

TEST_P(StoreConformance, FT_12_what_one_store_wrote_another_reads) {
  const auto other = database().open_store();
  const auto code = samples().code();
  get(store().insert_code(code));
  EXPECT_TRUE(get(other->find_code(code.selector)));
}

Task<void> write_codes(Store& store, Samples& samples, std::vector<CodeSelector>& stored, bool& refused) {
  while (!refused) {
    const auto code = samples.code();
    const auto result = co_await store.insert_code(code);
    if (result) stored.push_back(code.selector);
    refused = !result;
  }
}

TEST_P(StoreConformance, FT_12_closing_under_way_loses_nothing_that_was_acknowledged) {
  std::mutex mutex;
  std::vector<CodeSelector> acknowledged;
  std::atomic<int> started{0};
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&, number] {
      const auto own = database().open_store();
      Samples own_samples(static_cast<std::uint64_t>(number) + 100);
      std::vector<CodeSelector> stored;
      bool refused = false;
      must(run_task(own->insert_code(own_samples.code())));
      ++started;
      run_task(write_codes(*own, own_samples, stored, refused));
      const std::lock_guard lock(mutex);
      acknowledged.insert(acknowledged.end(), stored.begin(), stored.end());
    });
  }
  while (started < 4) std::this_thread::yield();
  database().close();
  for (auto& thread : threads) thread.join();
  for (const auto& selector : acknowledged) EXPECT_TRUE(get(store().find_code(selector)));
}

TEST_P(StoreConformance, FT_12_a_closed_database_refuses_writes_and_is_not_usable) {
  EXPECT_TRUE(database().usable());
  database().close();
  database().close();
  EXPECT_FALSE(database().usable());
  EXPECT_EQ(error(store().insert_code(samples().code())), StoreError::unavailable);
}

TEST_P(StoreConformance, FT_12_tasks_end_on_the_io_context_they_were_started_on) {
  boost::asio::io_context context{1};
  std::vector<std::thread::id> ran_on;
  const auto body = [&]() -> Task<void> {
    for (int i = 0; i < 20; ++i) {
      const auto result = co_await store().insert_code(samples().code());
      EXPECT_TRUE(result.has_value());
      ran_on.push_back(std::this_thread::get_id());
    }
  };
  boost::asio::co_spawn(context, body, boost::asio::detached);
  context.run();
  EXPECT_EQ(ran_on, std::vector<std::thread::id>(20, std::this_thread::get_id()));
}

TEST_P(StoreConformance, FT_04_reads_go_on_after_closing) {
  const auto code = samples().code();
  get(store().insert_code(code));
  database().close();
  EXPECT_TRUE(get(store().find_code(code.selector)));
}

}  // namespace
}  // namespace couplet::storage
