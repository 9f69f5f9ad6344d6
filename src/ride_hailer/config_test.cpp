// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/config.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace couplet::ride_hailer {
namespace {

constexpr std::string_view kGood = R"(
listen = "127.0.0.1:0"
base_url = "http://127.0.0.1:8000"
session_key = "file:session.key"
development = true

[couplet]
url = "http://127.0.0.1:8080"
api_key = "file:api.key"
skill = "ride-hailer"
introspection_client_id = "ride-hailer-api"
introspection_client_secret = "file:api.key"

[alexa]
skill_id = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"

[[users]]
id = "user-alice"
name = "Alice"
login = "alice"
password = "wonderland"
)";

struct RideHailerConfig : testing::Test {
  std::string folder =
      testing::TempDir() + "ride_hailer_" + testing::UnitTest::GetInstance()->current_test_info()->name();

  void SetUp() override {
    std::filesystem::create_directories(folder);
    write("session.key", "0123456789abcdef0123456789abcdef\n");
    write("api.key", "cpk_made-up\n");
  }
  void TearDown() override { std::filesystem::remove_all(folder); }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(folder + "/" + name) << text;
  }

  // Every fault as one text, of the good file with `from` replaced by `to`.
  [[nodiscard]] std::string faults_with(std::string_view from, std::string_view to) const {
    std::string text{kGood};
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const auto config = parse_config(text, folder);
    std::string all;
    if (!config)
      for (const auto& fault : config.error()) all += fault.message + "\n";
    return all;
  }
};

TEST_F(RideHailerConfig, a_good_file_is_read) {
  const auto config = parse_config(kGood, folder);
  ASSERT_TRUE(config) << config.error().front().message;
  EXPECT_EQ(config->listen_address, "127.0.0.1");
  EXPECT_EQ(config->listen_port, 0);
  EXPECT_EQ(config->session_key.reveal(), "0123456789abcdef0123456789abcdef");
  EXPECT_TRUE(config->development);
  EXPECT_EQ(config->couplet.api_key.reveal(), "cpk_made-up");
  ASSERT_EQ(config->users.size(), 1U);
  EXPECT_EQ(config->users[0].password.reveal(), "wonderland");
}

TEST_F(RideHailerConfig, a_fault_names_its_line_and_key) {
  EXPECT_EQ(faults_with("[couplet]\nurl = \"http://127.0.0.1:8080\"", "[couplet]\nurl = \"ftp://x\""),
            "line 8: couplet.url: must be an http:// or https:// URL, not 'ftp://x'\n");
}

TEST_F(RideHailerConfig, all_faults_come_at_once) {
  const auto config = parse_config("listen = \"nonsense\"", folder);
  ASSERT_FALSE(config);
  EXPECT_GE(config.error().size(), 9U);
}

TEST_F(RideHailerConfig, each_wrong_value_is_refused) {
  const std::pair<std::string_view, std::string_view> changes[] = {
      {"127.0.0.1:0\"", "127.0.0.1:70000\""},
      {"127.0.0.1:0\"", "127.0.0.1\""},
      {"127.0.0.1:8000\"", "127.0.0.1:8000/\""},
      {"development = true", "development = \"yes\""},
      {"file:session.key", "file:api.key"},
      {"file:session.key", "file:nowhere.key"},
      {"file:session.key", "0123456789abcdef0123456789abcdef"},
      {"amzn1.ask.skill.1", "amzn1.ask.account.1"},
      {"[[users]]", "[[drivers]]"},
      {"login =", "logon ="},
      {"skill = \"ride-hailer\"", "skill = 7"},
      {"listen =", "listen = = "},
  };
  for (const auto& [from, to] : changes) EXPECT_NE(faults_with(from, to), "") << from << " → " << to;
}

TEST_F(RideHailerConfig, an_authorization_server_of_its_own_is_a_choice) {
  EXPECT_FALSE(parse_config(kGood, folder)->authorization);
  write("whsec", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  const std::string table =
      "[authorization]\ncode_secret = \"file:whsec\"\nclient_id = \"alexa\"\nclient_secret = "
      "\"file:api.key\"\n";
  const auto config = parse_config(std::string(kGood) + table, folder);
  ASSERT_TRUE(config) << config.error().front().message;
  EXPECT_EQ(config->authorization->client_id, "alexa");
  write("whsec", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  EXPECT_FALSE(parse_config(std::string(kGood) + table, folder));
}

TEST_F(RideHailerConfig, two_users_need_two_ids_and_two_logins) {
  const std::string twice =
      "\n[[users]]\nid = \"user-alice\"\nname = \"A\"\nlogin = \"alice\"\npassword = \"p\"\n";
  const auto config = parse_config(std::string(kGood) + twice, folder);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().size(), 2U);
}

TEST_F(RideHailerConfig, a_missing_file_is_a_fault) { EXPECT_FALSE(load_config(folder + "/none.toml")); }

TEST(RideHailerUrls, host_is_found) {
  EXPECT_EQ(host_of("https://link.example.org:8443/x"), "link.example.org");
  EXPECT_EQ(host_of("https://link.example.org"), "link.example.org");
  EXPECT_EQ(host_of("link.example.org"), "");
}

TEST_F(RideHailerConfig, tokens_are_introspected_unless_the_file_says_jwks_and_an_audience) {
  const auto plain = parse_config(kGood, folder);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->tokens.validation, TokenSettings::Validation::introspection);
  const std::string local = std::string(kGood) + "[tokens]\nvalidation = \"jwks\"\n";
  const auto whole = parse_config(local + "audience = \"https://rides.example\"\n", folder);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->tokens.validation, TokenSettings::Validation::jwks);
  EXPECT_EQ(whole->tokens.issuer, "http://127.0.0.1:8080") << "Couplet's URL";
  EXPECT_EQ(whole->tokens.audience, "https://rides.example");
  const auto without = parse_config(local, folder);
  ASSERT_FALSE(without);
  EXPECT_NE(without.error().front().message.find("tokens.audience: is missing"), std::string::npos);
  const auto other = parse_config(std::string(kGood) + "[tokens]\nvalidation = \"none\"\n", folder);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().front().message.find("must be introspection or jwks"), std::string::npos);
}

}  // namespace
}  // namespace couplet::ride_hailer
