// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/revocation_endpoint.hpp"

#include <gtest/gtest.h>

#include "server/oauth/testing/oauth_test_world.hpp"

namespace couplet::server {
namespace {

using Fault = FaultyGrants::Fault;

class Revocation : public ::testing::Test, protected OAuthWorld {
 protected:
  RevocationEndpoint revocation{grants, clients, verifier, keys, clock, limiter, deadline};
  Answer issued = exchange(new_code());
  std::string access_token = issued.text("access_token");
  std::string refresh_token = issued.text("refresh_token");

  http::Response revoke(const std::string& token, const std::string& more = kAlexaCredentials) {
    const Post post{"token=" + token + more};
    const http::Request request = post.request();
    return until_answered(revocation.handle(request));
  }
  bool is_active() { return find_bool(introspect(access_token).body, "active").value(); }
};

TEST_F(Revocation, RV_01_a_refresh_token_is_refused_from_then_on) {
  EXPECT_EQ(revoke(refresh_token).status, 200);
  const Answer refused = refresh(refresh_token);
  EXPECT_EQ(refused.status(), 400);
  EXPECT_EQ(refused.text("error"), "invalid_grant");
}

TEST_F(Revocation, RV_02_a_refresh_token_takes_the_grants_access_tokens_with_it) {
  ASSERT_TRUE(is_active());
  EXPECT_EQ(revoke(refresh_token).status, 200);
  EXPECT_FALSE(is_active());
}

TEST_F(Revocation, RV_01_an_imported_refresh_token_can_be_revoked_by_its_client_only) {
  const Digest digest = sha256("old-token");
  Grant grant;
  grant.grant_id = GrantId::make(clock.now(), random);
  grant.client_id = ClientId("alexa");
  grant.refresh_selector = oauth::imported_refresh_token(digest).selector;
  grant.refresh_token_hash = oauth::hash_imported_refresh_token(digest, keys);
  ASSERT_TRUE(run_task(grants.import_grants({grant}, clock.now())));
  EXPECT_EQ(revoke("old-tokem").status, 200);
  EXPECT_EQ(refresh("old-token").status(), 200);
  EXPECT_EQ(revoke("old-token").status, 200);
  EXPECT_EQ(refresh("old-token").text("error"), "invalid_grant");
}

TEST_F(Revocation, RV_03_an_access_token_ends) {
  EXPECT_EQ(revoke(access_token).status, 200);
  EXPECT_FALSE(is_active());
}

TEST_F(Revocation, RV_03_an_opaque_access_token_ends_and_only_for_its_own_client) {
  access_token = tokens_for("sealed").text("access_token");
  EXPECT_EQ(revoke(access_token).status, 200);
  EXPECT_TRUE(is_active()) << "RV-05: another client's";
  EXPECT_EQ(revoke(access_token, credentials_of("sealed")).status, 200);
  EXPECT_FALSE(is_active());
}

TEST_F(Revocation, RV_04_what_cannot_be_revoked_is_200_and_changes_nothing) {
  for (const std::string& token :
       {std::string("x"), access_token + "x", refresh_token.substr(0, 40), new_code()}) {
    const int writes = grants.write_count;
    EXPECT_EQ(revoke(token).status, 200) << token;
    EXPECT_EQ(grants.write_count, writes) << token;
  }
  EXPECT_TRUE(is_active());
  EXPECT_EQ(revoke(refresh_token).status, 200);
  EXPECT_EQ(revoke(refresh_token).status, 200) << "twice";
}

TEST_F(Revocation, RV_04_a_forged_verifier_with_a_known_selector_changes_nothing) {
  std::string forged = refresh_token;
  forged.back() = forged.back() == 'A' ? 'E' : 'A';
  EXPECT_EQ(revoke(forged).status, 200);
  EXPECT_TRUE(is_active());
}

TEST_F(Revocation, RV_05_another_clients_token_is_not_revoked_and_the_answer_is_the_same) {
  const std::string other = "&client_id=other&client_secret=other-secret";
  for (const std::string& token : {refresh_token, access_token}) {
    const http::Response foreign = revoke(token, other), unknown = revoke("x", other);
    EXPECT_EQ(foreign.status, unknown.status);
    EXPECT_EQ(foreign.body, unknown.body);
    EXPECT_TRUE(is_active());
  }
}

TEST_F(Revocation, RV_06_without_good_credentials_nothing_is_revoked) {
  EXPECT_EQ(revoke(refresh_token, "").status, 401);
  EXPECT_EQ(revoke(refresh_token, "&client_id=alexa&client_secret=wrong").status, 401);
  EXPECT_EQ(revoke(refresh_token, "&client_id=alexa").status, 401);
  EXPECT_TRUE(is_active());
}

TEST_F(Revocation, CA_13_wrong_secrets_are_held_back_and_the_right_one_beside_them_is_not) {
  const std::string wrong = "&client_id=alexa&client_secret=wrong";
  for (int i = 0; i < 20; ++i) ASSERT_EQ(revoke(refresh_token, wrong).status, 401);
  EXPECT_EQ(revoke(refresh_token, wrong).status, 429);
  EXPECT_TRUE(is_active());
  EXPECT_EQ(revoke(refresh_token).status, 200);
  EXPECT_FALSE(is_active());
}

TEST_F(Revocation, RV_07_a_wrong_hint_still_finds_the_token) {
  EXPECT_EQ(revoke(access_token, kAlexaCredentials + "&token_type_hint=refresh_token").status, 200);
  EXPECT_FALSE(is_active());
  EXPECT_EQ(revoke(refresh_token, kAlexaCredentials + "&token_type_hint=foo").status, 200);
}

TEST_F(Revocation, RV_08_a_missing_token_is_invalid_request) {
  const http::Response response = revoke("");
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("invalid_request"), std::string::npos);
}

TEST_F(Revocation, RV_09_an_outage_is_503_and_never_a_200_that_did_nothing) {
  for (const Fault fault : {Fault::fails, Fault::silent}) {
    grants.reads = fault;
    EXPECT_EQ(revoke(refresh_token).status, 503);
    grants.reads = Fault::none;
    grants.writes = fault;
    EXPECT_EQ(revoke(refresh_token).status, 503);
    EXPECT_EQ(revoke(access_token).status, 503);
    grants.writes = Fault::none;
    EXPECT_TRUE(is_active());
  }
}

TEST_F(Revocation, RT_12_another_grant_of_the_same_client_and_user_lives_on) {
  const Answer second = exchange(new_code());
  EXPECT_EQ(revoke(refresh_token).status, 200);
  EXPECT_EQ(refresh(second.text("refresh_token")).status(), 200);
}

}  // namespace
}  // namespace couplet::server
