// SPDX-License-Identifier: Apache-2.0
#include "oauth/metadata.hpp"

#include <gtest/gtest.h>

#include <set>

namespace couplet::oauth {
namespace {

std::set<std::string> members(const json::object& document) {
  std::set<std::string> names;
  for (const auto& member : document) names.emplace(member.key());
  return names;
}

TEST(MD_03, the_document_claims_what_is_there_and_nothing_else) {
  const auto document = parse_json_object(metadata_json(server_metadata("https://couplet.example"))).value();
  EXPECT_EQ(
      members(document),
      (std::set<std::string>{"issuer", "token_endpoint", "jwks_uri", "response_types_supported",
                             "grant_types_supported", "token_endpoint_auth_methods_supported",
                             "introspection_endpoint", "introspection_endpoint_auth_methods_supported"}));
  EXPECT_EQ(find_string(document, "token_endpoint"), "https://couplet.example/oauth/token");
  EXPECT_EQ(find_string(document, "introspection_endpoint"), "https://couplet.example/oauth/introspect");
  EXPECT_EQ(find_string(document, "jwks_uri"), "https://couplet.example/oauth/jwks.json");
  EXPECT_EQ(document.at("grant_types_supported"), (json::array{"authorization_code", "refresh_token"}));
  EXPECT_EQ(document.at("token_endpoint_auth_methods_supported"),
            (json::array{"client_secret_basic", "client_secret_post"}));
}

TEST(MD_03, an_authorization_endpoint_brings_its_claims_with_it) {
  ServerMetadata metadata = server_metadata("https://couplet.example");
  metadata.authorization_endpoint = "https://couplet.example/oauth/authorize";
  metadata.revocation_endpoint = "https://couplet.example/oauth/revoke";
  metadata.userinfo_endpoint = "https://couplet.example/oauth/userinfo";
  metadata.scopes_supported = {"profile"};
  const auto document = parse_json_object(metadata_json(metadata)).value();
  EXPECT_EQ(document.at("code_challenge_methods_supported"), (json::array{"S256"}));
  EXPECT_EQ(find_bool(document, "authorization_response_iss_parameter_supported"), true);
  EXPECT_EQ(find_string(document, "authorization_endpoint"), "https://couplet.example/oauth/authorize");
  EXPECT_EQ(find_string(document, "revocation_endpoint"), "https://couplet.example/oauth/revoke");
  EXPECT_EQ(find_string(document, "userinfo_endpoint"), "https://couplet.example/oauth/userinfo");
  EXPECT_EQ(document.at("scopes_supported"), (json::array{"profile"}));
}

TEST(MD_02, the_issuer_is_the_configured_one_byte_for_byte) {
  for (const std::string_view issuer :
       {"https://couplet.example", "https://couplet.example/", "https://h/tenant"}) {
    const auto document = parse_json_object(metadata_json(server_metadata(issuer))).value();
    EXPECT_EQ(find_string(document, "issuer"), issuer);
  }
  EXPECT_EQ(server_metadata("https://h/").token_endpoint, "https://h/oauth/token");
}

TEST(MD_04, no_array_is_empty) {
  const auto document = parse_json_object(metadata_json(server_metadata("https://couplet.example"))).value();
  for (const auto& member : document)
    if (member.value().is_array()) EXPECT_FALSE(member.value().get_array().empty()) << member.key();
}

TEST(MD_01, the_well_known_name_comes_before_the_issuers_path) {
  constexpr std::string_view kName = "/.well-known/oauth-authorization-server";
  EXPECT_EQ(metadata_path("https://h"), kName);
  EXPECT_EQ(metadata_path("https://h/"), kName);
  EXPECT_EQ(metadata_path("http://127.0.0.1:8080"), kName);
  EXPECT_EQ(metadata_path("https://h/tenant/one"), std::string(kName) + "/tenant/one");
}

TEST(jwks, has_the_public_halves_only) {
  const SigningKey first = SigningKey::from_jwk(SigningKey::generate()).value();
  const SigningKey second = SigningKey::from_jwk(SigningKey::generate()).value();
  const std::string text = jwks_json({&first, &second});
  EXPECT_EQ(text.find("\"d\""), std::string::npos);
  const auto set = JwkSet::from_json(text);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 2U);
  EXPECT_TRUE(set->verify(second.sign("{}", "at+jwt"), "at+jwt"));
}

}  // namespace
}  // namespace couplet::oauth
