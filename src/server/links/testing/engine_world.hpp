// SPDX-License-Identifier: Apache-2.0
// The link engine on a store in memory, with an Amazon that answers as a test scripts it.
#pragma once
#include <gtest/gtest.h>

#include "base/testing/fake_pauses.hpp"
#include "base/testing/run_task.hpp"
#include "server/common/testing/test_config.hpp"
#include "server/links/link_engine.hpp"
#include "server/links/testing/fake_amazon.hpp"
#include "server/links/testing/fake_external_codes.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server::testing {

inline const Instant kNow = from_unix_seconds(1'800'000'000);

class EngineWorld : public ::testing::Test {
 protected:
  explicit EngineWorld(Config used = test_config()) : config(std::move(used)) {}

  alexa::StartedLink start(const char* user = "alice") {
    return {.attempt_id = AttemptId::make(clock.now(), random),
            .skill = skill.name,
            .user = UserId(user),
            .platform = Platform::android,
            .return_mode = ReturnMode::app,
            .redirect_uri = skill.redirect_uris.front(),
            .acknowledged = {},
            .expires_at = clock.now() + minutes{10},
            .key_id = 1};
  }
  Result<LinkAttempt, FinishError> finish(const alexa::StartedLink& started, const char* code = "ANCode") {
    return run_task(engine.finish(skill, started, alexa::AmazonCode(std::string(code))));
  }
  std::optional<AccountLink> stored_link() {
    return run_task(store->find_link(skill.name, UserId("alice"))).value();
  }

  const Config config;
  const Skill& skill = config.skills.front();
  FakeClock clock{kNow};
  SeededRandom random{11};
  std::unique_ptr<storage::Database> database = storage::make_memory_database();
  std::unique_ptr<storage::Store> store = database->open_store();
  FakeAmazon amazon;
  Metrics metrics;
  FakeExternalCodes external_codes;
  FakePauses pauses{clock};
  LinkEngine engine{config, *store, amazon, external_codes, pauses, clock, random, metrics};
};

}  // namespace couplet::server::testing
