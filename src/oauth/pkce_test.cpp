// SPDX-License-Identifier: Apache-2.0
#include "oauth/pkce.hpp"

#include <gtest/gtest.h>

namespace couplet::oauth {
namespace {

TEST(PK_01, has_the_vector_of_rfc_7636_appendix_b) {
  const CodeVerifier code_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  EXPECT_EQ(s256_code_challenge(code_verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  EXPECT_TRUE(proves(code_verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
}

TEST(PK_04, a_challenge_is_43_characters_of_base64url) {
  EXPECT_TRUE(is_code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
  for (const std::string_view wrong :
       {"", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMA",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c=", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"})
    EXPECT_FALSE(is_code_challenge(wrong)) << wrong;
}

TEST(PK_08, a_verifier_is_43_to_128_unreserved_characters) {
  const auto accepted = [](std::string text) { return is_code_verifier(CodeVerifier(std::move(text))); };
  EXPECT_TRUE(accepted(std::string(43, 'a')));
  EXPECT_TRUE(accepted(std::string(128, '~')));
  EXPECT_TRUE(accepted(std::string(40, 'A') + "09-._~"));
  EXPECT_FALSE(accepted(std::string(42, 'a')));
  EXPECT_FALSE(accepted(std::string(129, 'a')));
  for (const char wrong : {' ', '+', '/', '=', '%', '\0', '\x80'})
    EXPECT_FALSE(accepted(std::string(50, wrong))) << static_cast<int>(wrong);
}

TEST(PK_10, the_whole_value_is_compared) {
  const CodeVerifier code_verifier(std::string(43, 'a'));
  const std::string challenge = s256_code_challenge(code_verifier);
  EXPECT_FALSE(proves(code_verifier, challenge.substr(0, 42)));
  EXPECT_FALSE(proves(code_verifier, ""));
  EXPECT_FALSE(proves(CodeVerifier(std::string(42, 'a') + "b"), challenge));
  EXPECT_FALSE(proves(CodeVerifier(challenge), challenge));  // `plain` does not exist (PK-02)
}

}  // namespace
}  // namespace couplet::oauth
