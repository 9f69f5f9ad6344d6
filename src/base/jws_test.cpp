// SPDX-License-Identifier: Apache-2.0
#include "base/jws.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace couplet {
namespace {

std::string set_of(const SigningKey& key) {
  return json::serialize(json::object{{"keys", json::array{key.public_jwk()}}});
}

std::string unsigned_token(std::string_view header, std::string_view payload, std::string_view signature) {
  return to_base64url(as_byte_view(header)) + '.' + to_base64url(as_byte_view(payload)) + '.' +
         std::string(signature);
}

class Signed : public ::testing::Test {
 protected:
  SigningKey key = SigningKey::from_jwk(SigningKey::generate()).value();
  JwkSet set = JwkSet::from_json(set_of(key)).value();
  std::string compact = key.sign(R"({"sub":"user"})", "at+jwt");

  JwsError error_of(std::string_view token) {
    const auto verified = set.verify(token, "at+jwt");
    EXPECT_FALSE(verified);
    return verified ? JwsError{} : verified.error();
  }
};

TEST_F(Signed, a_signed_payload_comes_back) {
  const auto claims = set.verify(compact, "at+jwt");
  ASSERT_TRUE(claims);
  EXPECT_EQ(find_string(*claims, "sub"), "user");
}

TEST_F(Signed, the_header_names_typ_algorithm_and_key) {
  const auto header_bytes = from_base64url(compact.substr(0, compact.find('.'))).value();
  const auto header = parse_json_object(as_text(header_bytes)).value();
  EXPECT_EQ(find_string(header, "typ"), "at+jwt");
  EXPECT_EQ(find_string(header, "alg"), "ES256");
  EXPECT_EQ(find_string(header, "kid"), key.kid());
}

TEST_F(Signed, AT_07_none_and_hmac_do_not_exist) {
  const std::string payload = R"({"sub":"user"})";
  const std::string kid = R"(,"kid":")" + key.kid() + R"("})";
  for (const std::string_view algorithm : {"none", "HS256", "RS256", "ES384", ""}) {
    const std::string header = R"({"typ":"at+jwt","alg":")" + std::string(algorithm) + '"' + kid;
    EXPECT_EQ(error_of(unsigned_token(header, payload, "")), JwsError::wrong_algorithm) << algorithm;
  }
}

TEST_F(Signed, AT_07_an_unknown_key_and_another_typ_are_refused) {
  const SigningKey other = SigningKey::from_jwk(SigningKey::generate()).value();
  EXPECT_EQ(error_of(other.sign(R"({"sub":"user"})", "at+jwt")), JwsError::unknown_key);
  EXPECT_EQ(error_of(key.sign(R"({"sub":"user"})", "JWT")), JwsError::wrong_typ);
}

TEST_F(Signed, any_changed_part_breaks_the_signature) {
  const std::size_t payload = compact.find('.') + 1;
  const std::size_t signature = compact.rfind('.') + 1;
  for (const std::size_t at : {payload + 3, signature + 3}) {
    std::string changed = compact;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(set.verify(changed, "at+jwt")) << at;
  }
}

TEST_F(Signed, what_is_not_a_compact_jws_is_malformed) {
  for (const std::string_view text : {"", ".", "..", "a.b.c", "e30", "e30.e30", "e30.e30.e30.e30"})
    EXPECT_FALSE(set.verify(text, "at+jwt")) << text;
}

TEST_F(Signed, one_signature_has_one_text) {
  std::string last_bits = compact;  // 64 bytes leave four unused bits in the last character
  last_bits.back() = static_cast<char>(last_bits.back() + 1);
  for (const std::string& other : {compact + 'x', compact + '=', compact + '.', compact + ' ', last_bits})
    EXPECT_EQ(error_of(other), JwsError::malformed) << other;
}

TEST_F(Signed, a_critical_header_is_refused) {
  const std::string header = R"({"typ":"at+jwt","alg":"ES256","crit":["x"],"kid":")" + key.kid() + R"("})";
  EXPECT_EQ(error_of(unsigned_token(header, "{}", "AA")), JwsError::malformed);
}

TEST_F(Signed, the_public_half_has_no_private_member) {
  const json::object jwk = key.public_jwk();
  EXPECT_FALSE(jwk.contains("d"));
  EXPECT_EQ(find_string(jwk, "use"), "sig");
  EXPECT_EQ(find_string(jwk, "alg"), "ES256");
  EXPECT_EQ(find_string(jwk, "kid"), key.kid());
}

TEST(SigningKey, takes_p256_private_keys_only) {
  const auto error = [](std::string text) {
    return SigningKey::from_jwk(PrivateJwk(std::move(text))).error();
  };
  EXPECT_EQ(error("not json"), KeyError::malformed);
  EXPECT_EQ(error(R"({"kty":"oct","k":"AAAA"})"), KeyError::unsupported);
  EXPECT_EQ(error(R"({"kty":"EC","crv":"P-384","x":"","y":"","d":""})"), KeyError::unsupported);
  const SigningKey key = SigningKey::from_jwk(SigningKey::generate()).value();
  EXPECT_EQ(error(json::serialize(key.public_jwk())), KeyError::unsupported);
}

TEST(JwkSet, leaves_out_keys_that_cannot_verify_and_refuses_nonsense) {
  const SigningKey key = SigningKey::from_jwk(SigningKey::generate()).value();
  json::object for_encryption = key.public_jwk();
  for_encryption["use"] = "enc";
  const json::array keys{json::object{{"kty", "oct"}, {"k", "AAAA"}}, for_encryption, key.public_jwk()};
  EXPECT_EQ(JwkSet::from_json(json::serialize(json::object{{"keys", keys}}))->size(), 1U);
  EXPECT_FALSE(JwkSet::from_json("{}"));
  EXPECT_FALSE(JwkSet::from_json(R"({"keys":[1]})"));
  EXPECT_FALSE(JwkSet::from_json(R"({"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]})"));
}

}  // namespace
}  // namespace couplet
