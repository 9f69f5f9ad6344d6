// SPDX-License-Identifier: Apache-2.0
// Disks that fill up or fail, locks that others hold.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "storage/sqlite/testing/broken_disk.hpp"
#include "storage/sqlite/testing/sqlite_file.hpp"

namespace couplet::storage::sqlite {
namespace {

namespace asio = boost::asio;

class BrokenDiskTest : public testing::Test {
 protected:
  BrokenDiskTest() { disk.repair(); }
  ~BrokenDiskTest() override { disk.repair(); }

  Database& open() {
    return file.open([&](SqliteOptions& options) { options.vfs = disk.vfs(); });
  }
  bool is_stored(Store& store, const AuthorizationCodeRecord& code) {
    return must(run_task(store.find_code(code.selector))).has_value();
  }

  BrokenDisk& disk = BrokenDisk::instance();
  SqliteFile file;
  Samples samples;
};
using FT_04 = BrokenDiskTest;
using FT_05 = BrokenDiskTest;

TEST_F(FT_04, on_a_full_disk_writes_are_unavailable_reads_go_on_and_it_recovers_by_itself) {
  auto& database = open();
  const auto store = database.open_store();
  const auto kept = samples.code();
  must(run_task(store->insert_code(kept)));

  disk.on_write = SQLITE_FULL;
  const auto lost = samples.code();
  EXPECT_EQ(run_task(store->insert_code(lost)).error(), StoreError::unavailable);
  EXPECT_FALSE(database.usable());
  EXPECT_EQ(database.figures().failed_writes, 1U);
  EXPECT_TRUE(is_stored(*store, kept));
  EXPECT_FALSE(is_stored(*store, lost));

  disk.repair();
  EXPECT_TRUE(eventually(
      [&] { return database.usable(); }));  // nobody has written: the server may be out of rotation
  const auto later = samples.code();
  must(run_task(store->insert_code(later)));
  EXPECT_TRUE(database.usable());
  file.close();
  open();
  const auto reopened = file.database().open_store();
  EXPECT_TRUE(is_stored(*reopened, kept));
  EXPECT_FALSE(is_stored(*reopened, lost));
  EXPECT_TRUE(is_stored(*reopened, later));
}

struct Tally {
  std::vector<AttemptId> stored;
  int refused = 0;
};

Task<void> begin(Store& store, LinkAttempt attempt, Tally& tally) {
  const AttemptId attempt_id = attempt.attempt_id;
  const auto result = co_await store.begin_attempt(std::move(attempt));
  if (result) tally.stored.push_back(attempt_id);
  tally.refused += result ? 0 : 1;
}

Task<void> record_unknown(Store& store, LinkAttempt attempt, Tally& tally) {
  const Instant seen_at = attempt.updated_at;
  const auto result = co_await store.record_step(std::move(attempt), {}, seen_at);
  tally.refused += result ? 0 : 1;
}

/// Writes that are queued while it stands go into one transaction when it is let go.
class Dam {
 public:
  Dam(Database& database, Store& store, const std::string& path, Samples& samples) : lock_(path) {
    asio::co_spawn(context, begin(store, samples.attempt(), tally_), asio::detached);
    while (context.poll() != 0) {
    }
    if (!eventually([&] { return database.figures().queued_writes == 0; }))
      throw std::runtime_error("not taken");
  }
  void let_go() {
    while (context.poll() != 0) {
    }
    lock_.let_go();
    context.run();
  }

  asio::io_context context{1};

