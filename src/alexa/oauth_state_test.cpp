// SPDX-License-Identifier: Apache-2.0
#include "alexa/oauth_state.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/octets.hpp"
#include "base/random.hpp"

namespace couplet::alexa {
namespace {

const Instant kNow = from_unix_seconds(1'800'000'000);

KeyRing ring(std::uint8_t id, char fill) {
  std::vector<KeyRing::Key> keys;
  keys.push_back({id, MasterKey(std::string(32, fill))});
  return KeyRing(keys);
}

Skill skill(const char* name) {
  Skill out;
  out.name = SkillName(name);
  return out;
}

StartedLink started_link(Random& random) {
  return {.attempt_id = AttemptId::make(kNow, random),
          .skill = SkillName("ride-hailer"),
          .user = UserId("user-älice"),
          .platform = Platform::android,
          .return_mode = ReturnMode::browser,
          .redirect_uri = "https://link.example.org/cb",
          .acknowledged = {"terms-v3", "pin"},
          .browser_binding = sha256("cookie"),
          .expires_at = kNow + kStateLifetime,
          .locale = "de-AT",
          .masked_account = "m•••@example.org",
          .key_id = 1};
}

class OAuthStateTest : public testing::Test {
 protected:
  SeededRandom random{7};
  KeyRing keys = ring(1, 'k');
  Skill ride_hailer = skill("ride-hailer");
  StartedLink started = started_link(random);
};

TEST_F(OAuthStateTest, LK_06_says_everything_about_the_started_link) {
  const auto opened = open_state(seal_state(started, keys, random), ride_hailer, keys, kNow);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->attempt_id, started.attempt_id);
  EXPECT_EQ(opened->skill, started.skill);
  EXPECT_EQ(opened->user, started.user);
  EXPECT_EQ(opened->platform, Platform::android);
  EXPECT_EQ(opened->return_mode, ReturnMode::browser);
  EXPECT_EQ(opened->redirect_uri, started.redirect_uri);
  EXPECT_EQ(opened->acknowledged, started.acknowledged);
  EXPECT_EQ(opened->browser_binding, started.browser_binding);
  EXPECT_EQ(opened->expires_at, started.expires_at);
  EXPECT_EQ(opened->locale, "de-AT");
  EXPECT_EQ(opened->masked_account, "m•••@example.org");
  EXPECT_EQ(opened->key_id, 1);
}

// Laid out by hand as the programs of before did: links are under way while the server is replaced.
TEST_F(OAuthStateTest, LK_06_what_older_programs_sealed_is_still_read) {
  for (const std::uint8_t version : {1, 2}) {
    const bool has_locale = version == 2;
    OctetWriter out;
    out.u8(version);
    out.raw(started.attempt_id.bytes());
    out.u8(static_cast<std::uint8_t>(started.platform));
    out.u8(static_cast<std::uint8_t>(started.return_mode));
    out.instant(started.expires_at);
    out.raw(started.browser_binding);
    out.text("alice");
    out.text(started.redirect_uri);
    out.u8(0);
    if (has_locale) out.text("de-AT");
    const OAuthState state(
        to_base64url(keys.seal(SealPurpose::oauth_state, out.bytes(), "ride-hailer", random)));
    const auto opened = open_state(state, ride_hailer, keys, kNow);
    ASSERT_TRUE(opened) << int{version};
    EXPECT_EQ(opened->user, UserId("alice"));
    EXPECT_EQ(opened->locale, has_locale ? "de-AT" : "");
    EXPECT_EQ(opened->masked_account, "");
  }
}

TEST_F(OAuthStateTest, LK_06_what_newer_programs_seal_is_invalid_and_not_misread) {
  OctetWriter out;
  out.u8(4);
  out.raw(started.attempt_id.bytes());
  const OAuthState state(
      to_base64url(keys.seal(SealPurpose::oauth_state, out.bytes(), "ride-hailer", random)));
  const auto opened = open_state(state, ride_hailer, keys, kNow);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), StateError::invalid);
}

