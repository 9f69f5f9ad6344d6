// SPDX-License-Identifier: Apache-2.0
#include "oauth/login_challenge.hpp"

#include <gtest/gtest.h>

namespace couplet::oauth {
namespace {

struct LoginChallenges : testing::Test {
  SeededRandom random{1};
  KeyRing keys{{{1, MasterKey(std::string(32, 'k'))}}};
  Instant now = from_unix_seconds(1'800'000'000);

  LoginChallenge challenge() {
    LoginChallenge made;
    made.id = CodeSelector::make(now, random);
    made.skill = SkillName("ride-hailer");
    made.request.client_id = ClientId("alexa");
    made.request.redirect_uri = "https://layla.amazon.com/api/skill/link/M1EXAMPLEVENDOR";
    made.request.scope = "profile rides";
    made.request.oauth_state = ClientState(std::string("\0\xff octets", 9));
    made.request.code_challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    made.expires_at = now + kLoginChallengeLifetime;
    return made;
  }
};

TEST_F(LoginChallenges, AZ_18_the_request_comes_back_as_it_was_sealed) {
  const LoginChallenge sealed = challenge();
  const auto opened = open_challenge(seal_challenge(sealed, keys, random), keys, now).value();
  EXPECT_EQ(opened.id, sealed.id);
  EXPECT_EQ(opened.skill, sealed.skill);
  EXPECT_EQ(opened.request.client_id, sealed.request.client_id);
  EXPECT_EQ(opened.request.redirect_uri, sealed.request.redirect_uri);
  EXPECT_EQ(opened.request.scope, sealed.request.scope);
  EXPECT_EQ(opened.request.oauth_state->reveal(), sealed.request.oauth_state->reveal());
  EXPECT_EQ(opened.request.code_challenge, sealed.request.code_challenge);
  EXPECT_EQ(opened.expires_at, sealed.expires_at);
}

TEST_F(LoginChallenges, AZ_18_what_was_not_sent_stays_absent) {
  LoginChallenge bare = challenge();
  bare.request.oauth_state.reset();
  bare.request.code_challenge.reset();
  const auto opened = open_challenge(seal_challenge(bare, keys, random), keys, now).value();
  EXPECT_FALSE(opened.request.oauth_state);
  EXPECT_FALSE(opened.request.code_challenge);
}

TEST_F(LoginChallenges, AZ_18_a_changed_character_anywhere_makes_it_invalid) {
  const std::string text = seal_challenge(challenge(), keys, random);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    const auto opened = open_challenge(other, keys, now);
    ASSERT_FALSE(opened) << i;
    EXPECT_EQ(opened.error(), ChallengeError::invalid);
  }
  EXPECT_FALSE(open_challenge(text.substr(0, text.size() - 4), keys, now));
  EXPECT_FALSE(open_challenge("", keys, now));
}

TEST_F(LoginChallenges, AZ_18_something_else_that_we_sealed_is_no_challenge) {
  const Bytes box = keys.seal(SealPurpose::launch_ticket, as_byte_view("\x01"), "", random);
  EXPECT_EQ(open_challenge(to_base64url(box), keys, now).error(), ChallengeError::invalid);
}

TEST_F(LoginChallenges, AZ_18_cut_short_or_with_more_behind_it_is_no_challenge) {
  const Bytes box = from_base64url(seal_challenge(challenge(), keys, random)).value();
  const Bytes plain = keys.open(SealPurpose::login_challenge, box, "").value();
  const auto sealed_again = [&](const Bytes& other) {
    return to_base64url(keys.seal(SealPurpose::login_challenge, other, "", random));
  };
  Bytes longer = plain;
  longer.push_back(std::byte{0});
  const Bytes shorter(plain.begin(), plain.end() - 1);
  EXPECT_TRUE(open_challenge(sealed_again(plain), keys, now));
  EXPECT_EQ(open_challenge(sealed_again(longer), keys, now).error(), ChallengeError::invalid);
  EXPECT_EQ(open_challenge(sealed_again(shorter), keys, now).error(), ChallengeError::invalid);
}

TEST_F(LoginChallenges, AZ_18_it_lives_for_ten_minutes) {
  const std::string text = seal_challenge(challenge(), keys, random);
  EXPECT_TRUE(open_challenge(text, keys, now + minutes{10} - milliseconds{1}));
  EXPECT_EQ(open_challenge(text, keys, now + minutes{10}).error(), ChallengeError::expired);
}

}  // namespace
}  // namespace couplet::oauth
