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
    grant.skill = SkillName("ride-hailer");
  }

  AccessTokenVerifier verifier() { return verifier(profile); }
  AccessTokenVerifier verifier(const IssuerProfile& of) {
    return {of, JwkSet::from_json(jwks_json({&issuer_.key()})).value(), keys};
  }
  json::object payload_of(const AccessToken& access_token) {
    const std::string_view token = access_token.reveal();
    const std::size_t payload_at = token.find('.') + 1;
    const auto bytes = from_base64url(token.substr(payload_at, token.rfind('.') - payload_at)).value();
    return parse_json_object(as_text(bytes)).value();
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
  KeyRing keys{{{1, MasterKey(std::string(32, 'k'))}}};
  IssuerProfile profile{
      kIssuer, {{SkillName("ride-hailer"), kAudience}}, Subjects(SubjectKey(std::string(32, 's')))};
  AccessTokenIssuer issuer_{profile, SigningKey::from_jwk(SigningKey::generate()).value(), keys};
};

TEST_F(Issued, AT_07_carries_the_claims_of_rfc_9068) {
  const auto issued = issuer_.issue(grant, "profile rides", client, now, random);
  const json::object payload = payload_of(issued.access_token);
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
  EXPECT_EQ(claims->sub, grant.user.text());
  EXPECT_EQ(claims->client_id, client.client_id);
  EXPECT_EQ(claims->grant_id, grant.grant_id);
  EXPECT_EQ(claims->scope, "profile");
  EXPECT_EQ(claims->issued_at, from_unix_seconds(1'800'000'000));
  EXPECT_EQ(claims->expires_at - claims->issued_at, issued.expires_in);
}

TEST_F(Issued, AT_07_is_refused_by_another_issuer_audience_and_after_its_end) {
  const auto issued = issuer_.issue(grant, "profile", client, now, random);
  const AccessToken& token = issued.access_token;
  const IssuerProfile other_issuer{"https://other.example", profile.audiences, {}};
  EXPECT_EQ(verifier(other_issuer).verify(token, now).error(), AccessTokenFault::wrong_issuer);
  const IssuerProfile other_audience{kIssuer, {{SkillName("ride-hailer"), "other"}}, {}};
  EXPECT_EQ(verifier(other_audience).verify(token, now).error(), AccessTokenFault::wrong_audience);
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

bool is_b64token(std::string_view token) {
  return std::ranges::all_of(token, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
  });
}

// The longest of everything that the configuration and the linking API let through.
TEST_F(Issued, AT_08_is_under_two_kilobytes_of_b64token_characters) {
  profile.issuer = "https://" + std::string(142, 'h');
  profile.audiences = {{grant.skill, std::string(150, 'a')}};
  client.client_id = grant.client_id = ClientId(std::string(100, '"'));
  grant.user = UserId(std::string(128, '"'));
  const AccessTokenIssuer issuer(profile, SigningKey::from_jwk(SigningKey::generate()).value(), keys);
  for (const AccessTokenFormat format : {AccessTokenFormat::jwt, AccessTokenFormat::opaque}) {
    client.access_token_format = format;
    const auto issued = issuer.issue(grant, std::string(400, 's'), client, now, random);
    EXPECT_LT(issued.access_token.reveal().size(), 2048U) << enum_text(kAccessTokenFormats, format);
    EXPECT_TRUE(is_b64token(issued.access_token.reveal()));
  }
}

TEST_F(Issued, AT_10_names_the_audience_of_its_skill) {
  profile.audiences[SkillName("second-skill")] = "second-api";
  EXPECT_EQ(find_string(payload_of(issuer_.issue(grant, "", client, now, random).access_token), "aud"),
            kAudience);
  grant.skill = SkillName("second-skill");
  const auto second = issuer_.issue(grant, "", client, now, random);
  EXPECT_EQ(find_string(payload_of(second.access_token), "aud"), "second-api");
  EXPECT_EQ(verifier().verify(second.access_token, now)->audience, "second-api");
}

TEST_F(Issued, AT_10_a_skill_that_is_not_configured_any_more_has_no_good_tokens) {
  grant.skill = SkillName("gone");
  const auto issued = issuer_.issue(grant, "", client, now, random);
  EXPECT_EQ(verifier().verify(issued.access_token, now).error(), AccessTokenFault::wrong_audience);
}

TEST_F(Issued, AT_06_a_pairwise_client_s_token_does_not_name_the_provider_s_user) {
  client.subject_type = SubjectType::pairwise;
  const auto issued = issuer_.issue(grant, "profile", client, now, random);
  const json::object payload = payload_of(issued.access_token);
  EXPECT_EQ(find_string(payload, "sub"), profile.subjects.of(client, grant.skill, grant.user));
  EXPECT_EQ(json::serialize(payload).find(grant.user.text()), std::string::npos);
}

TEST_F(Issued, AT_06_an_opaque_token_can_be_read_by_us_and_by_nobody_else) {
  client.access_token_format = AccessTokenFormat::opaque;
  const auto issued = issuer_.issue(grant, "profile", client, now, random);
  const std::string_view token = issued.access_token.reveal();
  ASSERT_TRUE(token.starts_with("ca_"));
  const auto bytes = from_base64url(token.substr(3)).value();
  for (const std::string_view hidden : {"user-alice", "alexa", "profile", "ride-hailer"})
    EXPECT_EQ(as_text(bytes).find(hidden), std::string_view::npos) << hidden;
  EXPECT_EQ(as_text(bytes).find(as_text(grant.grant_id.bytes())), std::string_view::npos);
  const auto claims = verifier().verify(issued.access_token, now);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->grant_id, grant.grant_id);
  EXPECT_EQ(claims->client_id, client.client_id);
  EXPECT_EQ(claims->scope, "profile");
  EXPECT_EQ(claims->issued_at, from_unix_seconds(1'800'000'000));
  EXPECT_EQ(claims->expires_at - claims->issued_at, issued.expires_in);
}

TEST_F(Issued, AT_07_an_opaque_token_is_refused_altered_elsewhere_and_after_its_end) {
  client.access_token_format = AccessTokenFormat::opaque;
  const auto issued = issuer_.issue(grant, "profile", client, now, random);
  const std::string token(issued.access_token.reveal());
  for (std::size_t at = 3; at < token.size(); at += 7) {
    std::string altered = token;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(fault_of(altered), AccessTokenFault::bad_signature) << at;
  }
  EXPECT_EQ(fault_of("ca_"), AccessTokenFault::bad_signature);
  EXPECT_EQ(fault_of(token.substr(3)), AccessTokenFault::bad_signature);
  const IssuerProfile elsewhere{"https://other.example", profile.audiences, {}};
  EXPECT_EQ(verifier(elsewhere).verify(issued.access_token, now).error(), AccessTokenFault::bad_signature);
  const Instant end = from_unix_seconds(1'800'000'000) + issued.expires_in;
  EXPECT_TRUE(verifier().verify(issued.access_token, end - milliseconds{1}));
  EXPECT_EQ(verifier().verify(issued.access_token, end).error(), AccessTokenFault::expired);
}

TEST_F(Issued, SE_04_an_opaque_token_outlives_the_replacement_of_the_master_key) {
  client.access_token_format = AccessTokenFormat::opaque;
  const auto issued = issuer_.issue(grant, "profile", client, now, random);
  const KeyRing both{{{2, MasterKey(std::string(32, 'n'))}, {1, MasterKey(std::string(32, 'k'))}}};
  const KeyRing only_the_new{{{2, MasterKey(std::string(32, 'n'))}}};
  const auto verify_with = [&](const KeyRing& ring) {
    const AccessTokenVerifier verifier(profile, JwkSet::from_json(jwks_json({&issuer_.key()})).value(), ring);
    return verifier.verify(issued.access_token, now).has_value();
  };
  EXPECT_TRUE(verify_with(both));
  EXPECT_FALSE(verify_with(only_the_new));
}

TEST_F(Issued, no_two_tokens_are_equal_and_odd_user_ids_stay_json) {
  grant.user = UserId("quo\"te\\back\nline \xc3\xa4");
  const auto first = issuer_.issue(grant, "", client, now, random);
  const auto second = issuer_.issue(grant, "", client, now, random);
  EXPECT_NE(first.access_token.reveal(), second.access_token.reveal());
  const auto claims = verifier().verify(first.access_token, now);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->sub, grant.user.text());
  EXPECT_EQ(claims->scope, "");
}

}  // namespace
}  // namespace couplet::oauth
