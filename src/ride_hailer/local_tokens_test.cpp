// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/local_tokens.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "ride_hailer/service_fixture.hpp"

namespace couplet::ride_hailer {
namespace {

struct RideHailerLocalTokens : CoupletFixture {
  SigningKey key = SigningKey::from_jwk(SigningKey::generate()).value();
  SigningKey stranger = SigningKey::from_jwk(SigningKey::generate()).value();
  PublishedKeys keys{couplet.url() + "/oauth/jwks.json", http_client, clock};
  LocalTokens tokens{keys, {"https://couplet.example", "https://rides.example"}, clock};

  void SetUp() override {
    CoupletFixture::SetUp();
    couplet_says(200, json::serialize(json::object{{"keys", json::array{key.public_jwk()}}}));
  }

  [[nodiscard]] json::object claims() const {
    const std::int64_t now = unix_seconds(clock.now());
    return {{"iss", "https://couplet.example"},
            {"aud", "https://rides.example"},
            {"sub", "user-alice"},
            {"client_id", "alexa"},
            {"scope", "profile rides"},
            {"iat", now},
            {"exp", now + 3600},
            {"jti", "t-1"}};
  }
  [[nodiscard]] std::string signed_by(const SigningKey& by, const json::object& body,
                                      std::string_view typ = "at+jwt") const {
    return by.sign(json::serialize(body), typ);
  }
  // The user, "inactive" or "unavailable".
  std::string owner_of(const std::string& token) {
    const auto owner = wait(tokens.owner_of(AccessToken{token}));
    if (owner) return owner->user_id;
    return owner.error() == TokenFault::inactive ? "inactive" : "unavailable";
  }
};

TEST_F(RideHailerLocalTokens, AT_07_a_good_token_tells_its_user_and_scope) {
  const auto owner = wait(tokens.owner_of(AccessToken{signed_by(key, claims())}));
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->user_id, "user-alice");
  EXPECT_TRUE(owner->may("rides"));
  EXPECT_TRUE(owner->may("profile"));
  for (const std::string_view other : {"ride", "ride s", "profile rides", ""})
    EXPECT_FALSE(owner->may(other)) << other;
}

TEST_F(RideHailerLocalTokens, AT_10_the_audience_may_be_one_of_several) {
  json::object several = claims();
  several["aud"] = json::array{"https://other.example", "https://rides.example"};
  EXPECT_EQ(owner_of(signed_by(key, several)), "user-alice");
  several["aud"] = json::array{"https://other.example", 1};
  EXPECT_EQ(owner_of(signed_by(key, several)), "inactive");
}

TEST_F(RideHailerLocalTokens, AT_07_whatever_is_wrong_with_it_makes_it_inactive) {
  struct Row {
    std::string_view name;
    std::function<void(json::object&)> spoil;
  };
  const std::int64_t now = unix_seconds(clock.now());
  const Row rows[] = {
      {"AT_07_wrong_issuer", [](json::object& it) { it["iss"] = "https://couplet.example/"; }},
      {"AT_07_no_issuer", [](json::object& it) { it.erase("iss"); }},
      {"AT_10_wrong_audience", [](json::object& it) { it["aud"] = "https://other.example"; }},
      {"AT_10_no_audience", [](json::object& it) { it.erase("aud"); }},
      {"AT_07_expired", [now](json::object& it) { it["exp"] = now - 30; }},
      {"AT_07_no_end", [](json::object& it) { it.erase("exp"); }},
      {"AT_07_end_as_text", [](json::object& it) { it["exp"] = "9999999999"; }},
      {"AT_07_from_the_future", [now](json::object& it) { it["iat"] = now + 31; }},
      {"AT_07_no_beginning", [](json::object& it) { it.erase("iat"); }},
      {"AT_07_no_subject", [](json::object& it) { it.erase("sub"); }},
      {"AT_07_empty_subject", [](json::object& it) { it["sub"] = ""; }},
      {"AT_07_no_client", [](json::object& it) { it.erase("client_id"); }},
      {"AT_07_no_id", [](json::object& it) { it.erase("jti"); }},
  };
  for (const Row& row : rows) {
    json::object spoilt = claims();
    row.spoil(spoilt);
    EXPECT_EQ(owner_of(signed_by(key, spoilt)), "inactive") << row.name;
  }
}

TEST_F(RideHailerLocalTokens, thirty_seconds_between_two_clocks_do_not_matter) {
  const std::int64_t now = unix_seconds(clock.now());
  json::object late = claims();
  late["exp"] = now - 29;
  EXPECT_EQ(owner_of(signed_by(key, late)), "user-alice");
  json::object early = claims();
  early["iat"] = now + 30;
  EXPECT_EQ(owner_of(signed_by(key, early)), "user-alice");
}

TEST_F(RideHailerLocalTokens, AT_07_another_kind_key_or_algorithm_is_inactive) {
  const std::string good = signed_by(key, claims());
  const std::string body = good.substr(good.find('.'));
  const auto headed = [&](const json::object& header) {
    return to_base64url(as_byte_view(json::serialize(header))) + body;
  };
  const std::string unsigned_body = body.substr(0, body.rfind('.') + 1);
  const json::object none{{"alg", "none"}, {"typ", "at+jwt"}, {"kid", key.kid()}};
  const std::pair<std::string_view, std::string> rows[] = {
      {"another typ", signed_by(key, claims(), "JWT")},
      {"none", to_base64url(as_byte_view(json::serialize(none))) + unsigned_body},
      {"HS256", headed({{"alg", "HS256"}, {"typ", "at+jwt"}, {"kid", key.kid()}})},
      {"RS256", headed({{"alg", "RS256"}, {"typ", "at+jwt"}, {"kid", key.kid()}})},
      {"no kid", headed({{"alg", "ES256"}, {"typ", "at+jwt"}})},
      {"no signature", good.substr(0, good.rfind('.') + 1)},
      {"changed signature", good.substr(0, good.size() - 4) + "AAAA"},
      {"opaque", "ca_0123456789"},
      {"empty", ""},
      {"too long", good + std::string(5000, 'A')},
  };
  for (const auto& [name, token] : rows) EXPECT_EQ(owner_of(token), "inactive") << name;
  EXPECT_EQ(owner_of(signed_by(stranger, claims())), "unavailable") << "its key may have come just now";
  clock.advance(seconds{10});
  EXPECT_EQ(owner_of(signed_by(stranger, claims())), "inactive");
}

TEST_F(RideHailerLocalTokens, TK_19_goes_on_while_couplet_is_down_and_never_blames_the_token) {
  const std::string token = signed_by(key, claims());
  couplet_says(503, "{}");
  EXPECT_EQ(owner_of(token), "unavailable");
  couplet_says(200, json::serialize(json::object{{"keys", json::array{key.public_jwk()}}}));
  clock.advance(seconds{10});
  EXPECT_EQ(owner_of(token), "user-alice");
  couplet_says(503, "{}");
  clock.advance(minutes{30});
  EXPECT_EQ(owner_of(token), "user-alice");
}

TEST_F(RideHailerLocalTokens, RT_15_an_unlink_of_ours_ends_what_was_issued_before_and_nothing_after) {
  const std::string before = signed_by(key, claims());
  json::object of_bob = claims();
  of_bob["sub"] = "user-bob";
  clock.advance(seconds{1});
  tokens.forget("user-alice");
  EXPECT_EQ(owner_of(before), "inactive");
  EXPECT_EQ(owner_of(signed_by(key, of_bob)), "user-bob");
  EXPECT_EQ(owner_of(signed_by(key, claims())), "user-alice") << "linked again in the same second";
}

}  // namespace
}  // namespace couplet::ride_hailer
