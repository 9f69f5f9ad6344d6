// SPDX-License-Identifier: Apache-2.0
#include "server/links/user_erasure_endpoint.hpp"

#include "server/links/account_turn.hpp"
#include "server/links/testing/linked_world.hpp"
#include "server/links/user_export_endpoint.hpp"

namespace couplet::server {
namespace {

const alexa::AmazonFailure kTimeout{"timeout", 0, true};

class UserErasure : public testing::LinkedWorld {
 protected:
  template <class Endpoint>
  http::Response call(Endpoint& endpoint, const std::string& user, std::string_view key = testing::kApiKey) {
    const std::string authorization = "Bearer " + std::string(key);
    const http::HeaderView::Pairs headers{{"Authorization", authorization}};
    const http::Request request{.method = "DELETE",
                                .path = "/",
                                .query = "",
                                .headers = http::HeaderView(headers),
                                .body = "",
                                .peer_address = "192.0.2.1",
                                .request_id = "request-1",
                                .tls = true,
                                .path_parameters = {{"user", user}}};
    return run_task(endpoint.handle(request));
  }
  /// "amazon" of the one skill that is answered about; empty when none is.
  std::string erase(const std::string& user) {
    const auto answer = call(erasure, user);
    EXPECT_EQ(answer.status, 200) << answer.body;
    const json::object body = parse_json_object(answer.body).value();
    EXPECT_EQ(find_string(body, "status"), "ERASED");
    const json::array& skills = *find_array(body, "skills");
    if (skills.empty()) return "";
    EXPECT_EQ(skills.size(), 1u);
    const json::object& one = skills[0].as_object();
    const std::string amazon(find_string(one, "amazon").value());
    EXPECT_EQ(find_object(one, "manage_urls") != nullptr, amazon != "disabled");
    return amazon;
  }
  /// An attempt that may have made a link at Amazon, and was then left alone.
  LinkAttempt begin_coded(const char* user) {
    LinkAttempt attempt;
    attempt.attempt_id = AttemptId::make(clock.now(), random);
    attempt.skill = skill.name;
    attempt.user = UserId(user);
    attempt.status = AttemptStatus::coded;
    attempt.enablement_tries = 1;
    attempt.api_host = "api.amazonalexa.com";
    const alexa::AmazonTokens tokens{alexa::AmazonAccessToken(std::string("Atza|late")),
                                     alexa::AmazonRefreshToken(std::string("Atzr|late")),
                                     clock.now() + seconds{3600}};
    attempt.sealed_amazon_tokens = alexa::seal_tokens(tokens, attempt.attempt_id, *config.keys, random);
    attempt.created_at = attempt.updated_at = clock.now();
    must(store->begin_attempt(attempt));
    return attempt;
  }
  bool is_known(const char* user) {
    const auto records = must(store->find_user(skill.name, UserId(user)));
    return records.link || !records.attempts.empty() || !records.grants.empty() || !records.alexa_ids.empty();
  }
  int disables() { return amazon.calls["alexa.disable"]; }

