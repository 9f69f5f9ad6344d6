// SPDX-License-Identifier: Apache-2.0
// What is let in at the start, and what is not.
#include "storage/sqlite/schema.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "storage/sqlite/testing/sqlite_file.hpp"

namespace couplet::storage::sqlite {
namespace {

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  ::chmod(path.c_str(), 0600);
}

void overwrite_at(const std::string& path, std::size_t at, const std::string& bytes) {
  std::string all = content(path);
  all.replace(at, bytes.size(), bytes);
  overwrite(path, all);
}

unsigned mode_of(const std::string& path) {
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 07777U : 0U;
}

/// A file with a few hundred rows, closed.
void fill(SqliteFile& file) {
  const auto store = file.open().open_store();
  Samples samples;
  for (int i = 0; i < 100; ++i) must(run_task(store->insert_code(samples.code())));
  file.close();
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(SE_06, the_file_and_its_companions_are_private_to_their_owner) {
  SqliteFile file;
  const auto store = file.open().open_store();
  Samples samples;
  must(run_task(store->insert_code(samples.code())));
  for (const char* suffix : {"", "-wal", "-shm"}) EXPECT_EQ(mode_of(file.path() + suffix), 0600U) << suffix;
}

TEST(SE_06, a_file_that_others_can_read_is_refused) {
  for (const char* suffix : {"", "-wal"}) {
    for (const mode_t mode : {0640U, 0604U, 0602U}) {
      SqliteFile file;
      fill(file);
      overwrite(file.path() + "-wal", "");
      ::chmod((file.path() + suffix).c_str(), mode);
      EXPECT_TRUE(mentions(file.refusal(), "chmod 600 " + file.path() + suffix)) << file.refusal();
      ::chmod((file.path() + suffix).c_str(), 0600);
      file.open();
    }
  }
}

TEST(SE_08, a_new_database_is_marked_as_ours_and_numbered) {
  SqliteFile file;
  file.open();
  Stranger stranger(file.path());
  EXPECT_EQ(stranger.text("PRAGMA application_id"), std::to_string(kApplicationId));
  EXPECT_EQ(stranger.text("PRAGMA user_version"), std::to_string(latest_schema()));
  EXPECT_EQ(stranger.text("PRAGMA journal_mode"), "wal");
}

TEST(SE_08, a_folder_that_is_not_there_is_named) {
  const auto opened = open_sqlite({.path = "/nonexistent-folder/couplet.db"});
  ASSERT_FALSE(opened);
  EXPECT_TRUE(mentions(opened.error().message, "the folder /nonexistent-folder does not exist"));
}

TEST(SE_08, a_folder_in_place_of_the_file_is_refused) {
  SqliteFile file;
  std::filesystem::create_directory(file.path());
  EXPECT_TRUE(mentions(file.refusal(), "not a file"));
}

TEST(SE_08, a_file_that_is_no_database_is_refused_and_left_alone) {
  SqliteFile file;
  const std::string letter = "Dear diary, " + std::string(5000, 'x');
  overwrite(file.path(), letter);
  EXPECT_TRUE(mentions(file.refusal(), "not a SQLite file"));
  overwrite(file.path(), "short");
  EXPECT_TRUE(mentions(file.refusal(), "not a SQLite file"));
  EXPECT_EQ(content(file.path()), "short");
}

TEST(SE_08, a_database_of_another_program_is_refused_and_left_alone) {
  SqliteFile file;
  {
    Stranger stranger(file.path());
    stranger.execute("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('one')");
  }
  ::chmod(file.path().c_str(), 0600);
  const std::string before = content(file.path());
  EXPECT_TRUE(mentions(file.refusal(), "belongs to another program"));
  EXPECT_EQ(content(file.path()), before);
  EXPECT_FALSE(std::filesystem::exists(file.path() + "-wal"));
}

TEST(SE_08, a_newer_schema_is_refused_and_left_alone) {
  SqliteFile file;
  fill(file);
  {
    Stranger(file.path()).execute("PRAGMA user_version = 99");
  }
  const std::string before = content(file.path());
  EXPECT_TRUE(mentions(file.refusal(),
                       "written by a newer Couplet: its schema is number 99, this program knows up to " +
                           std::to_string(latest_schema())));
  EXPECT_EQ(content(file.path()), before);
}

TEST(SE_08, a_newer_schema_that_is_still_in_the_log_is_refused_too) {
  SqliteFile file;
  fill(file);
  const std::string copy = file.file("copy.db");
  {
    Stranger stranger(file.path());
    stranger.execute("PRAGMA user_version = 99");
    std::filesystem::copy_file(file.path(), copy);
    std::filesystem::copy_file(file.path() + "-wal", copy + "-wal");
  }
  const std::string log = content(copy + "-wal");
  const auto opened = open_sqlite({.path = copy});
  ASSERT_FALSE(opened);
  EXPECT_TRUE(mentions(opened.error().message, "written by a newer Couplet"));
  EXPECT_EQ(content(copy + "-wal"), log);
}

TEST(SE_08, a_cut_file_is_refused) {
  SqliteFile file;
  fill(file);
  std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) - 4096);
  EXPECT_TRUE(mentions(file.refusal(), "damaged: it has"));
  std::filesystem::resize_file(file.path(), 50);
  EXPECT_TRUE(mentions(file.refusal(), "Nothing was changed"));
}

