// SPDX-License-Identifier: Apache-2.0
#include "emulator/world/snapshot.hpp"

#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kApi = "http://127.0.0.1:8090/_emulator/api";

http::Response put(AmazonUnderTest& amazon, const std::string& path, const std::string& body) {
  return amazon.send(
      {.method = "PUT", .url = kApi + path, .headers = {{"Content-Type", "application/json"}}, .body = body});
}

class SnapshotTest : public ::testing::Test {
 protected:
  void SetUp() override {
    amazon.provider.answer = [](const http::OutgoingRequest&) { return json_answer(200, good_tokens()); };
    token = amazon.amazon_token();
    amazon.link(token);
    put(amazon, "/clock", R"({"frozen":true})");
    amazon.post_json(kApi + "/clock/advance", R"({"seconds":60})");
  }
  std::string taken() { return amazon.get(kApi + "/snapshot").body; }

  AmazonUnderTest amazon;
  std::string token;
};

TEST_F(SnapshotTest, what_is_taken_loads_back_exactly_even_into_another_process) {
  const std::string open_code = amazon.amazon_code();
  put(amazon, "/switches", R"({"endpoints":"several"})");
  put(amazon, "/refresh", R"({"schedule":"on","lead_seconds":60,"mode":["replayed","parallel"],"count":3})");
  put(amazon, "/users/fumi", R"({"name":"Fumi","region":"FE"})");
  amazon.post_json(kApi + "/faults",
                   R"({"action":{"status":500},"probability":0.5,"seed":3,"count":"forever"})");
  const std::string before = taken();
  AmazonUnderTest other;
  other.provider.answer = amazon.provider.answer;
  other.clock.advance(std::chrono::hours(5));
  EXPECT_EQ(put(other, "/snapshot", before).status, 204);
  EXPECT_EQ(other.get(kApi + "/snapshot").body, before);
  World& world = other.emulator.world();
  EXPECT_EQ(world.tokens.access_token(token).condition, TokenCondition::good);
  EXPECT_EQ(world.enablements.find("anna", kSkillId)->tokens->refresh_token.reveal(), "provider-refresh");
  EXPECT_TRUE(world.tokens.take_code(open_code));
  EXPECT_EQ(world.clock.now(), *from_iso8601("2026-03-01T10:01:00Z"));
  EXPECT_EQ(world.directory.find_skill(kSkillId)->account_linking.clientSecret.reveal(), "s3cret-of-ours");
}

TEST_F(SnapshotTest, revoked_tokens_stay_revoked) {
  amazon.emulator.world().tokens.revoke("anna", kAlexaClientId);
  const std::string before = taken();
  amazon.post_json(kApi + "/reset", "");
  EXPECT_EQ(amazon.link(token).status, 403);
  put(amazon, "/snapshot", before);
  EXPECT_EQ(amazon.link(token).status, 401);
}

TEST_F(SnapshotTest, seeded_faults_go_on_where_they_were) {
  amazon.post_json(kApi + "/faults",
                   R"({"action":{"status":418},"probability":0.5,"seed":3,"count":"forever"})");
  const auto calls = [this] {
    std::string pattern;
    for (int i = 0; i < 32; ++i)
      pattern += amazon.get("https://api.amazonalexa.com/v1/alexaApiEndpoint").status == 418 ? 'x' : '.';
    return pattern;
  };
  calls();
  const std::string before = taken();
  const std::string pattern = calls();
  put(amazon, "/snapshot", before);
  EXPECT_EQ(calls(), pattern);
}

TEST_F(SnapshotTest, a_snapshot_that_cannot_be_read_changes_nothing) {
  const std::string before = taken();
  const auto spoil = [&](const char* member, json::value value) {
    json::object snapshot = *parse_json_object(before);
    snapshot[member] = std::move(value);
    return put(amazon, "/snapshot", json::serialize(snapshot)).status;
  };
  EXPECT_EQ(put(amazon, "/snapshot", "{}").status, 400);
  EXPECT_EQ(spoil("version", 2), 400);
  EXPECT_EQ(spoil("users", json::array{json::object{{"id", ""}}}), 400);
  EXPECT_EQ(spoil("skills", nullptr), 400);
  EXPECT_EQ(spoil("enablements", json::object{}), 400);
  EXPECT_EQ(spoil("tokens", json::object{{"codes", json::array{1}}}), 400);
  EXPECT_EQ(spoil("clock", json::object{}), 400);
  EXPECT_EQ(spoil("faults", json::array{json::object{}}), 400);
  EXPECT_EQ(taken(), before);
}

}  // namespace
}  // namespace couplet::emulator::test
