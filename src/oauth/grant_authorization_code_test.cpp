// SPDX-License-Identifier: Apache-2.0
#include "oauth/grant_authorization_code.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace couplet::oauth {
namespace {

const std::string kVerifier(43, 'v');

// A code that may be redeemed; each row of the table spoils one thing.
struct Scene {
  SeededRandom random{1};
  KeyRing keys{{{1, MasterKey(std::string(32, 'k'))}}};
  Instant now = from_unix_seconds(1'800'000'000);
  Client client;
  MintedAuthorizationCode minted = mint_authorization_code(now, random, keys);
  AuthorizationCodeRequest request{minted.code, "https://h/cb", std::nullopt};
  AuthorizationCodeRecord record;
  bool is_stored = true;

  Scene() {
    client.client_id = ClientId("alexa");
    client.redirect_uris = {"https://h/cb", "https://h/other"};
    record.selector = minted.selector;
    record.code_hash = minted.code_hash;
    record.client_id = client.client_id;
    record.skill = SkillName("ride-hailer");
    record.user = UserId("user-alice");
    record.scope = "profile";
    record.redirect_uri = "https://h/cb";
    record.expires_at = now + minutes{5};
  }

  void with_challenge() { record.code_challenge = s256_code_challenge(CodeVerifier(kVerifier)); }
  void verifier(std::string text) { request.code_verifier.emplace(std::move(text)); }

  couplet::Result<void, CodeRefusal> check() {
    const auto presented = parse_authorization_code(request.code);
    return check_code(request, presented ? &*presented : nullptr, is_stored ? &record : nullptr, client, keys,
                      now);
  }
};

struct Row {
  std::string_view name;
  std::function<void(Scene&)> spoil;
  std::string_view cause;  // empty: the code may be redeemed
  CodeConsequence consequence = CodeConsequence::none;
};

const Row kRows[] = {
    {"PK_11_without_challenge_as_alexa_sends_it", [](Scene&) {}, ""},
    {"PK_01_right_verifier", [](Scene& s) { s.with_challenge(), s.verifier(kVerifier); }, ""},
    {"PK_05_wrong_verifier_burns_the_code",
     [](Scene& s) { s.with_challenge(), s.verifier(std::string(43, 'w')); }, "code_verifier_differs",
     CodeConsequence::withdraw_code},
    {"PK_06_missing_verifier", [](Scene& s) { s.with_challenge(); }, "code_verifier_missing"},
    {"PK_07_unasked_verifier", [](Scene& s) { s.verifier(kVerifier); }, "code_verifier_unasked"},
    {"PK_07_unasked_verifier_tolerated",
     [](Scene& s) { s.verifier(kVerifier), s.client.tolerate_unasked_code_verifier = true; }, ""},
    {"PK_07_tolerance_does_not_reach_codes_with_a_challenge",
     [](Scene& s) {
       s.with_challenge(), s.verifier(std::string(43, 'w')), s.client.tolerate_unasked_code_verifier = true;
     },
     "code_verifier_differs", CodeConsequence::withdraw_code},
    {"PK_08_short_verifier_whose_hash_matches",
     [](Scene& s) { s.record.code_challenge = s256_code_challenge(CodeVerifier("abc")), s.verifier("abc"); },
     "code_verifier_malformed", CodeConsequence::withdraw_code},
    {"CA_17_code_of_another_client", [](Scene& s) { s.client.client_id = ClientId("other"); },
     "client_differs"},
    {"TK_10_client_without_grants", [](Scene& s) { s.client.redirect_uris.clear(); }, "client_has_no_grants"},
    {"TK_11_unknown_code", [](Scene& s) { s.is_stored = false; }, "code_unknown"},
    {"TK_11_code_with_another_verifier_part",
     [](Scene& s) { s.record.code_hash = mint_authorization_code(s.now, s.random, s.keys).code_hash; },
     "code_forged"},
    {"TK_12_other_redirect_uri", [](Scene& s) { s.request.redirect_uri = "https://h/other"; },
     "redirect_uri_differs"},
    {"TK_12_redirect_uri_with_a_slash", [](Scene& s) { s.request.redirect_uri = "https://h/cb/"; },
     "redirect_uri_differs"},
    {"TK_12_redirect_uri_in_other_case", [](Scene& s) { s.request.redirect_uri = "https://H/cb"; },
     "redirect_uri_differs"},
    {"CD_01_spent_code", [](Scene& s) { s.record.spent_at = s.now; }, "code_replayed",
     CodeConsequence::revoke_grant},
    {"CD_02_spent_and_expired_code_still_revokes",
     [](Scene& s) { s.record.spent_at = s.now, s.now += minutes{10}; }, "code_replayed",
     CodeConsequence::revoke_grant},
    {"CD_02_replay_revokes_whatever_else_is_wrong",
     [](Scene& s) { s.record.spent_at = s.now, s.request.redirect_uri = "x"; }, "code_replayed",
     CodeConsequence::revoke_grant},
    {"CD_04_replay_by_another_client_revokes_nothing",
     [](Scene& s) { s.record.spent_at = s.now, s.client.client_id = ClientId("other"); }, "client_differs"},
    {"CD_04_replay_with_the_selector_alone_revokes_nothing",
     [](Scene& s) {
       s.record.spent_at = s.now;
       s.record.code_hash = mint_authorization_code(s.now, s.random, s.keys).code_hash;
     },
     "code_forged"},
    {"CD_05_last_moment", [](Scene& s) { s.now = s.record.expires_at - milliseconds{1}; }, ""},
    {"CD_05_expired", [](Scene& s) { s.now = s.record.expires_at; }, "code_expired"},
    {"CD_09_wrong_verifier_with_a_wrong_redirect_uri_burns_nothing",
     [](Scene& s) { s.with_challenge(), s.verifier(std::string(43, 'w')), s.request.redirect_uri = "x"; },
     "redirect_uri_differs"},
    {"CD_09_wrong_verifier_of_another_client_burns_nothing",
     [](Scene& s) {
       s.with_challenge(), s.verifier(std::string(43, 'w')), s.client.client_id = ClientId("other");
     },
     "client_differs"},
    {"TK_19_lost_key", [](Scene& s) { s.record.code_hash.key_id = 9; }, "key_is_gone"},
};

TEST(check_code, answers_as_the_requirements_say) {
  for (const Row& row : kRows) {
    Scene scene;
    row.spoil(scene);
    const auto checked = scene.check();
    EXPECT_EQ(checked ? std::string() : checked.error().error.log_detail, row.cause) << row.name;
    EXPECT_EQ(checked ? CodeConsequence::none : checked.error().consequence, row.consequence) << row.name;
  }
}

TEST(CD_08, every_bad_code_looks_the_same_from_outside) {
  for (const Row& row : kRows) {
    if (row.cause.empty()) continue;
    Scene scene;
    row.spoil(scene);
    const OAuthErrorCode code = scene.check().error().error.code;
    const OAuthErrorCode expected = row.cause == "key_is_gone" ? OAuthErrorCode::temporarily_unavailable
                                    : row.cause == "client_has_no_grants"
                                        ? OAuthErrorCode::unauthorized_client
                                        : OAuthErrorCode::invalid_grant;
    EXPECT_EQ(code, expected) << row.name;
  }
}

TEST(TM_04, a_clock_one_percent_off_moves_the_end_of_a_code_by_no_more_than_that) {
  const auto is_alive_after = [](seconds true_time, double pace) {
    Scene scene;
    scene.now += std::chrono::round<milliseconds>(true_time * pace);
    return scene.check().has_value();
  };
  EXPECT_TRUE(is_alive_after(seconds{297}, 1.01));
  EXPECT_FALSE(is_alive_after(seconds{298}, 1.01));
  EXPECT_TRUE(is_alive_after(seconds{303}, 0.99));
  EXPECT_FALSE(is_alive_after(seconds{304}, 0.99));
}

TEST(check_code, tells_whether_the_code_was_genuine) {
  Scene expired;
  expired.now += minutes{10};
  EXPECT_TRUE(expired.check().error().code_is_genuine);
  Scene forged;
  forged.record.code_hash = mint_authorization_code(forged.now, forged.random, forged.keys).code_hash;
  EXPECT_FALSE(forged.check().error().code_is_genuine);
}

TEST(CD_11, the_grant_is_what_was_approved) {
  Scene scene;
  scene.record.attempt_id = AttemptId::make(scene.now, scene.random);
  scene.record.origin = GrantOrigin::alexa;
  const auto minted = mint_refresh_token(scene.now, scene.random, scene.keys);
  const Grant grant = grant_for_code(scene.record, minted, scene.now, scene.random);
  EXPECT_EQ(grant.client_id, scene.record.client_id);
  EXPECT_EQ(grant.skill, scene.record.skill);
  EXPECT_EQ(grant.user, scene.record.user);
  EXPECT_EQ(grant.scope, "profile");
  EXPECT_EQ(grant.origin, GrantOrigin::alexa);
  EXPECT_EQ(grant.attempt_id, scene.record.attempt_id);
  EXPECT_EQ(grant.refresh_selector, minted.selector);
  EXPECT_EQ(grant.refresh_token_hash, minted.refresh_token_hash);
  EXPECT_EQ(grant.created_at, scene.now);
  EXPECT_FALSE(grant.revoked_at);
}

}  // namespace
}  // namespace couplet::oauth
