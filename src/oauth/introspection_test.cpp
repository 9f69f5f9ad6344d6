// SPDX-License-Identifier: Apache-2.0
#include "oauth/introspection.hpp"

#include <gtest/gtest.h>

#include "oauth/metadata.hpp"

namespace couplet::oauth {
namespace {

AccessTokenClaims some_claims() {
  return {UserId("user-alice"),    ClientId("alexa"),      GrantId{}, "profile",
          from_unix_seconds(1000), from_unix_seconds(4600)};
}

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
  const SigningKey key = SigningKey::from_jwk(SigningKey::generate()).value();
  const AccessTokenVerifier verifier("https://issuer", "audience",
                                     JwkSet::from_json(jwks_json({&key})).value());
  EXPECT_EQ(
      active_json(some_claims(), verifier),
      R"({"active":true,"token_type":"Bearer","iss":"https://issuer","aud":"audience","sub":"user-alice",)"
      R"("client_id":"alexa","iat":1000,"exp":4600,"scope":"profile"})");
}

TEST(IN_03, a_token_is_inactive_without_its_own_living_grant) {
  const AccessTokenClaims claims = some_claims();
  Grant grant;
  grant.user = claims.user;
  grant.client_id = claims.client_id;
  EXPECT_TRUE(is_active(claims, &grant));
  EXPECT_FALSE(is_active(claims, nullptr));
  Grant revoked = grant;
  revoked.revoked_at = from_unix_seconds(1);
  EXPECT_FALSE(is_active(claims, &revoked));
  Grant of_another_user = grant;
  of_another_user.user = UserId("user-bob");
  EXPECT_FALSE(is_active(claims, &of_another_user));
  Grant of_another_client = grant;
  of_another_client.client_id = ClientId("other");
  EXPECT_FALSE(is_active(claims, &of_another_client));
  EXPECT_EQ(inactive_json(), R"({"active":false})");
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
