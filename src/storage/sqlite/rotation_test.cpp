// SPDX-License-Identifier: Apache-2.0
// However often a token is used, the file stays as long as it was (FT-11).
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <filesystem>

#include "storage/sqlite/testing/sqlite_file.hpp"

namespace couplet::storage::sqlite {
namespace {

namespace asio = boost::asio;

constexpr std::uint32_t kRotations = 100'000;

// Rotations stand in the writer's queue one behind the other, so many share one commit.
Task<void> rotate_once(Store& store, GrantId grant_id, std::uint32_t generation, std::uint32_t& rotated) {
  const RefreshRotation from{generation, 0, kStart + milliseconds{generation}, std::nullopt};
  const RefreshRotation to{generation + 1, 0, kStart + milliseconds{generation + 1}, std::nullopt};
  rotated += must(co_await store.rotate_refresh_token(grant_id, from, to)) ? 1 : 0;
}

std::uint32_t rotate_many(Store& store, const GrantId& grant_id) {
  constexpr std::uint32_t kAtOnce = 1000;
  std::uint32_t rotated = 0;
  asio::io_context context{1};
  for (std::uint32_t generation = 0; generation < kRotations;) {
    for (std::uint32_t i = 0; i < kAtOnce; ++i, ++generation)
      asio::co_spawn(context, rotate_once(store, grant_id, generation, rotated), asio::detached);
    context.run();
    context.restart();
  }
  return rotated;
}

TEST(FT_11, a_hundred_thousand_rotations_leave_one_row_and_no_longer_file) {
  SqliteFile file;
  const auto store = file.open().open_store();
  Samples samples;
  const auto code = samples.code();
  Grant grant = samples.grant();
  grant.rotation = {0, 0, kStart, std::nullopt};
  must(run_task(store->insert_code(code)));
  must(run_task(store->spend_code(code.selector, grant, kStart)));
  Stranger stranger(file.path());
  const std::string pages = stranger.text("PRAGMA page_count");

  EXPECT_EQ(rotate_many(*store, grant.grant_id), kRotations);
  EXPECT_EQ(must(run_task(store->find_grant(grant.grant_id))).value().rotation.generation, kRotations);
  EXPECT_EQ(stranger.text("SELECT count(*) FROM grants"), "1");
  EXPECT_EQ(stranger.text("PRAGMA page_count"), pages);
  file.close();
  EXPECT_LE(std::filesystem::file_size(file.path()), std::stoull(pages) * 4096);
}

}  // namespace
}  // namespace couplet::storage::sqlite
