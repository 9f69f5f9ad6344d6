// SPDX-License-Identifier: Apache-2.0
// A database of an older program goes on with this one: each schema's rows, written by its own SQL, are read
// back here.
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "storage/sqlite/schema.hpp"
#include "storage/sqlite/testing/sqlite_file.hpp"

namespace couplet::storage::sqlite {
namespace {

std::string source(const std::string& name) {
  std::ifstream in(std::string(COUPLET_SOURCE_DIR "/src/storage/sqlite/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The file as the program with schema 1 left it.
void write_schema_1(const SqliteFile& file) {
  Stranger stranger(file.path());
  stranger.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
  stranger.execute("PRAGMA journal_mode = WAL");
  stranger.execute(source("migrations/0001_initial.sql") + source("testing/schema_1.sql") +
                   "PRAGMA user_version = 1");
}

GrantId grant_id(std::uint8_t last) {
  return *GrantId::from_bytes(*from_hex("019c00000000000000000000000006" + to_hex({{std::byte{last}}})));
}

TEST(FT_09, grants_of_schema_1_live_on_unrotated_and_without_an_end) {
  SqliteFile file;
  write_schema_1(file);
  ::chmod(file.path().c_str(), 0600);
  const auto store = file.open().open_store();
  const Grant alice = must(run_task(store->find_grant(grant_id(1)))).value();
  EXPECT_EQ(alice.user, UserId("user-alice"));
  EXPECT_EQ(alice.scope, "profile rides");
  EXPECT_EQ(alice.rotation, RefreshRotation{});
  EXPECT_FALSE(alice.expires_at);
  EXPECT_FALSE(alice.revoked_at);
  EXPECT_FALSE(alice.in_doubt);
  EXPECT_TRUE(must(run_task(store->find_grant(grant_id(2)))).value().revoked_at);
  EXPECT_TRUE(must(run_task(store->rotate_refresh_token(alice.grant_id, {}, {1, 0, kStart, std::nullopt}))));
}

TEST(FT_09, a_file_that_is_to_stay_as_it_is_is_neither_created_nor_migrated) {
  SqliteFile file;
  const SqliteOptions as_it_is{.path = file.path(), .opening = SqliteOpening::as_it_is};
  const auto missing = open_sqlite(as_it_is);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("there is no database yet"), std::string::npos);
  write_schema_1(file);
  ::chmod(file.path().c_str(), 0600);
  const auto older = open_sqlite(as_it_is);
  ASSERT_FALSE(older);
  EXPECT_NE(older.error().message.find("its schema is number 1"), std::string::npos);
  EXPECT_EQ(Stranger(file.path()).text("PRAGMA user_version"), "1");
  file.open();
  EXPECT_TRUE(open_sqlite(as_it_is));
}

}  // namespace
}  // namespace couplet::storage::sqlite
