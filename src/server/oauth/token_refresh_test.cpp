// SPDX-License-Identifier: Apache-2.0
// What rotation means at the token endpoint: races, failures and restarts. The rules themselves are tested in
// src/oauth.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "server/oauth/testing/oauth_test_world.hpp"
#include "storage/conformance/temporary_folder.hpp"
#include "storage/sqlite/sqlite_database.hpp"

namespace couplet::server {
namespace {

using Fault = FaultyGrants::Fault;

/// The world of the token endpoint under one policy.
struct RefreshWorld : OAuthWorld {
  explicit RefreshWorld(RefreshPolicy policy, seconds grace = seconds{60}) {
    auto made = made_clients(keys);
    for (Client& client : made) {
      client.refresh_policy = policy;
      client.refresh_grace = grace;
    }
    clients = oauth::ClientRegistry(std::move(made));
  }
  std::string new_refresh_token() { return exchange(new_code()).text("refresh_token"); }
  bool is_active(const Answer& answer) {
    return introspect(answer.text("access_token")).response.body != R"({"active":false})";
  }
  std::vector<Answer> refresh_at_once(const std::string& refresh_token, int count) {
    boost::asio::io_context context{1};
    std::vector<Answer> answers;
    const Post one{refresh_body(refresh_token)};
    const http::Request request = one.request();
    grants.reads = Fault::yields;  // all of them read the grant before anybody stores a rotation
    for (int i = 0; i < count; ++i)
      boost::asio::co_spawn(context, token.handle(request), [&](std::exception_ptr, http::Response response) {
        answers.push_back(answer(std::move(response)));
      });
    context.run_for(seconds{10});
    grants.reads = Fault::none;
    return answers;
  }
};

std::set<std::string> tokens_of(const std::vector<Answer>& answers) {
  std::set<std::string> tokens;
  for (const Answer& answer : answers)
    if (answer.status() == 200) tokens.insert(answer.text("refresh_token"));
  return tokens;
}

TEST(RT_01, ten_refreshes_in_a_row_under_each_policy) {
  for (const auto policy : {RefreshPolicy::stable, RefreshPolicy::overlap, RefreshPolicy::strict}) {
    RefreshWorld world(policy);
    std::string refresh_token = world.new_refresh_token();
    std::set<std::string> seen{refresh_token};
    for (int i = 0; i < 10; ++i) {
      const Answer answer = world.refresh(refresh_token);
      ASSERT_EQ(answer.status(), 200) << i;
      EXPECT_TRUE(world.is_active(answer));
      refresh_token = answer.text("refresh_token");
      seen.insert(refresh_token);
    }
    EXPECT_EQ(seen.size(), policy == RefreshPolicy::stable ? 1U : 11U);
  }
}

// As `couplet import grants` stores it.
Grant imported_grant(RefreshWorld& world, std::string_view text) {
  const Digest digest = sha256(text);
  Grant grant;
  grant.grant_id = GrantId::make(world.clock.now(), world.random);
  grant.client_id = ClientId("alexa");
  grant.skill = SkillName("ride-hailer");
  grant.user = UserId("alice");
  grant.scope = "profile";
  grant.origin = GrantOrigin::alexa;
  grant.refresh_selector = oauth::imported_refresh_token(digest).selector;
  grant.refresh_token_hash = oauth::hash_imported_refresh_token(digest, world.keys);
  grant.created_at = world.clock.now() - std::chrono::hours{1000};
  return grant;
}

TEST(RT_01, a_token_of_another_server_that_was_imported_works_under_each_policy) {
  const std::string old_token = "old.server-Token/with~odd.letters";
  for (const auto policy : {RefreshPolicy::stable, RefreshPolicy::overlap, RefreshPolicy::strict}) {
    RefreshWorld world(policy);
    EXPECT_EQ(world.refresh(old_token).text("error"), "invalid_grant") << "not yet";
    const Grant grant = imported_grant(world, old_token);
    ASSERT_EQ(run_task(world.grants.import_grants({grant}, world.clock.now())).value().at(0),
              storage::ImportOutcome::imported);
    const Answer first = world.refresh(old_token);
    ASSERT_EQ(first.status(), 200);
    EXPECT_TRUE(world.is_active(first));
    EXPECT_EQ(world.refresh(old_token).status(), 200) << "the answer was lost";
    const std::string next = first.text("refresh_token");
    EXPECT_EQ(next == old_token, policy == RefreshPolicy::stable);
    EXPECT_EQ(world.refresh(next).status(), 200);
    EXPECT_EQ(world.refresh(old_token + "x").text("error"), "invalid_grant");
    ASSERT_TRUE(run_task(world.grants.revoke_grant(grant.grant_id, world.clock.now())));
    EXPECT_EQ(world.refresh(next).text("error"), "invalid_grant");
  }
}

TEST(RT_13, an_imported_grant_ends_when_its_server_said) {
  RefreshWorld world(RefreshPolicy::stable);
  Grant grant = imported_grant(world, "old");
  grant.expires_at = world.clock.now() + minutes{5};
  ASSERT_TRUE(run_task(world.grants.import_grants({grant}, world.clock.now())));
  EXPECT_EQ(world.refresh("old").status(), 200);
  world.clock.advance(minutes{6});
  EXPECT_EQ(world.refresh("old").text("error"), "invalid_grant");
}

/// What the end of a link attempt does with the grant behind a refresh token.
void link_by(RefreshWorld& world, const std::string& refresh_token, LinkProof proof) {
  const auto selector = oauth::parse_refresh_token(oauth::RefreshToken(refresh_token)).value().selector;
  const Grant grant = run_task(world.store->find_grant_by_refresh(selector)).value().value();
  LinkAttempt attempt;
  attempt.attempt_id = AttemptId::make(world.clock.now(), world.random);
  attempt.skill = grant.skill;
  attempt.user = grant.user;
  AccountLink link = link_made_in_alexa(grant, world.clock.now());
  link.origin = GrantOrigin::app;
  link.attempt_id = attempt.attempt_id;
  ASSERT_TRUE(run_task(world.store->begin_attempt(attempt)));
  ASSERT_TRUE(run_task(world.store->complete_link(attempt, link, proof, {}, attempt.updated_at)));
}

TEST(SG_04, the_first_refresh_of_the_new_grant_ends_the_one_that_alexa_might_have_held) {
  for (const auto policy : {RefreshPolicy::stable, RefreshPolicy::overlap, RefreshPolicy::strict}) {
    RefreshWorld world(policy);
    const std::string before = world.new_refresh_token();
    link_by(world, before, LinkProof::answer);
    world.clock.advance(seconds{1});
    const std::string now = world.new_refresh_token();
    link_by(world, now, LinkProof::status);
    const Answer held = world.refresh(before);
    EXPECT_EQ(held.status(), 200) << "RT-15: Alexa may hold this one";
    const Answer taken = world.refresh(now);
    EXPECT_EQ(taken.status(), 200);
    EXPECT_EQ(world.refresh(held.text("refresh_token")).text("error"), "invalid_grant");
    EXPECT_EQ(world.refresh(taken.text("refresh_token")).status(), 200);
  }
}

TEST(RT_04, an_answer_that_was_lost_is_given_again) {
  for (const auto policy : {RefreshPolicy::overlap, RefreshPolicy::strict}) {
    RefreshWorld world(policy);
    const std::string refresh_token = world.new_refresh_token();
    const std::string lost = world.refresh(refresh_token).text("refresh_token");
    world.clock.advance(seconds{59});
    const Answer again = world.refresh(refresh_token);
    EXPECT_EQ(again.text("refresh_token"), lost);
    EXPECT_TRUE(world.is_active(again));
    EXPECT_EQ(world.refresh(lost).status(), 200);
  }
}

TEST(RT_05, reuse_ends_the_family_under_strict_only) {
  for (const auto policy : {RefreshPolicy::overlap, RefreshPolicy::strict}) {
    RefreshWorld world(policy);
    const std::string first = world.new_refresh_token();
    const Answer second = world.refresh(first);
    world.clock.advance(minutes{2});
    const Answer replay = world.refresh(first);
    const bool strict = policy == RefreshPolicy::strict;
    EXPECT_EQ(replay.status(), strict ? 400 : 200);
    EXPECT_EQ(world.refresh(second.text("refresh_token")).status(), strict ? 400 : 200);
    EXPECT_EQ(world.is_active(second), !strict);
  }
}

TEST(RT_05, a_late_replay_under_overlap_is_refused_and_ends_nothing) {
  RefreshWorld world(RefreshPolicy::overlap);
  const std::string first = world.new_refresh_token();
  std::string newest = first;
  for (int i = 0; i < 6; ++i) newest = world.refresh(newest).text("refresh_token");
  EXPECT_EQ(world.refresh(first).text("error"), "invalid_grant");
  EXPECT_EQ(world.refresh(newest).status(), 200);
}

TEST(RT_07, repeats_of_one_predecessor_are_bounded) {
  RefreshWorld world(RefreshPolicy::strict);
  const std::string first = world.new_refresh_token();
  int answered = 0;
  for (int i = 0; i < 50; ++i) answered += world.refresh(first).status() == 200 ? 1 : 0;
  EXPECT_EQ(answered, 11);  // once, and ten times again
}

TEST(RT_08, fifty_at_once_under_overlap_get_one_successor) {
  RefreshWorld world(RefreshPolicy::overlap);
  std::string refresh_token = world.new_refresh_token();
  refresh_token = world.refresh(refresh_token).text("refresh_token");  // its use is a rotation to store
  const auto answers = world.refresh_at_once(refresh_token, 50);
  ASSERT_EQ(answers.size(), 50U);
  EXPECT_TRUE(std::ranges::all_of(answers, [](const Answer& answer) { return answer.status() == 200; }));
  EXPECT_EQ(tokens_of(answers).size(), 1U);
}

TEST(RT_08, a_few_at_once_under_strict_get_one_successor_within_the_window) {
  RefreshWorld world(RefreshPolicy::strict);
  const auto answers = world.refresh_at_once(world.new_refresh_token(), 8);
  ASSERT_EQ(answers.size(), 8U);
  EXPECT_TRUE(std::ranges::all_of(answers, [](const Answer& answer) { return answer.status() == 200; }));
  EXPECT_EQ(tokens_of(answers).size(), 1U);
}

TEST(RT_08, without_a_window_exactly_one_of_fifty_wins) {
  RefreshWorld world(RefreshPolicy::strict, seconds{0});
  const auto answers = world.refresh_at_once(world.new_refresh_token(), 50);
  ASSERT_EQ(answers.size(), 50U);
  EXPECT_EQ(std::ranges::count_if(answers, [](const Answer& answer) { return answer.status() == 200; }), 1);
}

TEST(RT_09, five_rotations_within_one_second_are_told_apart) {
  RefreshWorld world(RefreshPolicy::strict);
  for (std::size_t old = 0; old < 5; ++old) {
    std::vector<std::string> tokens{world.new_refresh_token()};
    for (int i = 0; i < 5; ++i) tokens.push_back(world.refresh(tokens.back()).text("refresh_token"));
    world.clock.advance(minutes{2});
    EXPECT_EQ(world.refresh(tokens[old]).text("error"), "invalid_grant");
    EXPECT_EQ(world.refresh(tokens.back()).text("error"), "invalid_grant") << "the family lived on";
  }
}

TEST(RT_11, after_a_revocation_no_refresh_in_flight_leaves_a_living_token) {
  for (const auto policy : {RefreshPolicy::stable, RefreshPolicy::overlap, RefreshPolicy::strict}) {
    for (int round = 0; round < 70; ++round) {
      RefreshWorld world(policy);
      const std::string refresh_token = world.new_refresh_token();
      const auto presented = oauth::parse_refresh_token(oauth::RefreshToken(refresh_token)).value();
      const Grant grant = run_task(world.store->find_grant_by_refresh(presented.selector)).value().value();
      boost::asio::io_context context{1};
      std::vector<Answer> answers;
      const Post one{OAuthWorld::refresh_body(refresh_token)};
      const http::Request request = one.request();
      world.grants.reads = Fault::yields;
      world.grants.writes = Fault::yields;
      boost::asio::co_spawn(context, world.token.handle(request),
                            [&](std::exception_ptr, http::Response response) {
                              answers.push_back(OAuthWorld::answer(std::move(response)));
                            });
      for (int steps = 0; steps < round % 7; ++steps) context.poll_one();
      run_task(world.store->revoke_grant(grant.grant_id, world.clock.now())).value();
      context.run_for(seconds{10});
      world.grants.reads = world.grants.writes = Fault::none;
      ASSERT_EQ(answers.size(), 1U);
      EXPECT_FALSE(answers[0].status() == 200 && world.is_active(answers[0]));
      EXPECT_EQ(world.refresh(refresh_token).text("error"), "invalid_grant");
      if (answers[0].status() == 200)
        EXPECT_EQ(world.refresh(answers[0].text("refresh_token")).text("error"), "invalid_grant");
    }
  }
}

TEST(RT_12, reuse_ends_one_family_and_no_other) {
  RefreshWorld world(RefreshPolicy::strict);
  const std::string first = world.new_refresh_token();
  const std::string elsewhere = world.new_refresh_token();
  world.refresh(first);
  world.clock.advance(minutes{2});
  EXPECT_EQ(world.refresh(first).text("error"), "invalid_grant");
  EXPECT_EQ(world.refresh(elsewhere).status(), 200);
}

TEST(RT_17, a_refresh_that_failed_does_not_rotate) {
  for (const auto policy : {RefreshPolicy::overlap, RefreshPolicy::strict}) {
    RefreshWorld world(policy);
    const std::string refresh_token = world.new_refresh_token();
    EXPECT_EQ(world.refresh(refresh_token, "&client_id=alexa&client_secret=wrong").status(), 401);
    EXPECT_EQ(world.refresh(refresh_token, kAlexaCredentials + "&scope=admin").text("error"),
              "invalid_scope");
    world.grants.reads = Fault::fails;
    EXPECT_EQ(world.refresh(refresh_token).status(), 503);
    world.grants.reads = Fault::none;
    world.clock.advance(minutes{5});  // beyond any window
    EXPECT_EQ(world.refresh(refresh_token).status(), 200);
  }
}

TEST(RT_18, when_the_store_cannot_say_whether_it_rotated_a_retry_works_either_way) {
  RefreshWorld world(RefreshPolicy::strict);
  const std::string refresh_token = world.new_refresh_token();
  world.grants.writes = Fault::fails;
  const Answer in_doubt = world.refresh(refresh_token);
  EXPECT_EQ(in_doubt.status(), 503);
  EXPECT_FALSE(in_doubt.header("Retry-After").empty());
  world.grants.writes = Fault::none;
  EXPECT_EQ(world.refresh(refresh_token).status(), 200);  // it had not happened
  EXPECT_EQ(world.refresh(refresh_token).status(), 200);  // as if it had
}

TEST(RT_05, reuse_that_cannot_be_acted_upon_is_no_invalid_grant_yet) {
  RefreshWorld world(RefreshPolicy::strict);
  const std::string first = world.new_refresh_token();
  world.refresh(first);
  world.clock.advance(minutes{2});
  world.grants.writes = Fault::fails;
  EXPECT_EQ(world.refresh(first).status(), 503);
  world.grants.writes = Fault::none;
  EXPECT_EQ(world.refresh(first).text("error"), "invalid_grant");
}

/// The token endpoint on a database file.
struct OnFile {
  OnFile(OAuthWorld& world, const std::string& path)
      : database(std::move(*storage::open_sqlite({.path = path}))),
        store(database->open_store()),
        token(*store, *store, world.clients, world.issuer, world.keys, world.clock, world.random,
              world.limiter) {}
  ~OnFile() { database->close(); }

