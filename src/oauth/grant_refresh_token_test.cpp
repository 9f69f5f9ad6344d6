// SPDX-License-Identifier: Apache-2.0
#include "oauth/grant_refresh_token.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace couplet::oauth {
namespace {

struct Scene {
  SeededRandom random{1};
  KeyRing keys{{{1, MasterKey(std::string(32, 'k'))}}};
  Instant now = from_unix_seconds(1'800'000'000);
  Client client;
  MintedRefreshToken minted = mint_refresh_token(now, random, keys);
  RefreshTokenRequest request{minted.refresh_token, std::nullopt};
  Grant grant;
  bool is_stored = true;

  Scene() {
    client.client_id = ClientId("alexa");
    client.redirect_uris = {"https://h/cb"};
    grant.grant_id = GrantId::make(now, random);
    grant.created_at = now - minutes{60};
    grant.client_id = client.client_id;
    grant.scope = "profile rides";
    grant.refresh_selector = minted.selector;
    grant.refresh_token_hash = minted.refresh_token_hash;
  }

  couplet::Result<AllowedRefresh, RefreshRefusal> check() {
    const auto presented = parse_refresh_token(request.refresh_token);
    return check_refresh(request, presented ? &*presented : nullptr, is_stored ? &grant : nullptr, client,
                         keys, now);
  }
  // The scope, or "error/cause".
  std::string summary() {
    const auto allowed = check();
    if (allowed) return allowed->scope;
    const OAuthError& error = allowed.error().error;
    return std::string(error_row(error.code).wire_name) + '/' + error.log_detail +
           (allowed.error().ends_grant ? " ends the grant" : "");
  }
};

TEST(check_refresh, answers_as_the_requirements_say) {
  struct Row {
    std::string_view name;
    std::function<void(Scene&)> change;
    std::string_view expected;
  };
  const Row rows[] = {
      {"RT_01_same_scope", [](Scene&) {}, "profile rides"},
      {"RT_02_narrowed", [](Scene& s) { s.request.scope = "rides"; }, "rides"},
      {"RT_02_widened", [](Scene& s) { s.request.scope = "rides admin"; }, "invalid_scope/scope_not_granted"},
      {"RT_03_unknown", [](Scene& s) { s.is_stored = false; }, "invalid_grant/refresh_token_unknown"},
      {"RT_03_not_of_our_form", [](Scene& s) { s.request.refresh_token = RefreshToken("x"); },
       "invalid_grant/refresh_token_forged"},
      {"RT_05_reuse_under_strict",
       [](Scene& s) {
         s.client.refresh_policy = RefreshPolicy::strict;
         s.grant.rotation = {2, 0, s.now, std::nullopt};
       },
       "invalid_grant/refresh_token_reused ends the grant"},
      {"RT_05_reuse_by_another_client_ends_nothing",
       [](Scene& s) {
         s.client.refresh_policy = RefreshPolicy::strict;
         s.client.client_id = ClientId("other");
         s.grant.rotation = {2, 0, s.now, std::nullopt};
       },
       "invalid_grant/client_differs"},
      {"RT_13_over_its_absolute_lifetime",
       [](Scene& s) { s.client.refresh_token_absolute_lifetime = minutes{60}; },
       "invalid_grant/grant_too_old"},
      {"RT_15_revoked", [](Scene& s) { s.grant.revoked_at = s.now; }, "invalid_grant/grant_revoked"},
      {"RT_16_forged",
       [](Scene& s) {
         s.grant.refresh_token_hash = mint_refresh_token(s.now, s.random, s.keys).refresh_token_hash;
       },
       "invalid_grant/refresh_token_forged"},
      {"CA_17_another_client", [](Scene& s) { s.client.client_id = ClientId("other"); },
       "invalid_grant/client_differs"},
      {"TK_10_client_without_grants", [](Scene& s) { s.client.redirect_uris.clear(); },
       "unauthorized_client/client_has_no_grants"},
      {"TK_19_lost_key", [](Scene& s) { s.grant.refresh_token_hash.key_id = 9; },
       "temporarily_unavailable/key_is_gone"},
  };
  for (const Row& row : rows) {
    Scene scene;
    row.change(scene);
    EXPECT_EQ(scene.summary(), row.expected) << row.name;
  }
}

TEST(RT_01, the_answer_carries_the_token_that_the_policy_says) {
  Scene scene;
  EXPECT_TRUE(constant_time_equal(scene.check()->refresh_token, scene.minted.refresh_token));
  for (const RefreshPolicy rotating : {RefreshPolicy::overlap, RefreshPolicy::strict}) {
    scene.client.refresh_policy = rotating;
    const auto allowed = scene.check();
    ASSERT_TRUE(allowed);
    EXPECT_EQ(parse_refresh_token(allowed->refresh_token).value().generation, 1U);
    EXPECT_EQ(match(*parse_refresh_token(allowed->refresh_token), scene.grant, scene.keys),
              TokenMatch::genuine);
  }
}

TEST(RT_17, a_bad_scope_stores_nothing) {
  Scene scene;
  scene.client.refresh_policy = RefreshPolicy::strict;
  scene.request.scope = "rides admin";
  EXPECT_EQ(scene.summary(), "invalid_scope/scope_not_granted");
  scene.request.scope = "rides";
  EXPECT_TRUE(scene.check()->store_first);
}

}  // namespace
}  // namespace couplet::oauth
