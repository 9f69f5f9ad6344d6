// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/pkce.hpp"

#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator {

TEST(EmulatorPkce, rfc_7636_appendix_b_vector_matches) {
  EXPECT_TRUE(verifier_matches(test::kVerifier, {test::kChallenge, ChallengeMethod::S256}));
}

TEST(EmulatorPkce, another_verifier_does_not_match) {
  EXPECT_FALSE(verifier_matches(std::string(43, 'a'), {test::kChallenge, ChallengeMethod::S256}));
}

TEST(EmulatorPkce, plain_compares_the_text_itself) {
  EXPECT_TRUE(verifier_matches(test::kVerifier, {test::kVerifier, ChallengeMethod::plain}));
  EXPECT_FALSE(verifier_matches(test::kVerifier, {test::kChallenge, ChallengeMethod::plain}));
}

TEST(EmulatorPkce, verifier_is_43_to_128_of_the_unreserved_characters) {
  EXPECT_FALSE(is_pkce_text(std::string(42, 'a')));
  EXPECT_TRUE(is_pkce_text(std::string(43, 'a')));
  EXPECT_TRUE(is_pkce_text(std::string(128, '~')));
  EXPECT_FALSE(is_pkce_text(std::string(129, 'a')));
  EXPECT_FALSE(is_pkce_text(std::string(43, '+')));
}

}  // namespace couplet::emulator