  Answer ask(const std::string& body) {
    const Post post{body};
    const http::Request request = post.request();
    return OAuthWorld::answer(run_task(token.handle(request)));
  }

  std::unique_ptr<storage::Database> database;
  std::unique_ptr<storage::Store> store;
  TokenEndpoint token;
};

TEST(FT_11, a_hundred_thousand_refreshes_under_stable_leave_the_file_as_it_was) {
  storage::TemporaryFolder folder;
  const std::string path = folder.file("couplet.db");
  OAuthWorld world;
  const std::string code = world.new_code();
  const auto selector = oauth::parse_authorization_code(oauth::AuthorizationCode(code)).value().selector;
  std::string body;
  {
    OnFile first(world, path);
    run_task(first.store->insert_code(run_task(world.store->find_code(selector)).value().value())).value();
    body = OAuthWorld::refresh_body(first.ask(OAuthWorld::exchange_body(code)).text("refresh_token"));
  }
  const auto bytes = std::filesystem::file_size(path);
  {
    OnFile second(world, path);
    for (int i = 0; i < 100'000; ++i) ASSERT_EQ(second.ask(body).status(), 200);
    EXPECT_EQ(second.database->figures().committed_writes, 0U);
  }
  EXPECT_EQ(std::filesystem::file_size(path), bytes);
}

}  // namespace
}  // namespace couplet::server
