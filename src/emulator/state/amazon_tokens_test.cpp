// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/amazon_tokens.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace couplet::emulator {
namespace {

class AmazonTokensTest : public ::testing::Test {
 protected:
  FakeClock clock{Instant{std::chrono::hours(24)}};
  SeededRandom random{1};
  AmazonTokens tokens{clock, random};
  const AmazonGrant grant{"anna", "client-1", std::string(kLinkingScope)};
};

TEST_F(AmazonTokensTest, section_9_2_a_code_is_20_letters_and_digits_that_start_with_A) {
  const AmazonCode code = tokens.issue_code({grant, "https://x", {}});
  EXPECT_EQ(code.reveal().size(), 20u);
  EXPECT_TRUE(code.reveal().starts_with("AN"));
  EXPECT_TRUE(
      std::ranges::all_of(code.reveal(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)); }));
}

TEST_F(AmazonTokensTest, section_9_2_a_code_is_good_once) {
  const AmazonCode code = tokens.issue_code({grant, "https://x", {}});
  EXPECT_TRUE(tokens.take_code(code.reveal()));
  EXPECT_FALSE(tokens.take_code(code.reveal()));
}

TEST_F(AmazonTokensTest, a_code_is_known_by_its_user_for_as_long_as_it_lives_spent_or_not) {
  const AmazonCode code = tokens.issue_code({grant, "https://x", {}});
  EXPECT_EQ(tokens.user_of_code(code.reveal()), "anna");
  EXPECT_TRUE(tokens.take_code(code.reveal()));
  EXPECT_EQ(tokens.user_of_code(code.reveal()), "anna");
  EXPECT_FALSE(tokens.take_code(code.reveal()));
  tokens.give_back(code.reveal());
  EXPECT_FALSE(tokens.take_code(code.reveal())) << "only a try that took it can give it back";
  clock.advance(kAmazonCodeLife);
  EXPECT_EQ(tokens.user_of_code(code.reveal()), "");
  EXPECT_EQ(tokens.user_of_code("ANunknown"), "");
}

TEST_F(AmazonTokensTest, section_9_2_a_code_lives_five_minutes) {
  const AmazonCode in_time = tokens.issue_code({grant, "https://x", {}});
  const AmazonCode late = tokens.issue_code({grant, "https://x", {}});
  clock.advance(minutes(5) - milliseconds(1));
  EXPECT_TRUE(tokens.take_code(in_time.reveal()));
  clock.advance(milliseconds(1));
  EXPECT_FALSE(tokens.take_code(late.reveal()));
}

TEST_F(AmazonTokensTest, section_9_3_tokens_have_amazons_prefixes_and_sizes) {
  const AmazonTokenPair pair = tokens.issue_pair(grant);
  EXPECT_TRUE(pair.access_token.reveal().starts_with("Atza|"));
  EXPECT_GE(pair.access_token.reveal().size(), 350u);
  EXPECT_LE(pair.access_token.reveal().size(), 2048u);
  EXPECT_TRUE(pair.refresh_token.reveal().starts_with("Atzr|"));
}

TEST_F(AmazonTokensTest, section_9_3_an_access_token_lives_an_hour_and_a_refresh_token_for_ever) {
  const AmazonTokenPair pair = tokens.issue_pair(grant);
  EXPECT_EQ(tokens.access_token(pair.access_token.reveal()).condition, TokenCondition::good);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(tokens.access_token(pair.access_token.reveal()).condition, TokenCondition::expired);
  clock.advance(std::chrono::hours(24 * 365 * 5));
  EXPECT_EQ(tokens.refresh_token(pair.refresh_token.reveal()).condition, TokenCondition::good);
}

TEST_F(AmazonTokensTest, revoking_ends_the_tokens_of_that_user_and_client_only) {
  const AmazonTokenPair pair = tokens.issue_pair(grant);
  const AmazonTokenPair of_tom = tokens.issue_pair({"tom", "client-1", std::string(kLinkingScope)});
  const AmazonTokenPair other_client = tokens.issue_pair({"anna", "client-2", std::string(kLinkingScope)});
  tokens.revoke("anna", "client-1");
  EXPECT_EQ(tokens.access_token(pair.access_token.reveal()).condition, TokenCondition::revoked);
  EXPECT_EQ(tokens.refresh_token(pair.refresh_token.reveal()).condition, TokenCondition::revoked);
  EXPECT_EQ(tokens.access_token(of_tom.access_token.reveal()).condition, TokenCondition::good);
  EXPECT_EQ(tokens.access_token(other_client.access_token.reveal()).condition, TokenCondition::good);
}

TEST_F(AmazonTokensTest, a_scope_covers_whole_words_only) {
  const AmazonGrant wide{"anna", "client-1", "profile:user_id alexa::skills:account_linking"};
  EXPECT_TRUE(wide.covers(kLinkingScope));
  EXPECT_FALSE(wide.covers("profile"));
}

}  // namespace
}  // namespace couplet::emulator
