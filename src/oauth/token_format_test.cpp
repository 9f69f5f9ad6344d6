// SPDX-License-Identifier: Apache-2.0
#include "oauth/token_format.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace couplet::oauth {
namespace {

class Format : public ::testing::Test {
 protected:
  SeededRandom random{1};
  KeyRing keys{{{1, MasterKey(std::string(32, 'k'))}}};
  Instant now = from_unix_seconds(1'800'000'000);
};

TEST_F(Format, CD_06_codes_are_short_vschar_and_never_repeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto minted = mint_authorization_code(now, random, keys);
    const std::string_view text = minted.code.reveal();
    EXPECT_LT(text.size(), 512U);
    EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; }));
    EXPECT_TRUE(seen.emplace(text).second);
  }
}

TEST_F(Format, CD_07_what_was_minted_matches_its_stored_hash_and_no_other) {
  const auto minted = mint_authorization_code(now, random, keys);
  const auto other = mint_authorization_code(now, random, keys);
  const auto presented = parse_authorization_code(minted.code);
  ASSERT_TRUE(presented);
  EXPECT_EQ(presented->selector, minted.selector);
  EXPECT_EQ(match(*presented, minted.code_hash, keys), TokenMatch::genuine);
  EXPECT_EQ(match(*presented, other.code_hash, keys), TokenMatch::forged);
}

TEST_F(Format, RT_16_the_right_selector_with_another_verifier_is_forged) {
  const auto minted = mint_refresh_token(now, random, keys);
  auto presented = parse_refresh_token(minted.refresh_token);
  ASSERT_TRUE(presented);
  EXPECT_EQ(match(*presented, minted.refresh_token_hash, keys), TokenMatch::genuine);
  for (std::byte& b : presented->verifier) {
    b ^= std::byte{1};
    EXPECT_EQ(match(*presented, minted.refresh_token_hash, keys), TokenMatch::forged);
    b ^= std::byte{1};
  }
}

TEST_F(Format, RT_03_a_code_is_no_refresh_token_and_the_other_way_round) {
  const std::string code(mint_authorization_code(now, random, keys).code.reveal());
  const std::string refresh_token(mint_refresh_token(now, random, keys).refresh_token.reveal());
  EXPECT_FALSE(parse_refresh_token(RefreshToken(code)));
  EXPECT_FALSE(parse_authorization_code(AuthorizationCode(refresh_token)));
  // Not even with its prefix exchanged: the hash is bound to the kind.
  const auto renamed = mint_authorization_code(now, random, keys);
  const auto presented =
      parse_refresh_token(RefreshToken("cr_" + std::string(renamed.code.reveal().substr(3))));
  ASSERT_TRUE(presented);
  EXPECT_EQ(match(*presented, renamed.code_hash, keys), TokenMatch::forged);
}

TEST_F(Format, TK_11_malformed_texts_are_not_of_our_form) {
  const std::string good(mint_authorization_code(now, random, keys).code.reveal());
  for (const std::string& text :
       {std::string(), std::string("cc_"), good + "A", good.substr(0, good.size() - 1),
        "xx_" + good.substr(3), good.substr(0, 10) + "+" + good.substr(11), std::string(5000, 'A'),
        good.substr(0, 10) + '\0' + good.substr(11)})
    EXPECT_FALSE(parse_authorization_code(AuthorizationCode(text)));
}

TEST_F(Format, SE_04_tokens_outlive_a_key_rotation) {
  const auto minted = mint_refresh_token(now, random, keys);
  const KeyRing rotated{{{2, MasterKey(std::string(32, 'n'))}, {1, MasterKey(std::string(32, 'k'))}}};
  const auto presented = parse_refresh_token(minted.refresh_token).value();
  EXPECT_EQ(match(presented, minted.refresh_token_hash, rotated), TokenMatch::genuine);
}

TEST_F(Format, TK_19_a_lost_key_is_our_fault_and_not_a_forgery) {
  const auto minted = mint_refresh_token(now, random, keys);
  const KeyRing without{{{2, MasterKey(std::string(32, 'n'))}}};
  const auto presented = parse_refresh_token(minted.refresh_token).value();
  EXPECT_EQ(match(presented, minted.refresh_token_hash, without), TokenMatch::key_is_gone);
}

TEST_F(Format, later_tokens_sort_after_earlier_ones) {
  const auto earlier = mint_refresh_token(now, random, keys).selector;
  EXPECT_LT(earlier, mint_refresh_token(now + milliseconds{1}, random, keys).selector);
}

TEST(CD_07, a_code_can_be_minted_under_a_selector_that_is_chosen_already) {
  SeededRandom random{1};
  const KeyRing keys{{{1, MasterKey(std::string(32, 'k'))}}};
  const auto selector = CodeSelector::make(from_unix_seconds(1'800'000'000), random);
  const auto minted = mint_authorization_code(selector, random, keys);
  EXPECT_EQ(minted.selector, selector);
  const auto presented = parse_authorization_code(minted.code);
  ASSERT_TRUE(presented);
  EXPECT_EQ(presented->selector, selector);
  EXPECT_EQ(match(*presented, minted.code_hash, keys), TokenMatch::genuine);
  EXPECT_NE(mint_authorization_code(selector, random, keys).code.reveal(), minted.code.reveal());
}

}  // namespace
}  // namespace couplet::oauth