TEST_F(OAuthStateTest, LK_05_has_only_url_safe_characters_and_never_repeats) {
  std::set<std::string> seen;
  for (int i = 0; i < 10'000; ++i) {
    const OAuthState state = seal_state(started, keys, random);
    EXPECT_EQ(
        state.reveal().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string_view::npos);
    seen.emplace(state.reveal());
  }
  EXPECT_EQ(seen.size(), 10'000U);
}

TEST_F(OAuthStateTest, LK_08_any_changed_character_is_invalid) {
  const std::string good(seal_state(started, keys, random).reveal());
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    const auto opened = open_state(OAuthState(bad), ride_hailer, keys, kNow);
    ASSERT_FALSE(opened) << "character " << i;
    EXPECT_EQ(opened.error(), StateError::invalid);
  }
}

TEST_F(OAuthStateTest, LK_08_truncated_empty_and_lengthened_are_invalid) {
  const std::string good(seal_state(started, keys, random).reveal());
  for (const std::string& bad : {std::string(), good.substr(0, good.size() / 2), good.substr(1),
                                 good + "AAAA", std::string("AQ"), good + "="})
    EXPECT_FALSE(open_state(OAuthState(bad), ride_hailer, keys, kNow)) << bad;
}

TEST_F(OAuthStateTest, LK_08_another_skills_state_is_invalid) {
  const OAuthState state = seal_state(started, keys, random);
  EXPECT_FALSE(open_state(state, skill("second-skill"), keys, kNow));
}

TEST_F(OAuthStateTest, LK_08_a_state_sealed_with_foreign_keys_is_invalid) {
  const KeyRing foreign = ring(1, 'x');
  EXPECT_FALSE(open_state(seal_state(started, foreign, random), ride_hailer, keys, kNow));
}

TEST_F(OAuthStateTest, LK_07_expires) {
  const OAuthState state = seal_state(started, keys, random);
  EXPECT_TRUE(open_state(state, ride_hailer, keys, started.expires_at - milliseconds{1}));
  const auto late = open_state(state, ride_hailer, keys, started.expires_at);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), StateError::expired);
}

TEST_F(OAuthStateTest, RFC_7636_verifier_is_derived_per_attempt_and_never_in_the_state) {
  const auto verifier = amazon_code_verifier(keys, started.attempt_id, 1);
  ASSERT_TRUE(verifier);
  EXPECT_EQ(verifier->reveal().size(), 43U);
  const auto again = amazon_code_verifier(keys, started.attempt_id, 1);
  EXPECT_EQ(again->reveal(), verifier->reveal());
  const auto other = amazon_code_verifier(keys, AttemptId::make(kNow, random), 1);
  EXPECT_NE(other->reveal(), verifier->reveal());
  EXPECT_FALSE(amazon_code_verifier(keys, started.attempt_id, 2)) << "a key that is not in the ring";
}

TEST(Pkce, RFC_7636_appendix_b_challenge) {
  const AmazonCodeVerifier verifier(std::string("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
  EXPECT_EQ(amazon_code_challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST_F(OAuthStateTest, launch_ticket_round_trip_change_and_expiry) {
  const LaunchTicket ticket{BrowserBinding(std::string("secret-cookie")), SkillName("ride-hailer"),
                            "https://www.amazon.com/ap/oa?x=1", kNow + minutes{10}, "de"};
  const std::string text = seal_ticket(ticket, keys, random);
  const auto opened = open_ticket(text, keys, kNow);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->binding.reveal(), "secret-cookie");
  EXPECT_EQ(opened->skill, ticket.skill);
  EXPECT_EQ(opened->lwa_url, ticket.lwa_url);
  EXPECT_EQ(opened->locale, "de");
  EXPECT_EQ(text.find("secret-cookie"), std::string::npos);
  EXPECT_EQ(open_ticket(text, keys, kNow + minutes{10}).error(), StateError::expired);
  EXPECT_EQ(open_ticket(text + "A", keys, kNow).error(), StateError::invalid);
  const OAuthState state = seal_state(started, keys, random);
  EXPECT_EQ(open_ticket(state.reveal(), keys, kNow).error(), StateError::invalid)
      << "sealed for another purpose";
}

}  // namespace
}  // namespace couplet::alexa