  CallerAuthentication callers{config, clock};
  UserErasureEndpoint erasure{config, callers, *store, disabler, pauses, clock, random, metrics};
  UserExportEndpoint data_export{callers, *store, clock};
};

TEST_F(UserErasure, UL_05_amazon_is_told_and_nothing_is_left) {
  link("alice");
  EXPECT_EQ(erase("alice"), "disabled");
  EXPECT_EQ(disables(), 1);
  EXPECT_FALSE(is_known("alice"));
  EXPECT_EQ(owed(), 0u);
  EXPECT_EQ(erase("alice"), "") << "and a second call finds nothing";
  EXPECT_EQ(disables(), 1);
}

TEST_F(UserErasure, UL_05_what_amazon_does_not_take_stays_owed_and_is_told_later) {
  link("alice");
  amazon.disable_script = {kTimeout};
  EXPECT_EQ(erase("alice"), "pending");
  EXPECT_FALSE(is_known("alice"));
  EXPECT_EQ(owed(), 1u);
  EXPECT_EQ(erase("alice"), "pending") << "a second call does not forget it";
  clock.advance(minutes{5});
  run_task(disabler.work_off(10));
  EXPECT_EQ(disables(), 2);
  EXPECT_EQ(owed(), 0u);
  EXPECT_FALSE(is_known("alice"));
}

TEST_F(UserErasure, UL_05_a_link_of_the_alexa_app_ends_here_and_the_user_is_told_where_else) {
  Grant grant;
  grant.grant_id = GrantId::make(clock.now(), random);
  grant.skill = skill.name;
  grant.user = UserId("alice");
  grant.refresh_selector = RefreshSelector::make(clock.now(), random);
  grant.created_at = clock.now();
  must(store->import_grants({grant}, clock.now()));
  EXPECT_EQ(erase("alice"), "manage_in_alexa");
  EXPECT_FALSE(is_known("alice"));
  EXPECT_FALSE(must(store->find_grant(grant.grant_id)));
}

TEST_F(UserErasure, UL_05_what_an_unfinished_attempt_may_have_made_is_disabled) {
  const LinkAttempt attempt = begin_coded("alice");
  amazon.enabled = true;
  EXPECT_EQ(erase("alice"), "disabled");
  EXPECT_EQ(disables(), 1);
  EXPECT_FALSE(amazon.enabled);
  EXPECT_FALSE(must(store->find_attempt(attempt.attempt_id)));
}

TEST_F(UserErasure, UL_05_while_a_link_is_being_made_nothing_is_erased) {
  link("alice");
  AccountTurn linking(*store, pauses, clock, skill.name, UserId("alice"), "link/other");
  ASSERT_TRUE(run_task(linking.take()));
  EXPECT_EQ(call(erasure, "alice").status, 503);
  EXPECT_EQ(stored("alice").status, LinkStatus::LINKED);
  run_task(linking.release());
  EXPECT_EQ(erase("alice"), "disabled");
}

TEST_F(UserErasure, UL_05_is_for_the_callers_skills_and_for_known_callers) {
  link("alice");
  config.api_keys.push_back({"other", sha256("cpk_other"), {SkillName("second-skill")}});
  EXPECT_EQ(call(erasure, "alice", "cpk_other").body, R"({"status":"ERASED","skills":[]})");
  EXPECT_EQ(call(erasure, "alice", "cpk_unknown").status, 401);
  EXPECT_EQ(call(erasure, "me").status, 400);
  EXPECT_EQ(call(data_export, "alice", "cpk_unknown").status, 401);
  EXPECT_EQ(
      find_array(parse_json_object(call(data_export, "alice", "cpk_other").body).value(), "skills")->size(),
      0u);
  EXPECT_EQ(stored("alice").status, LinkStatus::LINKED);
}

TEST_F(UserErasure, UL_05_the_export_has_everything_and_no_secret) {
  link("alice");
  begin_coded("alice");
  const std::string text = call(data_export, "alice").body;
  const json::object body = parse_json_object(text).value();
  const json::object& one = find_array(body, "skills")->at(0).as_object();
  EXPECT_EQ(find_string(body, "user"), "alice");
  EXPECT_EQ(find_string(one, "skill"), "ride-hailer");
  EXPECT_EQ(find_string(one, "link.status"), "LINKED");
  EXPECT_EQ(find_string(one, "link.alexa_user_id"), "amzn1.ask.account.A");
  EXPECT_EQ(find_bool(one, "link.holds_amazon_tokens"), true);
  EXPECT_EQ(find_array(one, "attempts")->size(), 2u);
  EXPECT_EQ(find_array(one, "alexa_ids")->size(), 1u);
  for (const char* secret : {"sealed", "hash", "fingerprint", "selector", "Atza", "Atzr"})
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
  EXPECT_EQ(find_array(parse_json_object(call(data_export, "bob").body).value(), "skills")->size(), 0u);
}

}  // namespace
}  // namespace couplet::server
