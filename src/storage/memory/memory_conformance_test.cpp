// SPDX-License-Identifier: Apache-2.0
#include "storage/conformance/ended_grant_fixture.hpp"
#include "storage/conformance/webhook_fixture.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::storage {
namespace {

class MemoryUnderTest final : public DatabaseUnderTest {
 public:
  Database& database() override { return *database_; }

 private:
  std::unique_ptr<Database> database_ = make_memory_database();
};

const EngineUnderTest kEngine{"memory", [] { return std::make_unique<MemoryUnderTest>(); }};

INSTANTIATE_TEST_SUITE_P(Engines, StoreConformance, testing::Values(kEngine), engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, WebhookConformance, testing::Values(kEngine), engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, EndedGrantConformance, testing::Values(kEngine), engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, GrantsInDoubtConformance, testing::Values(kEngine), engine_name);

}  // namespace
}  // namespace couplet::storage
