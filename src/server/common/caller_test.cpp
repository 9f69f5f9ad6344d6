// SPDX-License-Identifier: Apache-2.0
#include "server/common/caller.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/log.hpp"
#include "server/common/testing/test_config.hpp"

namespace couplet::server {
namespace {

class Callers : public ::testing::Test {
 protected:
  static constexpr std::int64_t kNowSeconds = 1'800'000'000;

  Callers() {
    config.settings.limits.authentication_failures_per_minute = 3;
    const json::object set{{"keys", json::array{user_key.public_jwk()}}};
    config.user_jwts.push_back({.issuer = "https://accounts.example.org",
                                .audience = "couplet",
                                .jwks = json::serialize(set),
                                .user_claim = "sub",
                                .skills = {SkillName("ride-hailer")}});
  }

  std::string user_token(std::int64_t expires) const {
    const json::object claims{
        {"iss", "https://accounts.example.org"}, {"aud", "couplet"}, {"sub", "user-alice"}, {"exp", expires}};
    return user_key.sign(json::serialize(claims), "JWT");
  }
  /// 200, or the status of the refusal.
  int status(const CallerAuthentication& callers, const std::string& credential,
             std::string_view address = "192.0.2.1") {
    const std::string authorization = "Bearer " + credential;
    http::HeaderView::Pairs headers;
    if (!credential.empty()) headers.emplace_back("Authorization", authorization);
    const http::Request request{.method = "GET",
                                .path = "/v1",
                                .query = "",
                                .headers = http::HeaderView(headers),
                                .body = "",
                                .peer_address = address,
                                .request_id = "request-1",
                                .tls = true,
                                .path_parameters = {}};
    const auto caller = callers.authenticate(request);
    if (caller) return 200;
    for (const auto& [name, value] : caller.error().headers)
      if (name == "Retry-After") retry_after = value;
    return caller.error().status;
  }

  Config config = testing::test_config();
  FakeClock clock{from_unix_seconds(kNowSeconds)};
  SigningKey user_key = SigningKey::from_jwk(SigningKey::generate()).value();
  std::string good_key{testing::kApiKey};
  std::string retry_after;
};

TEST_F(Callers, CA_13_wrong_keys_are_held_back_at_their_address_and_good_credentials_are_not) {
  const CallerAuthentication callers(config, clock);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(status(callers, "cpk_wrong"), 401);
  EXPECT_EQ(status(callers, "cpk_wrong"), 429);
  EXPECT_EQ(retry_after, "60");
  EXPECT_EQ(status(callers, "no.user.token"), 429);
  EXPECT_EQ(status(callers, good_key), 200);
  EXPECT_EQ(status(callers, user_token(kNowSeconds + 60)), 200);
  EXPECT_EQ(status(callers, "cpk_wrong", "192.0.2.2"), 401);
  clock.advance(minutes{1});
  EXPECT_EQ(status(callers, "cpk_wrong"), 401);
}

TEST_F(Callers, CA_13_user_tokens_that_have_ended_are_no_guesses) {
  const CallerAuthentication callers(config, clock);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(status(callers, user_token(kNowSeconds - 60)), 401);
  EXPECT_EQ(status(callers, "cpk_wrong"), 401);
}

TEST_F(Callers, LG_03_each_refusal_is_logged_with_its_kind_and_without_what_was_sent) {
  const CallerAuthentication callers(config, clock);
  const std::string ended = user_token(kNowSeconds - 60);
  ::testing::internal::CaptureStderr();
  log::start(log::Level::warn, "couplet");
  status(callers, "cpk_wrong", "192.0.2.7");
  status(callers, ended);
  status(callers, "");
  status(callers, good_key);
  log::stop();
  const std::string lines = ::testing::internal::GetCapturedStderr();
  for (const char* part :
       {"caller.refused", "192.0.2.7", "api_key", "user_jwt", "not_valid", "no_credential"})
    EXPECT_TRUE(lines.contains(part)) << part << " in " << lines;
  EXPECT_EQ(std::ranges::count(lines, '\n'), 3) << lines;
  EXPECT_FALSE(lines.contains("cpk_"));
  EXPECT_FALSE(lines.contains(ended));
}

}  // namespace
}  // namespace couplet::server
