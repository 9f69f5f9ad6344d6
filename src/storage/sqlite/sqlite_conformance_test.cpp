// SPDX-License-Identifier: Apache-2.0
#include "storage/conformance/ended_grant_fixture.hpp"
#include "storage/conformance/temporary_folder.hpp"
#include "storage/conformance/webhook_fixture.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::storage {
namespace {

class SqliteUnderTest final : public DatabaseUnderTest {
 public:
  Database& database() override { return *database_; }

 private:
  static std::unique_ptr<Database> open(const std::string& path) {
    auto opened = open_sqlite({.path = path});
    if (!opened) throw std::runtime_error(opened.error().message);
    return *std::move(opened);
  }
  TemporaryFolder folder_;
  std::unique_ptr<Database> database_ = open(folder_.file("couplet.db"));
};

const EngineUnderTest kEngine{"sqlite", [] { return std::make_unique<SqliteUnderTest>(); }};

INSTANTIATE_TEST_SUITE_P(Engines, StoreConformance, testing::Values(kEngine), engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, WebhookConformance, testing::Values(kEngine), engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, EndedGrantConformance, testing::Values(kEngine), engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, GrantsInDoubtConformance, testing::Values(kEngine), engine_name);

}  // namespace
}  // namespace couplet::storage
