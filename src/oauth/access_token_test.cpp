// SPDX-License-Identifier: Apache-2.0
#include "oauth/access_token.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "oauth/metadata.hpp"

namespace couplet::oauth {
namespace {

constexpr const char* kIssuer = "https://couplet.example";
constexpr const char* kAudience = "https://couplet.example/skills";

class Issued : public ::testing::Test {
 protected:
  Issued() {
    client.client_id = ClientId("alexa");
    grant.grant_id = GrantId::make(now, random);
    grant.user = UserId("user-alice");
    grant.client_id = client.client_id;
  }

  AccessTokenVerifier verifier(std::string issuer = kIssuer, std::string audience = kAudience) {
    return {std::move(issuer), std::move(audience), JwkSet::from_json(jwks_json({&issuer_.key()})).value()};
  }
  std::string with_claims(std::string_view payload, std::string_view typ = "at+jwt") {
    return issuer_.key().sign(payload, typ);
  }
  AccessTokenFault fault_of(const std::string& token) {
    const auto claims = verifier().verify(AccessToken(token), now);
    EXPECT_FALSE(claims) << token;
    return claims ? AccessTokenFault{} : claims.error();
  }

  SeededRandom random{1};
  Instant now = from_unix_seconds(1'800'000'000) + milliseconds{700};
  Client client;
  Grant grant;
  AccessTokenIssuer issuer_{kIssuer, kAudience, SigningKey::from_jwk(SigningKey::generate()).value()};
};

TEST_F(Issued, AT_07_carries_the_claims_of_rfc_9068) {
  const auto issued = issuer_.issue(grant, "profile rides", client, now, random);
  const std::string_view token = issued.access_token.reveal();
  const std::size_t payload_at = token.find('.') + 1;
  const auto bytes = from_base64url(token.substr(payload_at, token.rfind('.') - payload_at)).value();
  const auto payload = parse_json_object(as_text(bytes)).value();
  EXPECT_EQ(find_string(payload, "iss"), kIssuer);
  EXPECT_EQ(find_string(payload, "aud"), kAudience);
  EXPECT_EQ(find_string(payload, "sub"), "user-alice");
  EXPECT_EQ(find_string(payload, "client_id"), "alexa");
  EXPECT_EQ(find_string(payload, "scope"), "profile rides");
  EXPECT_EQ(find_integer(payload, "iat"), 1'800'000'000);
  EXPECT_EQ(find_integer(payload, "exp"), 1'800'000'000 + issued.expires_in.count());
  EXPECT_TRUE(find_string(payload, "jti")->starts_with(grant.grant_id.text() + '.'));
  EXPECT_EQ(payload.size(), 8U);
}

TEST_F(Issued, AT_07_verifies_where_it_belongs) {
  const auto issued = issuer_.issue(grant, "profile", client, now, random);
  const auto claims = verifier().verify(issued.access_token, now);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->user, grant.user);
  EXPECT_EQ(claims->client_id, client.client_id);
  EXPECT_EQ(claims->grant_id, grant.grant_id);
  EXPECT_EQ(claims->scope, "profile");
  EXPECT_EQ(claims->issued_at, from_unix_seconds(1'800'000'000));
  EXPECT_EQ(claims->expires_at - claims->issued_at, issued.expires_in);
}

TEST_F(Issued, AT_07_is_refused_by_another_issuer_audience_and_after_its_end) {
  const auto issued = issuer_.issue(grant, "profile", client, now, random);
  const AccessToken& token = issued.access_token;
  EXPECT_EQ(verifier("https://other.example").verify(token, now).error(), AccessTokenFault::wrong_issuer);
  EXPECT_EQ(verifier(kIssuer, "other").verify(token, now).error(), AccessTokenFault::wrong_audience);
  const Instant end = from_unix_seconds(1'800'000'000) + issued.expires_in;
  EXPECT_TRUE(verifier().verify(token, end - milliseconds{1}));
  EXPECT_EQ(verifier().verify(token, end).error(), AccessTokenFault::expired);
}

TEST_F(Issued, AT_07_is_refused_with_another_typ_signature_or_a_missing_claim) {
  const std::string good =
      R"({"iss":"https://couplet.example","aud":"https://couplet.example/skills","sub":"u",)"
      R"("client_id":"c","iat":1,"exp":9999999999,"jti":")" +
      grant.grant_id.text() + R"(.x"})";
  EXPECT_TRUE(verifier().verify(AccessToken(with_claims(good)), now));
  EXPECT_EQ(fault_of(with_claims(good, "JWT")), AccessTokenFault::bad_signature);
  EXPECT_EQ(fault_of("not a token"), AccessTokenFault::bad_signature);
  for (const std::string_view name : {"sub", "client_id", "iat", "exp", "jti"}) {
    std::string renamed = good;
    renamed.replace(renamed.find('"' + std::string(name) + '"'), name.size() + 2, "\"x\"");
    EXPECT_EQ(fault_of(with_claims(renamed)), AccessTokenFault::bad_claims) << name;
  }
  std::string other_jti = good;
  other_jti.replace(other_jti.find(grant.grant_id.text()), 22, "no-grant-id-here------");
  EXPECT_EQ(fault_of(with_claims(other_jti)), AccessTokenFault::bad_claims);
}

TEST_F(Issued, AT_05_lives_an_hour_less_jitter_and_never_under_360_seconds) {
  std::set<seconds> seen;
  for (int i = 0; i < 500; ++i) {
    const seconds lifetime = access_token_lifetime(client, random);
    EXPECT_GE(lifetime, seconds{3300});
    EXPECT_LE(lifetime, seconds{3600});
    seen.insert(lifetime);
  }
  EXPECT_GT(seen.size(), 100U);
  client.access_token_lifetime = seconds{400};
  for (int i = 0; i < 500; ++i) EXPECT_GE(access_token_lifetime(client, random), seconds{360});
  client.access_token_lifetime = seconds{700};
  client.access_token_jitter = seconds{0};
  EXPECT_EQ(access_token_lifetime(client, random), seconds{700});
}

TEST_F(Issued, AT_08_is_under_two_kilobytes_of_b64token_characters) {
  const auto issued = issuer_.issue(grant, "profile rides:read rides:write", client, now, random);
  const std::string_view token = issued.access_token.reveal();
  EXPECT_LT(token.size(), 2048U);
  EXPECT_TRUE(std::ranges::all_of(token, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
  }));
}

TEST_F(Issued, no_two_tokens_are_equal_and_odd_user_ids_stay_json) {
  grant.user = UserId("quo\"te\\back\nline \xc3\xa4");
  const auto first = issuer_.issue(grant, "", client, now, random);
  const auto second = issuer_.issue(grant, "", client, now, random);
  EXPECT_NE(first.access_token.reveal(), second.access_token.reveal());
  const auto claims = verifier().verify(first.access_token, now);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->user, grant.user);
  EXPECT_EQ(claims->scope, "");
}

}  // namespace
}  // namespace couplet::oauth
