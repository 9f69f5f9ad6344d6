// SPDX-License-Identifier: Apache-2.0
#include "server/config/signing_key_history.hpp"

#include <gtest/gtest.h>

namespace couplet::server {
namespace {

class SigningKeys : public ::testing::Test {
 protected:
  static std::shared_ptr<const Config> config_with(std::vector<PrivateJwk> keys) {
    auto config = std::make_shared<Config>();
    config->signing_keys = std::move(keys);
    config->clients.resize(1);
    config->clients.front().access_token_lifetime = seconds{3600};
    return config;
  }
  /// The kids that are published after the configuration names these keys.
  std::vector<std::string> published(const std::vector<PrivateJwk>& keys) {
    const auto complete = history.carry_over(config_with(keys), now);
    std::vector<std::string> kids;
    for (const PrivateJwk& key : complete->signing_keys) kids.push_back(kid_of(key));
    return kids;
  }
  using Kids = std::vector<std::string>;

  Instant now = from_unix_seconds(1'800'000'000);
  PrivateJwk old_key = SigningKey::generate(), new_key = SigningKey::generate();
  std::string old_kid = kid_of(old_key), new_kid = kid_of(new_key);
  SigningKeyHistory history{*config_with({old_key}), now};
};

TEST_F(SigningKeys, SE_04_a_replaced_key_stays_published_until_its_last_token_is_dead) {
  EXPECT_EQ(published({old_key, new_key}), (Kids{old_kid, new_kid}));
  now += minutes{10};
  EXPECT_EQ(published({new_key, old_key}), (Kids{new_kid, old_kid}));
  now += minutes{1};
  EXPECT_EQ(published({new_key}), (Kids{new_kid, old_kid})) << "removed 59 minutes too early";
  now += minutes{59};
  EXPECT_EQ(published({new_key}), (Kids{new_kid})) << "an hour after it signed for the last time";
}

TEST_F(SigningKeys, SE_04_a_key_that_never_signed_goes_at_once) {
  EXPECT_EQ(published({old_key, new_key}), (Kids{old_kid, new_kid}));
  EXPECT_EQ(published({old_key}), (Kids{old_kid}));
}

TEST_F(SigningKeys, SE_04_a_key_of_the_start_may_have_signed_before_it) {
  SigningKeyHistory two{*config_with({new_key, old_key}), now};
  const auto kids = [&] { return two.carry_over(config_with({new_key}), now)->signing_keys.size(); };
  EXPECT_EQ(kids(), 2U);
  now += minutes{60};
  EXPECT_EQ(kids(), 1U);
}

TEST_F(SigningKeys, SE_04_the_signer_counts_as_signing_until_the_moment_it_is_replaced) {
  now += std::chrono::hours{48};
  EXPECT_EQ(published({new_key}), (Kids{new_kid, old_kid}));
}

TEST_F(SigningKeys, SE_04_the_longest_lifetime_is_that_of_any_client_before_or_after) {
  auto longer = std::make_shared<Config>(*config_with({old_key, new_key}));
  longer->clients.front().access_token_lifetime = seconds{7200};
  (void)history.carry_over(longer, now);
  EXPECT_EQ(published({new_key}), (Kids{new_kid, old_kid}));
  now += minutes{119};
  EXPECT_EQ(published({new_key}), (Kids{new_kid, old_kid}));
  now += minutes{1};
  EXPECT_EQ(published({new_key}), (Kids{new_kid}));
}

}  // namespace
}  // namespace couplet::server