 private:
  WriteLock lock_;
  Tally tally_;
};

class OneBatch : public BrokenDiskTest {
 protected:
  Database& open_patiently() {
    return file.open([&](SqliteOptions& options) {
      options.vfs = disk.vfs();
      options.busy_patience = milliseconds{60'000};
    });
  }
  Tally tally;
};

TEST_F(OneBatch, FT_04_that_does_not_fit_is_stored_as_far_as_there_is_room) {
  auto& database = open_patiently();
  const auto store = database.open_store();
  Dam dam(database, *store, file.path(), samples);
  std::vector<AttemptId> all;
  for (int i = 0; i < 20; ++i) {
    auto attempt = samples.attempt();
    attempt.sealed_amazon_tokens = samples.blob(40'000);
    all.push_back(attempt.attempt_id);
    asio::co_spawn(dam.context, begin(*store, std::move(attempt), tally), asio::detached);
  }
  disk.file_limit_bytes = 450'000;  // room for some of the twenty
  disk.on_write = SQLITE_FULL;
  dam.let_go();
  disk.repair();
  EXPECT_GT(tally.stored.size(), 0U);
  EXPECT_GT(tally.refused, 0);
  EXPECT_EQ(tally.stored.size() + static_cast<std::size_t>(tally.refused), all.size());
  for (const auto& attempt_id : all)
    EXPECT_EQ(must(run_task(store->find_attempt(attempt_id))).has_value(),
              std::ranges::count(tally.stored, attempt_id) == 1);
}

// With a write among them that has to be replayed alone. Each try may wait for a lock, or for a dying disk.
TEST_F(OneBatch, FT_05_meets_a_failing_disk_once_not_once_for_each_write) {
  auto& database = open_patiently();
  const auto store = database.open_store();
  Dam dam(database, *store, file.path(), samples);
  asio::co_spawn(dam.context, record_unknown(*store, samples.attempt(), tally), asio::detached);
  for (int i = 0; i < 40; ++i)
    asio::co_spawn(dam.context, begin(*store, samples.attempt(), tally), asio::detached);
  disk.on_sync = SQLITE_IOERR_FSYNC;
  dam.let_go();
  EXPECT_LT(disk.failed_syncs, 20);
  EXPECT_EQ(tally.refused, 41);
}

TEST_F(FT_05, a_disk_that_went_read_only_is_an_outage_of_writes_and_recovers_by_itself) {
  auto& database = open();
  const auto store = database.open_store();
  const auto kept = samples.code();
  must(run_task(store->insert_code(kept)));
  disk.on_write = SQLITE_READONLY;
  const auto lost = samples.code();
  EXPECT_EQ(run_task(store->insert_code(lost)).error(), StoreError::unavailable);
  EXPECT_FALSE(database.usable());
  EXPECT_TRUE(is_stored(*store, kept));
  disk.repair();
  EXPECT_TRUE(eventually([&] { return database.usable(); }));
  must(run_task(store->insert_code(lost)));
}

TEST_F(FT_05, after_a_failed_sync_nothing_is_acknowledged) {
  auto& database = open();
  const auto store = database.open_store();
  must(run_task(store->insert_code(samples.code())));
  disk.on_sync = SQLITE_IOERR_FSYNC;
  const auto lost = samples.code();
  EXPECT_EQ(run_task(store->insert_code(lost)).error(), StoreError::unavailable);
  EXPECT_FALSE(database.usable());
  EXPECT_FALSE(is_stored(*store, lost));
  disk.repair();
  const auto later = samples.code();
  must(run_task(store->insert_code(later)));
  EXPECT_TRUE(is_stored(*store, later));
}

TEST_F(FT_05, a_disk_that_fails_at_any_point_never_acknowledges_what_is_not_there) {
  for (const int code : {SQLITE_IOERR_WRITE, SQLITE_FULL, SQLITE_IOERR_FSYNC}) {
    for (int grace = 0; grace < 12; ++grace) {
      disk.repair();
      SqliteFile own;
      std::vector<AuthorizationCodeRecord> acknowledged;
      std::vector<Grant> grants;
      own.open([&](SqliteOptions& options) { options.vfs = disk.vfs(); });
      {
        const auto store = own.database().open_store();
        disk.grace = grace;
        (code == SQLITE_IOERR_FSYNC ? disk.on_sync : disk.on_write) = code;
        for (int i = 0; i < 8; ++i) {
          if (i == 6) disk.repair();
          const auto record = samples.code();
          const auto grant = samples.grant();
          if (!run_task(store->insert_code(record))) continue;
          if (!run_task(store->spend_code(record.selector, grant, kStart))) continue;
          acknowledged.push_back(record);
          grants.push_back(grant);
        }
      }
      EXPECT_GE(acknowledged.size(), 2U);
      own.close();
      own.open();
      const auto store = own.database().open_store();
      for (std::size_t i = 0; i < acknowledged.size(); ++i) {
        EXPECT_EQ(must(run_task(store->find_code(acknowledged[i].selector))).value().grant_id,
                  grants[i].grant_id);
        EXPECT_TRUE(must(run_task(store->find_grant(grants[i].grant_id))));
      }
    }
  }
}

TEST_F(FT_05, a_failing_read_is_unavailable_and_the_next_one_works) {
  const auto code = samples.code();
  {
    const auto store = open().open_store();
    must(run_task(store->insert_code(code)));
  }
  file.close();
  const auto store = open().open_store();
  disk.on_read = SQLITE_IOERR_READ;
  EXPECT_EQ(run_task(store->find_code(code.selector)).error(), StoreError::unavailable);
  EXPECT_EQ(run_task(store->find_links(SkillName("ride-hailer"), {UserId("user-alice")})).error(),
            StoreError::unavailable);
  disk.repair();
  EXPECT_TRUE(is_stored(*store, code));
  EXPECT_TRUE(run_task(store->find_links(SkillName("ride-hailer"), {UserId("user-alice")})));
}

TEST(TK_19, a_lock_that_another_process_keeps_makes_writes_unavailable_in_time) {
  SqliteFile file;
  Samples samples;
  auto& database = file.open([](SqliteOptions& options) { options.busy_patience = milliseconds{50}; });
  const auto store = database.open_store();
  WriteLock lock(file.path());
  EXPECT_EQ(run_task(store->insert_code(samples.code()), seconds{2}).error(), StoreError::unavailable);
  EXPECT_FALSE(database.usable());
  lock.let_go();
  must(run_task(store->insert_code(samples.code())));
  EXPECT_TRUE(database.usable());
}

TEST(TK_19, a_row_that_makes_no_sense_is_damaged_not_absent) {
  SqliteFile file;
  Samples samples;
  const auto code = samples.code();
  const auto attempt = samples.attempt();
  const auto store = file.open().open_store();
  must(run_task(store->insert_code(code)));
  must(run_task(store->begin_attempt(attempt)));
  Stranger stranger(file.path());
  for (const char* change : {"origin = 'moon'", "code_hash = x'00'", "attempt_id = x'0102'"}) {
    stranger.execute(std::string("UPDATE codes SET ") + change);
    EXPECT_EQ(run_task(store->find_code(code.selector)).error(), StoreError::damaged) << change;
    stranger.execute("DELETE FROM codes");
    must(run_task(store->insert_code(code)));
  }
  for (const char* change : {"acknowledged = 'terms'", "acknowledged = '[1]'", "acknowledged = '{}'"}) {
    stranger.execute(std::string("UPDATE attempts SET ") + change);
    EXPECT_EQ(run_task(store->find_attempt(attempt.attempt_id)).error(), StoreError::damaged) << change;
  }
}

TEST(SG_01, a_database_knows_whether_another_process_had_it_open_when_it_was_opened) {
  SqliteFile file;
  std::optional first(open_sqlite({.path = file.path()}));
  EXPECT_TRUE((**first)->opened_alone());
  std::optional second(open_sqlite({.path = file.path()}));
  EXPECT_FALSE((**second)->opened_alone());
  first.reset();
  std::optional third(open_sqlite({.path = file.path()}));
  EXPECT_FALSE((**third)->opened_alone()) << "the second is still there";
  second.reset();
  third.reset();
  EXPECT_TRUE((*open_sqlite({.path = file.path()}))->opened_alone());
}

TEST(HA_02, two_databases_on_one_file_write_at_the_same_time) {
  SqliteFile file;
  auto& first = file.open();
  const auto second = open_sqlite({.path = file.path()});
  ASSERT_TRUE(second);
  std::atomic<int> good{0};
  std::vector<CodeSelector> contested;
  Samples samples;
  const auto store = first.open_store();
  for (int i = 0; i < 40; ++i) {
    const auto code = samples.code();
    contested.push_back(code.selector);
    must(run_task(store->insert_code(code)));
  }
  on_threads(2, [&](int number) {
    const auto own = (number == 0 ? first : **second).open_store();
    Samples own_samples(static_cast<std::uint64_t>(number) + 50);
    for (const auto& selector : contested) {
      const auto outcome = must(run_task(own->spend_code(selector, own_samples.grant(), kStart)));
      if (outcome.kind == SpendOutcome::Kind::spent) ++good;
    }
  });
  EXPECT_EQ(good, 40);
}

}  // namespace
}  // namespace couplet::storage::sqlite
