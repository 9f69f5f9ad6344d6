// SPDX-License-Identifier: Apache-2.0
#include "oauth/revocation.hpp"

#include <gtest/gtest.h>

namespace couplet::oauth {
namespace {

TEST(RV_08, a_revocation_needs_a_token) {
  const auto parsed = parse_revocation_request(FormParameters::parse("token_type_hint=foo&token=").value());
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, OAuthErrorCode::invalid_request);
  EXPECT_EQ(parse_revocation_request(FormParameters::parse("token=t").value())->reveal(), "t");
}

// A grant and the token that was issued for it; each test spoils one thing.
struct MayRevoke : testing::Test {
  SeededRandom random{1};
  KeyRing keys{{{1, MasterKey(std::string(32, 'k'))}}};
  Instant now = from_unix_seconds(1'800'000'000);
  MintedRefreshToken minted = mint_refresh_token(now, random, keys);
  Client client;
  Grant grant;

  MayRevoke() {
    client.client_id = ClientId("alexa");
    grant.grant_id = GrantId::make(now, random);
    grant.client_id = client.client_id;
    grant.refresh_selector = minted.selector;
    grant.refresh_token_hash = minted.refresh_token_hash;
  }
  Result<bool> answer(bool is_stored = true) {
    const auto presented = present_refresh_token(minted.refresh_token);
    return may_revoke(presented.value(), is_stored ? &grant : nullptr, client, keys);
  }
};

TEST_F(MayRevoke, RV_01_the_grants_own_token_by_the_grants_own_client) { EXPECT_EQ(answer(), true); }

TEST_F(MayRevoke, RV_04_an_unknown_or_forged_token_changes_nothing) {
  EXPECT_EQ(answer(false), false);
  grant.refresh_token_hash = mint_refresh_token(now, random, keys).refresh_token_hash;
  EXPECT_EQ(answer(), false);
}

TEST_F(MayRevoke, RV_05_another_clients_token_changes_nothing) {
  client.client_id = ClientId("other");
  EXPECT_EQ(answer(), false);
}

TEST_F(MayRevoke, RV_09_with_a_lost_key_nobody_can_tell_and_nothing_is_called_done) {
  grant.refresh_token_hash.key_id = 9;
  ASSERT_FALSE(answer());
  EXPECT_EQ(answer().error().code, OAuthErrorCode::temporarily_unavailable);
}

}  // namespace
}  // namespace couplet::oauth
