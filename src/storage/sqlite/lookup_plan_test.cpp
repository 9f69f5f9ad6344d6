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

}  // namespace
}  // namespace couplet::storage::sqlite
