// SPDX-License-Identifier: Apache-2.0
// Ten million attempts are not read through to find one: SQLite itself says which index it takes.
#include "storage/sqlite/testing/sqlite_file.hpp"

namespace couplet::storage::sqlite {
namespace {

std::string plan(const std::string& path, const std::string& query) {
  sqlite3* handle = nullptr;
  if (sqlite3_open(path.c_str(), &handle) != SQLITE_OK) throw std::runtime_error("cannot open " + path);
  std::string out;
  const auto keep = [](void* to, int columns, char** values, char**) {
    *static_cast<std::string*>(to) += std::string(values[columns - 1]) + "\n";
    return 0;
  };
  sqlite3_exec(handle, ("EXPLAIN QUERY PLAN " + query).c_str(), keep, &out, nullptr);
  sqlite3_close(handle);
  return out;
}

TEST(SG_07, attempts_are_found_by_an_index_and_need_no_sorting) {
  SqliteFile file;
  file.open();
  const std::string by_reference = plan(file.path(),
                                        "SELECT * FROM attempts WHERE substr(attempt_id, 12) = x'0102030405' "
                                        "ORDER BY attempt_id DESC LIMIT 20");
  EXPECT_NE(by_reference.find("USING INDEX attempts_by_reference"), std::string::npos) << by_reference;
  EXPECT_EQ(by_reference.find("TEMP B-TREE"), std::string::npos) << by_reference;
  const std::string of_user =
      plan(file.path(), "SELECT * FROM attempts WHERE user_id = 'a' ORDER BY attempt_id DESC LIMIT 20");
  EXPECT_NE(of_user.find("USING INDEX attempts_of_user"), std::string::npos) << of_user;
  EXPECT_EQ(of_user.find("TEMP B-TREE"), std::string::npos) << of_user;
}

TEST(SG_08, unfinished_attempts_are_paged_through_by_an_index_and_need_no_sorting) {
  SqliteFile file;
  file.open();
  const std::string next_page =
      plan(file.path(),
           "SELECT * FROM attempts WHERE status NOT IN ('linked', 'failed') AND (created_at, attempt_id) > "
           "(1, x'01') ORDER BY created_at, attempt_id LIMIT 200");
  EXPECT_NE(next_page.find("USING INDEX unfinished_attempts ((created_at,attempt_id)>(?,?))"),
            std::string::npos)
      << next_page;
  EXPECT_EQ(next_page.find("TEMP B-TREE"), std::string::npos) << next_page;
}

TEST(UL_05, a_users_rows_are_found_by_an_index) {
  SqliteFile file;
  file.open();
  for (const std::string table : {"codes", "grants", "events", "disablements"}) {
    const std::string of_user =
        plan(file.path(), "SELECT * FROM " + table + " WHERE skill = 'a' AND user_id = 'b'");
    EXPECT_NE(of_user.find("INDEX " + table + "_of_user"), std::string::npos) << of_user;
  }
  const std::string of_alexa_ids =
      plan(file.path(),
           "UPDATE events SET user_id = NULL, alexa_user_id = '' WHERE skill = 'a' AND alexa_user_id IN "
           "(SELECT alexa_user_id FROM alexa_ids INDEXED BY alexa_ids_of_user WHERE skill = 'a' AND user_id "
           "= 'b')");
  EXPECT_NE(of_alexa_ids.find("INDEX events_of_alexa_user"), std::string::npos) << of_alexa_ids;
  EXPECT_NE(of_alexa_ids.find("alexa_ids_of_user (skill=? AND user_id=?)"), std::string::npos)
      << of_alexa_ids;
}

TEST(WH_08, what_is_due_is_found_by_an_index_and_needs_no_sorting) {
  SqliteFile file;
  file.open();
  const std::string due =
      plan(file.path(),
           "SELECT d.*, n.* FROM webhook_deliveries AS d JOIN link_news AS n ON n.sequence "
           "= d.sequence WHERE d.target = 'a' AND d.next_try_at IS NOT NULL AND "
           "d.next_try_at <= 1 ORDER BY d.next_try_at, d.sequence LIMIT 20");
  EXPECT_NE(due.find("USING INDEX due_deliveries (target=? AND"), std::string::npos) << due;
  EXPECT_EQ(due.find("TEMP B-TREE"), std::string::npos) << due;
  const std::string next_of_user = plan(
      file.path(),
      "SELECT min(sequence) FROM webhook_deliveries INDEXED BY waiting_deliveries WHERE target = 'a' AND "
      "user_id = 'b' AND given_up_at IS NULL");
  EXPECT_NE(next_of_user.find("waiting_deliveries (target=? AND user_id=?)"), std::string::npos)
      << next_of_user;
}

}  // namespace
}  // namespace couplet::storage::sqlite