TEST(SE_08, a_page_of_noise_is_refused_and_left_alone) {
  SqliteFile file;
  fill(file);
  const std::string whole = content(file.path());
  const std::string noise(4096, '\x5a');
  for (std::size_t at = 4096; at < whole.size(); at += 4096) {
    overwrite_at(file.path(), at, noise);
    const std::string damaged = content(file.path());
    EXPECT_TRUE(mentions(file.refusal(), "the database is damaged")) << "page at " << at;
    EXPECT_EQ(content(file.path()), damaged);
    overwrite(file.path(), whole);
  }
  file.open();
}

TEST(SE_08, a_damaged_header_is_refused) {
  SqliteFile file;
  fill(file);
  const std::string whole = content(file.path());
  for (const std::size_t at : {0UL, 10UL, 15UL, 68UL, 71UL, 100UL}) {
    overwrite_at(file.path(), at, "\x7f");
    EXPECT_FALSE(file.refusal().empty()) << "byte " << at;
    overwrite(file.path(), whole);
  }
}

TEST(SE_08, a_missing_table_is_refused) {
  SqliteFile file;
  fill(file);
  {
    Stranger(file.path()).execute("DROP TABLE links");
  }
  EXPECT_TRUE(mentions(file.refusal(), "the database is damaged (prepare: no such table: links)"))
      << file.refusal();
}

TEST(SE_08, a_start_that_was_interrupted_is_taken_up_again) {
  SqliteFile file;
  overwrite(file.path(), "");  // stopped after the file was created
  file.open();
  file.close();
  std::filesystem::remove(file.path());
  {
    Stranger stranger(file.path());  // stopped after it was marked, before its tables
    stranger.execute("PRAGMA application_id = " + std::to_string(kApplicationId));
  }
  ::chmod(file.path().c_str(), 0600);
  const auto store = file.open().open_store();
  Samples samples;
  must(run_task(store->insert_code(samples.code())));
}

TEST(SE_08, two_processes_may_create_it_at_the_same_time) {
  for (int round = 0; round < 5; ++round) {
    SqliteFile file;
    std::atomic<int> good{0};
    on_threads(4, [&](int number) {
      const auto opened = open_sqlite({.path = file.path()});
      if (!opened) {
        ADD_FAILURE() << opened.error().message;
        return;
      }
      Samples samples(static_cast<std::uint64_t>(number) + 1);
      const auto store = (*opened)->open_store();
      if (run_task(store->insert_code(samples.code()))) ++good;
    });
    EXPECT_EQ(good, 4);
  }
}

TEST(SE_08, a_backup_made_while_the_server_runs_opens) {
  SqliteFile file;
  Samples samples;
  const auto code = samples.code();
  const auto store = file.open().open_store();
  must(run_task(store->insert_code(code)));
  const std::string copy = file.file("backup.db");
  Stranger(file.path()).execute("VACUUM INTO '" + copy + "'");
  ::chmod(copy.c_str(), 0600);
  const auto opened = open_sqlite({.path = copy});
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_TRUE(must(run_task((*opened)->open_store()->find_code(code.selector))));
}

TEST(SE_01, neither_the_file_nor_its_log_holds_what_unlinking_erased) {
  SqliteFile file;
  Samples samples;
  auto attempt = samples.attempt();
  auto link = samples.link(attempt, samples.grant());
  const std::string marker = "SEALED-AMAZON-TOKENS-OF-THIS-LINK";
  for (int i = 0; i < 600; ++i)
    std::ranges::copy(as_byte_view(marker), std::back_inserter(link.sealed_amazon_tokens));
  const auto store = file.open().open_store();
  must(run_task(store->begin_attempt(attempt)));
  must(run_task(store->complete_link(attempt, link, LinkProof::answer, {}, attempt.updated_at)));
  EXPECT_TRUE(mentions(content(file.path() + "-wal"), marker));
  must(run_task(store->unlink(link, EvidenceSource::unlink_request, kStart)));
  file.close();
  EXPECT_FALSE(mentions(content(file.path()), marker));
  EXPECT_FALSE(mentions(content(file.path() + "-wal"), marker));
}

}  // namespace
}  // namespace couplet::storage::sqlite
