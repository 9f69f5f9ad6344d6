// SPDX-License-Identifier: Apache-2.0
// Users who are linked, an Amazon that answers as a test scripts it, and all that talks to it about them.
#pragma once
#include <gtest/gtest.h>

#include "base/testing/fake_pauses.hpp"
#include "base/testing/run_task.hpp"
#include "server/common/testing/test_config.hpp"
#include "server/links/disabler.hpp"
#include "server/links/testing/fake_amazon.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server::testing {

class LinkedWorld : public ::testing::Test {
 protected:
  /// A user who is linked from the app, with Amazon's tokens of `lifetime`.
  AccountLink link(const std::string& user, const char* alexa_user_id = "amzn1.ask.account.A",
                   seconds lifetime = seconds{3600}) {
    LinkAttempt attempt;
    attempt.attempt_id = AttemptId::make(clock.now(), random);
    attempt.skill = skill.name;
    attempt.user = UserId(user);
    attempt.created_at = attempt.updated_at = clock.now();
    AccountLink made;
    made.skill = skill.name;
    made.user = UserId(user);
    made.status = LinkStatus::LINKED;
    made.origin = GrantOrigin::app;
    made.attempt_id = attempt.attempt_id;
    made.alexa_user_id = AlexaUserId(alexa_user_id);
    made.api_host = "api.amazonalexa.com";
    const alexa::AmazonTokens tokens{alexa::AmazonAccessToken("Atza|" + user),
                                     alexa::AmazonRefreshToken("Atzr|" + user), clock.now() + lifetime};
    made.sealed_amazon_tokens = alexa::seal_tokens(tokens, made.skill, made.user, *config.keys, random);
    made.checked_at = made.changed_at = clock.now();
    must(store->begin_attempt(attempt));
    must(store->complete_link(attempt, made, LinkProof::answer, {}, attempt.updated_at));
    amazon.enabled = true;
    return stored(user);
  }
  AccountLink stored(const std::string& user) {
    return must(store->find_link(skill.name, UserId(user))).value();
  }
  OwedDisablement unlink(const AccountLink& seen) {
    return must(store->unlink_owing(seen, clock.now(), clock.now() + Disabler::kClaim)).value();
  }
  std::size_t owed() { return must(store->count_disablements()); }

  template <class T>
  static T must(Task<storage::Result<T>> task) {
    auto result = run_task(std::move(task));
    if (!result) throw std::runtime_error("the store failed");
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }

  Config config = test_config();
  const Skill& skill = config.skills.front();
  FakeClock clock{from_unix_seconds(1'800'000'000)};
  FakePauses pauses{clock};
  SeededRandom random{11};
  std::unique_ptr<storage::Database> database = storage::make_memory_database();
  std::unique_ptr<storage::Store> store = database->open_store();
  FakeAmazon amazon;
  Metrics metrics;
  AmazonSession session{config, *store, amazon, pauses, clock, random, metrics};
  LinkCheck check{*store, session, clock, metrics};
  Disabler disabler{config, *store, session, check, pauses, clock, random, metrics};
};

}  // namespace couplet::server::testing
