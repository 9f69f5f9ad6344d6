// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/published_keys.hpp"

#include <gtest/gtest.h>

#include "ride_hailer/service_fixture.hpp"

namespace couplet::ride_hailer {
namespace {

struct RideHailerKeys : CoupletFixture {
  SigningKey first = SigningKey::from_jwk(SigningKey::generate()).value();
  SigningKey second = SigningKey::from_jwk(SigningKey::generate()).value();
  PublishedKeys keys{couplet.url() + "/oauth/jwks.json", http_client, clock};

  void publish(std::initializer_list<json::object> jwks) {
    json::array list;
    for (const json::object& jwk : jwks) list.emplace_back(jwk);
    couplet_says(200, json::serialize(json::object{{"keys", std::move(list)}}));
  }
  // "found", "inactive" or "unavailable"
  std::string look_for(const std::string& kid) {
    const auto key = wait(keys.find(kid));
    if (key) return "found";
    return key.error() == TokenFault::inactive ? "inactive" : "unavailable";
  }
};

TEST_F(RideHailerKeys, are_fetched_once_and_then_known) {
  publish({first.public_jwk(), second.public_jwk()});
  EXPECT_EQ(look_for(first.kid()), "found");
  EXPECT_EQ(look_for(second.kid()), "found");
  ASSERT_EQ(couplet.seen.size(), 1U);
  EXPECT_EQ(couplet.seen[0].line, "GET /oauth/jwks.json");
}

TEST_F(RideHailerKeys, AT_07_an_id_that_is_in_no_fresh_set_is_no_key) {
  publish({first.public_jwk()});
  EXPECT_EQ(look_for(second.kid()), "inactive");
}

TEST_F(RideHailerKeys, a_new_key_is_found_by_fetching_again) {
  publish({first.public_jwk()});
  look_for(first.kid());
  publish({first.public_jwk(), second.public_jwk()});
  clock.advance(seconds{10});
  EXPECT_EQ(look_for(second.kid()), "found");
}

TEST_F(RideHailerKeys, made_up_ids_make_one_fetch_in_ten_seconds_and_no_word_on_the_token) {
  publish({first.public_jwk()});
  EXPECT_EQ(look_for("made-up-0"), "inactive");
  for (int i = 1; i < 50; ++i) EXPECT_EQ(look_for("made-up-" + std::to_string(i)), "unavailable");
  EXPECT_EQ(look_for(first.kid()), "found");
  EXPECT_EQ(couplet.seen.size(), 1U);
  clock.advance(seconds{10});
  EXPECT_EQ(look_for("made-up"), "inactive");
  EXPECT_EQ(couplet.seen.size(), 2U);
}

TEST_F(RideHailerKeys, fifty_at_once_wait_for_one_fetch) {
  publish({first.public_jwk()});
  std::vector<std::future<bool>> found;
  found.reserve(50);
  for (int i = 0; i < 50; ++i)
    found.push_back(boost::asio::co_spawn(
        runtime.context(0),
        [](PublishedKeys& all, std::string kid) -> Task<bool> {
          co_return (co_await all.find(std::move(kid))).has_value();
        }(keys, first.kid()),
        boost::asio::use_future));
  for (std::future<bool>& each : found) EXPECT_TRUE(each.get());
  EXPECT_EQ(couplet.seen.size(), 1U);
}

TEST_F(RideHailerKeys, a_known_key_stays_good_while_couplet_is_down_for_a_day) {
  publish({first.public_jwk()});
  look_for(first.kid());
  couplet_says(503, "{}");
  for (const minutes later : {minutes{6}, minutes{60}, minutes{1300}}) {
    clock.advance(later);
    EXPECT_EQ(look_for(first.kid()), "found");
  }
  clock.advance(minutes{200});
  EXPECT_EQ(look_for(first.kid()), "unavailable");
}

TEST_F(RideHailerKeys, an_old_set_is_fetched_again_and_a_withdrawn_key_is_gone) {
  publish({first.public_jwk()});
  look_for(first.kid());
  publish({second.public_jwk()});
  clock.advance(minutes{5});
  EXPECT_EQ(look_for(first.kid()), "found") << "the caller does not wait for the new set";
  EXPECT_EQ(look_for(second.kid()), "found");
  EXPECT_EQ(look_for(first.kid()), "unavailable") << "gone; asked again ten seconds later, it is no key";
  clock.advance(seconds{10});
  EXPECT_EQ(look_for(first.kid()), "inactive");
}

TEST_F(RideHailerKeys, no_set_at_all_is_an_outage) {
  const std::pair<int, std::string> answers[] = {{503, R"({"error":"temporarily_unavailable"})"},
                                                 {200, "<html>"},
                                                 {200, R"({"keys":[]})"},
                                                 {200, "{}"},
                                                 {404, "{}"},
                                                 {200, R"({"keys":[1]})"}};
  for (const auto& [status, body] : answers) {
    couplet_says(status, body);
    EXPECT_EQ(look_for(first.kid()), "unavailable") << body;
    clock.advance(seconds{10});
  }
  PublishedKeys nowhere{"http://127.0.0.1:1/jwks.json", http_client, clock};
  EXPECT_EQ(wait(nowhere.find("k")).error(), TokenFault::unavailable);
  PublishedKeys no_url{"ftp://127.0.0.1/", http_client, clock};
  EXPECT_EQ(wait(no_url.find("k")).error(), TokenFault::unavailable) << "refused before anything is sent";
}

TEST_F(RideHailerKeys, AT_07_keys_for_other_algorithms_and_uses_are_not_taken) {
  const auto changed = [this](std::string_view member, std::string_view value) {
    json::object jwk = first.public_jwk();
    jwk[member] = value;
    return jwk;
  };
  for (const json::object& jwk :
       {changed("alg", "ES512"), changed("use", "enc"), changed("kty", "RSA"), changed("crv", "P-384")}) {
    publish({jwk, second.public_jwk()});
    EXPECT_EQ(look_for(first.kid()), "inactive") << json::serialize(jwk);
    clock.advance(seconds{10});
  }
}

}  // namespace
}  // namespace couplet::ride_hailer
