// SPDX-License-Identifier: Apache-2.0
#include "oauth/introspection.hpp"

#include <gtest/gtest.h>

#include "oauth/metadata.hpp"

namespace couplet::oauth {
namespace {

const SkillName kSkill("ride-hailer");

struct Scene {
  Scene() {
    client.client_id = grant.client_id = ClientId("alexa");
    grant.user = UserId("user-alice");
    grant.skill = kSkill;
  }
  [[nodiscard]] bool active() const { return is_active(claims, &grant, &client, profile); }

  IssuerProfile profile{"https://issuer", {{kSkill, "audience"}}, Subjects(SubjectKey(std::string(32, 's')))};
  AccessTokenClaims claims{
      "user-alice",           "audience", ClientId("alexa"), GrantId{}, "profile", from_unix_seconds(1000),
      from_unix_seconds(4600)};
  Grant grant;
  Client client;
};

TEST(IN_01, only_a_client_with_the_right_may_ask) {
  const auto form = FormParameters::parse("token=x").value();
  Client caller;
  const auto refused = parse_introspection_request(form, caller);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, OAuthErrorCode::unauthorized_client);
  caller.may_introspect = true;
  EXPECT_EQ(parse_introspection_request(form, caller)->reveal(), "x");
}

TEST(IN_02, an_active_answer_has_all_members) {
  const Scene scene;
  EXPECT_EQ(
      active_json({scene.claims, scene.grant, scene.client}, scene.profile),
      R"({"active":true,"token_type":"Bearer","iss":"https://issuer","aud":"audience","sub":"user-alice",)"
      R"("client_id":"alexa","iat":1000,"exp":4600,"scope":"profile"})");
}

TEST(AT_06, a_pairwise_answer_names_the_provider_s_user_beside_the_subject) {
  Scene scene;
  scene.client.subject_type = SubjectType::pairwise;
  const auto answer =
      parse_json_object(active_json({scene.claims, scene.grant, scene.client}, scene.profile)).value();
  EXPECT_EQ(find_string(answer, "sub"), scene.profile.subjects.of(scene.client, kSkill, scene.grant.user));
  EXPECT_NE(find_string(answer, "sub"), "user-alice");
  EXPECT_EQ(find_string(answer, "username"), "user-alice");
}

TEST(IN_03, a_token_is_inactive_without_its_own_living_grant) {
  const Scene good;
  EXPECT_TRUE(good.active());
  EXPECT_FALSE(is_active(good.claims, nullptr, &good.client, good.profile));
  Scene revoked;
  revoked.grant.revoked_at = from_unix_seconds(1);
  EXPECT_FALSE(revoked.active());
  Scene of_another_user;
  of_another_user.grant.user = UserId("user-bob");
  EXPECT_FALSE(of_another_user.active());
  Scene of_another_client;
  of_another_client.grant.client_id = ClientId("other");
  EXPECT_FALSE(of_another_client.active());
  EXPECT_EQ(inactive_json(), R"({"active":false})");
}

TEST(IN_03, a_client_that_is_gone_or_disabled_has_no_active_token) {
  Scene scene;
  EXPECT_FALSE(is_active(scene.claims, &scene.grant, nullptr, scene.profile));
  scene.client.enabled = false;
  EXPECT_FALSE(scene.active());
}

TEST(AT_10, a_token_is_inactive_for_another_skill_than_its_grant_s) {
  Scene scene;
  scene.profile.audiences[SkillName("second-skill")] = "second-api";
  scene.claims.audience = "second-api";
  EXPECT_FALSE(scene.active());
  scene.claims.audience.reset();  // an opaque token is for its grant's skill, whatever that is
  EXPECT_TRUE(scene.active());
  scene.profile.audiences.erase(kSkill);
  EXPECT_FALSE(scene.active()) << "the skill is not configured any more";
}

TEST(AT_06, tokens_outlive_a_change_of_the_subject_type_in_either_direction) {
  Scene scene;
  scene.client.subject_type = SubjectType::pairwise;
  EXPECT_TRUE(scene.active()) << "issued while it was public";
  scene.claims.sub = scene.profile.subjects.of(scene.client, kSkill, scene.grant.user);
  scene.client.subject_type = SubjectType::public_id;
  EXPECT_TRUE(scene.active()) << "issued while it was pairwise";
}

TEST(AT_10, a_resource_server_may_be_limited_to_skills) {
  Client caller;
  EXPECT_TRUE(may_introspect(caller, kSkill));
  caller.introspect_skills = {SkillName("second-skill")};
  EXPECT_FALSE(may_introspect(caller, kSkill));
  EXPECT_TRUE(may_introspect(caller, SkillName("second-skill")));
}

TEST(IN_04, a_missing_token_is_invalid_request) {
  Client caller;
  caller.may_introspect = true;
  for (const std::string_view body : {"", "token=", "token_type_hint=access_token"}) {
    const auto refused = parse_introspection_request(FormParameters::parse(body).value(), caller);
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().code, OAuthErrorCode::invalid_request);
  }
}

}  // namespace
}  // namespace couplet::oauth
