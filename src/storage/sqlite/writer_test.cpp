// SPDX-License-Identifier: Apache-2.0
// Group commit, its bounds, and what happens to those who wait.
#include "storage/sqlite/writer.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>

#include "storage/sqlite/testing/sqlite_file.hpp"

namespace couplet::storage::sqlite {
namespace {

namespace asio = boost::asio;

constexpr milliseconds kLong{60'000};

Task<void> insert(Store& store, AuthorizationCodeRecord code,
                  std::vector<std::optional<StoreError>>& outcomes) {
  const auto result = co_await store.insert_code(std::move(code));
  outcomes.push_back(result ? std::nullopt : std::optional(result.error()));
}

Task<void> record(Store& store, LinkAttempt attempt, std::vector<std::optional<StoreError>>& outcomes) {
  const Instant seen_at = attempt.updated_at;
  const auto result = co_await store.record_step(std::move(attempt), {}, seen_at);
  outcomes.push_back(result ? std::nullopt : std::optional(result.error()));
}

class FT_12 : public testing::Test {
 protected:
  SqliteFile file;
  Samples samples;
  std::vector<std::optional<StoreError>> outcomes;
};

TEST_F(FT_12, writes_that_wait_share_one_commit) {
  auto& database = file.open([](SqliteOptions& options) { options.busy_patience = kLong; });
  const auto store = database.open_store();
  WriteLock lock(file.path());
  asio::io_context context{1};
  for (int i = 0; i < 100; ++i)
    asio::co_spawn(context, insert(*store, samples.code(), outcomes), asio::detached);
  while (context.poll() != 0) {
  }
  EXPECT_TRUE(outcomes.empty());
  lock.let_go();
  context.run();
  EXPECT_EQ(outcomes, std::vector<std::optional<StoreError>>(100));
  EXPECT_EQ(database.figures().committed_writes, 100U);
  EXPECT_LE(database.figures().committed_batches, 2U);  // the first may have gone ahead of the others
}

TEST_F(FT_12, a_batch_is_bounded) {
  auto& database = file.open([](SqliteOptions& options) {
    options.busy_patience = kLong;
    options.batch_limit = 10;
  });
  const auto store = database.open_store();
  WriteLock lock(file.path());
  asio::io_context context{1};
  for (int i = 0; i < 100; ++i)
    asio::co_spawn(context, insert(*store, samples.code(), outcomes), asio::detached);
  while (context.poll() != 0) {
  }
  lock.let_go();
  context.run();
  EXPECT_EQ(outcomes, std::vector<std::optional<StoreError>>(100));
  EXPECT_GE(database.figures().committed_batches, 10U);
}

TEST_F(FT_12, a_full_queue_refuses_at_once_and_does_nothing) {
  auto& database = file.open([](SqliteOptions& options) {
    options.busy_patience = kLong;
    options.batch_limit = 1;
    options.queue_limit = 4;
  });
  const auto store = database.open_store();
  WriteLock lock(file.path());
  asio::io_context context{1};
  std::vector<AuthorizationCodeRecord> codes;
  for (int i = 0; i < 20; ++i) {
    codes.push_back(samples.code());
    asio::co_spawn(context, insert(*store, codes.back(), outcomes), asio::detached);
  }
  while (context.poll() != 0) {
  }
  // Four wait, and the writer may have taken one more.
  ASSERT_GE(outcomes.size(), 15U);
  EXPECT_TRUE(
      std::ranges::all_of(outcomes, [](const auto& error) { return error == StoreError::overloaded; }));
  EXPECT_LE(database.figures().queued_writes, 4U);
  const std::size_t refused = outcomes.size();
  lock.let_go();
  context.run();
  EXPECT_EQ(std::ranges::count(outcomes, std::optional<StoreError>()),
            static_cast<std::ptrdiff_t>(20 - refused));
  std::size_t stored = 0;
  for (const auto& code : codes) stored += must(run_task(store->find_code(code.selector))) ? 1 : 0;
  EXPECT_EQ(stored, 20 - refused);
}

TEST_F(FT_12, one_write_that_cannot_be_done_does_not_fail_its_neighbours) {
  auto& database = file.open([](SqliteOptions& options) { options.busy_patience = kLong; });
  const auto store = database.open_store();
  const auto known = samples.attempt();
  must(run_task(store->begin_attempt(known)));
  WriteLock lock(file.path());
  asio::io_context context{1};
  std::vector<std::optional<StoreError>> bad;
  std::vector<AuthorizationCodeRecord> codes;
  for (int i = 0; i < 10; ++i) {
    codes.push_back(samples.code());
    asio::co_spawn(context, insert(*store, codes.back(), outcomes), asio::detached);
    if (i % 3 == 0) asio::co_spawn(context, record(*store, samples.attempt(), bad), asio::detached);
  }
  asio::co_spawn(context, insert(*store, codes.front(), bad), asio::detached);  // its selector is taken
  while (context.poll() != 0) {
  }
  lock.let_go();
  context.run();
  EXPECT_EQ(outcomes, std::vector<std::optional<StoreError>>(10));
  EXPECT_EQ(bad, std::vector<std::optional<StoreError>>(5, StoreError::damaged));
  for (const auto& code : codes) EXPECT_TRUE(must(run_task(store->find_code(code.selector))));
  EXPECT_EQ(database.figures().failed_writes, 5U);
  EXPECT_TRUE(database.usable());
}

TEST_F(FT_12, an_io_context_that_is_gone_harms_nobody) {
  auto& database = file.open([](SqliteOptions& options) { options.busy_patience = kLong; });
  const auto store = database.open_store();
  WriteLock lock(file.path());
  {
    asio::io_context context{1};
    for (int i = 0; i < 10; ++i)
      asio::co_spawn(context, insert(*store, samples.code(), outcomes), asio::detached);
    while (context.poll() != 0) {
    }
  }
  lock.let_go();
  must(run_task(store->insert_code(samples.code())));
  EXPECT_TRUE(outcomes.empty());
}

TEST_F(FT_12, an_io_context_that_was_stopped_harms_nobody) {
  auto& database = file.open();
  const auto store = database.open_store();
  asio::io_context context{1};
  for (int i = 0; i < 10; ++i)
    asio::co_spawn(context, insert(*store, samples.code(), outcomes), asio::detached);
  while (context.poll() != 0 && outcomes.empty()) {
  }
  context.stop();
  const std::size_t before = outcomes.size();
  database.close();
  EXPECT_EQ(outcomes.size(), before);
  EXPECT_EQ(database.figures().committed_writes, 10U);
}

TEST_F(FT_12, io_contexts_that_come_and_go_under_load_harm_nobody) {
  auto& database = file.open();
  on_threads(4, [&](int number) {
    const auto own = database.open_store();
    Samples own_samples(static_cast<std::uint64_t>(number) + 100);
    for (int round = 0; round < 30; ++round) {
      std::vector<std::optional<StoreError>> own_outcomes;
      asio::io_context context{1};
      for (int i = 0; i < 8; ++i)
        asio::co_spawn(context, insert(*own, own_samples.code(), own_outcomes), asio::detached);
      for (int turn = 0; turn < 10 + round; ++turn) context.poll_one();
    }
  });
  database.close();
  EXPECT_EQ(database.figures().failed_writes, 0U);
}

Task<void> insert_within(Store& store, AuthorizationCodeRecord code, milliseconds patience, bool& gave_up) {
  using namespace asio::experimental::awaitable_operators;
  asio::steady_timer timer(co_await asio::this_coro::executor, patience);
  const auto first = co_await (store.insert_code(std::move(code)) || timer.async_wait(asio::use_awaitable));
  gave_up = first.index() == 1;
}

TEST_F(FT_12, whoever_gives_up_waiting_goes_on_at_once_and_an_unbegun_write_is_dropped) {
  auto& database = file.open([](SqliteOptions& options) {
    options.busy_patience = kLong;
    options.batch_limit = 1;
  });
  const auto store = database.open_store();
  WriteLock lock(file.path());
  asio::io_context context{1};
  asio::co_spawn(context, insert(*store, samples.code(), outcomes), asio::detached);
  while (context.poll() != 0) {
  }
  ASSERT_TRUE(
      eventually([&] { return database.figures().queued_writes == 0; }));  // the writer has it, and waits
  const auto code = samples.code();
  bool gave_up = false;
  run_task(insert_within(*store, code, milliseconds{1}, gave_up));
  EXPECT_TRUE(gave_up);
  lock.let_go();
  context.run();
  must(run_task(store->insert_code(samples.code())));
  EXPECT_FALSE(must(run_task(store->find_code(code.selector))));
  EXPECT_EQ(database.figures().committed_writes, 2U);
}

TEST_F(FT_12, TK_19_whoever_gives_up_while_the_lock_is_waited_for_finds_nothing_done_and_is_not_woken_twice) {
  auto& database = file.open([](SqliteOptions& options) { options.busy_patience = kLong; });
  const auto store = database.open_store();
  WriteLock lock(file.path());
  asio::io_context context{1};
  const auto code = samples.code();
  bool gave_up = false;
  asio::co_spawn(context, insert_within(*store, code, milliseconds{100}, gave_up), asio::detached);
  context.poll();
  ASSERT_TRUE(eventually([&] { return database.figures().queued_writes == 0; }));
  context.run();
  EXPECT_TRUE(gave_up);
  lock.let_go();
  context.restart();
  asio::co_spawn(context, insert(*store, samples.code(), outcomes), asio::detached);
  context.run();
  EXPECT_EQ(outcomes, std::vector<std::optional<StoreError>>(1));
  EXPECT_FALSE(must(run_task(store->find_code(code.selector))));
}

TEST_F(FT_12, a_store_may_go_while_its_write_is_under_way) {
  auto& database = file.open([](SqliteOptions& options) { options.busy_patience = kLong; });
  auto store = database.open_store();
  WriteLock lock(file.path());
  asio::io_context context{1};
  asio::co_spawn(context, insert(*store, samples.code(), outcomes), asio::detached);
  while (context.poll() != 0) {
  }
  store.reset();
  lock.let_go();
  context.run();
  EXPECT_EQ(outcomes, std::vector<std::optional<StoreError>>(1));
}

TEST_F(FT_12, the_log_is_cut_when_it_passes_its_limit) {
  constexpr std::int64_t kLimit = 1 << 20;
  auto& database = file.open([](SqliteOptions& options) { options.wal_limit_bytes = kLimit; });
  const auto store = database.open_store();
  std::uintmax_t longest = 0;
  for (int i = 0; i < 60; ++i) {
    auto attempt = samples.attempt();
    attempt.sealed_amazon_tokens = samples.blob(200'000);
    must(run_task(store->begin_attempt(attempt)));
    longest = std::max(longest, std::filesystem::file_size(file.path() + "-wal"));
  }
  EXPECT_LT(longest, 2U * kLimit);
}

TEST_F(FT_12, the_log_is_moved_into_the_file_beside_the_writer) {
  const auto store = file.open().open_store();
  const auto before = std::filesystem::file_size(file.path());
  auto attempt = samples.attempt();
  attempt.sealed_amazon_tokens = samples.blob(200'000);
  must(run_task(store->begin_attempt(attempt)));
  EXPECT_TRUE(eventually([&] { return std::filesystem::file_size(file.path()) > before; }));
}

}  // namespace
}  // namespace couplet::storage::sqlite
