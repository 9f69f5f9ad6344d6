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

  Grant grant_of(const MintedRefreshToken& minted) {
    Grant grant;
    grant.grant_id = GrantId::make(now, random);
    grant.refresh_selector = minted.selector;
    grant.refresh_token_hash = minted.refresh_token_hash;
    return grant;
  }
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
  const Grant grant = grant_of(minted);
  EXPECT_EQ(match(*presented, grant, keys), TokenMatch::genuine);
  for (std::byte& b : presented->verifier) {
    b ^= std::byte{1};
    EXPECT_EQ(match(*presented, grant, keys), TokenMatch::forged);
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
  Grant grant;
  grant.refresh_token_hash = renamed.code_hash;
  EXPECT_EQ(match(*presented, grant, keys), TokenMatch::forged);
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
  EXPECT_EQ(match(presented, grant_of(minted), rotated), TokenMatch::genuine);
}

TEST_F(Format, RT_16_an_imported_token_is_known_by_its_digest_and_by_nothing_else) {
  const RefreshToken token{std::string("old-server.1/Y2hhbmdl+me==")};
  const Digest digest = sha256(token.reveal());
  Grant grant;
  grant.refresh_selector = imported_refresh_token(digest).selector;
  grant.refresh_token_hash = hash_imported_refresh_token(digest, keys);
  auto presented = present_refresh_token(token).value();
  EXPECT_TRUE(presented.imported);
  EXPECT_EQ(presented.selector, grant.refresh_selector);
  EXPECT_EQ(match(presented, grant, keys), TokenMatch::genuine);
  presented.verifier.back() ^= std::byte{1};
  EXPECT_EQ(match(presented, grant, keys), TokenMatch::forged);
}

TEST_F(Format, RT_16_our_own_and_imported_tokens_are_never_taken_for_each_other) {
  const auto minted = mint_refresh_token(now, random, keys);
  EXPECT_FALSE(present_refresh_token(minted.refresh_token).value().imported);
  // Somebody imports the digest that is in a token of ours, or presents a token made of an imported digest.
  const Digest digest = present_refresh_token(minted.refresh_token)->verifier;
  Grant imported;
  imported.refresh_token_hash = hash_imported_refresh_token(digest, keys);
  EXPECT_EQ(match(parse_refresh_token(minted.refresh_token).value(), imported, keys), TokenMatch::forged);
  EXPECT_EQ(match(imported_refresh_token(digest), grant_of(minted), keys), TokenMatch::forged);
}

TEST_F(Format, RT_03_what_can_be_no_token_at_all_is_not_looked_up) {
  EXPECT_FALSE(present_refresh_token(RefreshToken(std::string())));
  EXPECT_FALSE(present_refresh_token(RefreshToken(std::string("a\nb"))));
  EXPECT_FALSE(present_refresh_token(RefreshToken(std::string("t\xc3\xb6ken"))));
  EXPECT_TRUE(present_refresh_token(RefreshToken(std::string(kLongestImportedToken, 't'))));
  EXPECT_FALSE(present_refresh_token(RefreshToken(std::string(kLongestImportedToken + 1, 't'))));
}

TEST_F(Format, TK_19_a_lost_key_is_our_fault_and_not_a_forgery) {
  const auto minted = mint_refresh_token(now, random, keys);
  const KeyRing without{{{2, MasterKey(std::string(32, 'n'))}}};
  const auto presented = parse_refresh_token(minted.refresh_token).value();
  EXPECT_EQ(match(presented, grant_of(minted), without), TokenMatch::key_is_gone);
}

TEST_F(Format, RT_08_a_successor_is_always_the_same_and_proves_its_generation) {
  const Grant grant = grant_of(mint_refresh_token(now, random, keys));
  const auto first = successor_refresh_token(grant, 1, keys).value();
  EXPECT_TRUE(constant_time_equal(first, successor_refresh_token(grant, 1, keys).value()));
  auto presented = parse_refresh_token(first).value();
  EXPECT_EQ(presented.selector, grant.refresh_selector);
  EXPECT_EQ(presented.generation, 1U);
  EXPECT_EQ(match(presented, grant, keys), TokenMatch::genuine);
  presented.generation = 2;
  EXPECT_EQ(match(presented, grant, keys), TokenMatch::forged);
  presented.generation = 0;
  EXPECT_EQ(match(presented, grant, keys), TokenMatch::forged);
}

TEST_F(Format, RT_16_successors_of_other_grants_and_generations_are_others) {
  const auto minted = mint_refresh_token(now, random, keys);
  const Grant grant = grant_of(minted);
  const Grant same_token_other_id = grant_of(minted);
  const auto presented = parse_refresh_token(successor_refresh_token(grant, 7, keys).value()).value();
  EXPECT_EQ(match(presented, same_token_other_id, keys), TokenMatch::forged);
  std::set<std::string> seen{std::string(minted.refresh_token.reveal())};
  for (std::uint32_t generation = 1; generation < 1000; ++generation)
    EXPECT_TRUE(seen.emplace(successor_refresh_token(grant, generation, keys).value().reveal()).second);
  const KeyRing other_keys{{{1, MasterKey(std::string(32, 'o'))}}};
  EXPECT_EQ(match(presented, grant, other_keys), TokenMatch::forged);
}

TEST_F(Format, RT_16_a_successor_with_another_verifier_is_forged) {
  const Grant grant = grant_of(mint_refresh_token(now, random, keys));
  auto presented = parse_refresh_token(successor_refresh_token(grant, 70'000, keys).value()).value();
  EXPECT_EQ(presented.generation, 70'000U);
  for (std::byte& b : presented.verifier) {
    b ^= std::byte{1};
    EXPECT_EQ(match(presented, grant, keys), TokenMatch::forged);
    b ^= std::byte{1};
  }
}

TEST_F(Format, RT_03_a_token_that_says_generation_nought_is_not_of_our_form) {
  const Grant grant = grant_of(mint_refresh_token(now, random, keys));
  const auto nought = successor_refresh_token(grant, 0, keys).value();
  EXPECT_FALSE(parse_refresh_token(nought));
}

TEST_F(Format, SE_04_successors_outlive_a_key_rotation_and_a_lost_key_is_our_fault) {
  const Grant grant = grant_of(mint_refresh_token(now, random, keys));
  const auto successor = successor_refresh_token(grant, 3, keys).value();
  const KeyRing rotated{{{2, MasterKey(std::string(32, 'n'))}, {1, MasterKey(std::string(32, 'k'))}}};
  const KeyRing without{{{2, MasterKey(std::string(32, 'n'))}}};
  const auto presented = parse_refresh_token(successor).value();
  EXPECT_TRUE(constant_time_equal(successor, successor_refresh_token(grant, 3, rotated).value()));
  EXPECT_EQ(match(presented, grant, rotated), TokenMatch::genuine);
  EXPECT_EQ(match(presented, grant, without), TokenMatch::key_is_gone);
  EXPECT_FALSE(successor_refresh_token(grant, 3, without));
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
