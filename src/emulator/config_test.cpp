// SPDX-License-Identifier: Apache-2.0
#include "emulator/config.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace couplet::emulator {
namespace {

std::string read(const std::string& path) {
  std::ifstream stream(std::string(COUPLET_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

constexpr std::string_view kGood = R"(state_dir = "state"
[listen]
browser = "127.0.0.1:0"
[[users]]
id = "anna"
name = "Anna"
region = "EU"
owner = true
[[skills]]
skill_id = "amzn1.ask.skill.11111111-2222-3333-4444-555555555555"
name = "Ride Hailer"
stages = ["development", "live"]
alexa_client_id = "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef"
alexa_client_secret = "made-up"
utterances = [{ say = "Alexa, ask Ride Hailer for a ride", intent = "OrderRideIntent" }]
[skills.account_linking]
accessTokenUrl = "http://127.0.0.1:8080/oauth/token"
accessTokenScheme = "REQUEST_BODY_CREDENTIALS"
clientId = "alexa"
clientSecret = "s3cret"
scopes = ["rides"]
redirectUrls = ["http://127.0.0.1:8000/alexa/return"]
[skills.events]
endpoint = "http://127.0.0.1:8080/alexa/events"
subscriptions = ["SKILL_DISABLED", "SKILL_ACCOUNT_LINKED"]
)";

const std::string kFolder = std::string(COUPLET_SOURCE_DIR) + "/tests/profile";

std::vector<ConfigFault> faults(const std::string& text) {
  auto config = read_config(text, kFolder);
  return config ? std::vector<ConfigFault>{} : std::move(config.error());
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(kGood);
  text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(EmulatorConfig, a_good_file_is_read) {
  const auto config = read_config(kGood, "conf");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->state_dir, "conf/state");
  EXPECT_EQ(config->browser.port, 0);
  EXPECT_EQ(config->amazon.port, 8443);
  EXPECT_EQ(config->users[0].region, Region::eu);
  EXPECT_TRUE(config->users[0].owner);
  ASSERT_EQ(config->skills.size(), 1u);
  EXPECT_TRUE(config->skills[0].has_stage(Stage::live));
  EXPECT_EQ(config->skills[0].utterances[0].intent, "OrderRideIntent");
  EXPECT_EQ(config->skills[0].account_linking.accessTokenScheme, AccessTokenScheme::REQUEST_BODY_CREDENTIALS);
  EXPECT_EQ(config->skills[0].account_linking.redirectUrls.size(), 1u);
  EXPECT_TRUE(config->skills[0].events.is_subscribed(SkillEventKind::SKILL_DISABLED));
  EXPECT_FALSE(config->skills[0].events.is_subscribed(SkillEventKind::SKILL_ENABLED));
}

struct Row {
  const char* name;
  std::string text;
  const char* key;
  std::uint32_t line;
};

class ConfigFaults : public ::testing::TestWithParam<Row> {};

TEST_P(ConfigFaults, has_line_key_and_cure) {
  const auto found = faults(GetParam().text);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].key, GetParam().key) << found[0].problem;
  EXPECT_EQ(found[0].line, GetParam().line);
  EXPECT_FALSE(found[0].cure.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Emulator, ConfigFaults,
    ::testing::Values(
        Row{"unknown_key", replaced("owner = true", "ownr = true"), "users[0].ownr", 8},
        Row{"wrong_kind", replaced("owner = true", "owner = \"yes\""), "users[0].owner", 8},
        Row{"region", replaced("\"EU\"", "\"Europe\""), "users[0].region", 7},
        Row{"skill_id", replaced("amzn1.ask.skill.1", "skill.1"), "skills[0].skill_id", 10},
        Row{"stage", replaced("\"live\"", "\"beta\""), "skills[0].stages", 12},
        Row{"address", replaced("127.0.0.1:0", "127.0.0.1"), "listen.browser", 3},
        Row{"port", replaced("127.0.0.1:0", "127.0.0.1:70000"), "listen.browser", 3},
        Row{"token_url_plain_http", replaced("http://127.0.0.1:8080/", "http://auth.example.org/"),
            "skills[0].account_linking.accessTokenUrl", 17},
        Row{"login_page_without_vendor",
            replaced("accessTokenScheme",
                     "authorizationUrl = \"https://auth.example.org/\"\naccessTokenScheme"),
            "skills[0].vendor_id", 9},
        Row{"platform",
            replaced(
                "accessTokenScheme",
                "authorizationUrlsByPlatform = [{ platformType = \"Symbian\", platformAuthorizationUrl = "
                "\"https://app.example.org/\" }]\naccessTokenScheme"),
            "skills[0].account_linking.authorizationUrlsByPlatform[0].platformType", 18},
        Row{"scheme", replaced("REQUEST_BODY_CREDENTIALS", "BASIC"),
            "skills[0].account_linking.accessTokenScheme", 18},
        Row{"empty_secret", replaced("\"s3cret\"", "\"\""), "skills[0].account_linking.clientSecret", 20},
        Row{"alexa_pair_in_our_place",
            replaced("clientId = \"alexa\"",
                     "clientId = \"amzn1.application-oa2-client.0123456789abcdef0123456789abcdef\""),
            "skills[0].account_linking.clientId", 19},
        Row{"colon_in_basic_id",
            replaced("accessTokenScheme = \"REQUEST_BODY_CREDENTIALS\"\nclientId = \"alexa\"",
                     "accessTokenScheme = \"HTTP_BASIC\"\nclientId = \"al:exa\""),
            "skills[0].account_linking.clientId", 19},
        Row{"redirect_url", replaced("http://127.0.0.1:8000/alexa/return", "javascript:/alert(1)"),
            "skills[0].account_linking.redirectUrls", 22},
        Row{"no_redirect_url", replaced("\"http://127.0.0.1:8000/alexa/return\"", ""),
            "skills[0].account_linking.redirectUrls", 22},
        Row{"state_dir_missing", replaced("state_dir = \"state\"\n", "\n"), "state_dir", 1},
        Row{"not_toml", std::string("state_dir = \n"), "", 1}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(EmulatorConfig, all_faults_are_reported_at_once) {
  const auto found = faults("[[users]]\nid = \"a b\"\nname = \"A\"\n");
  EXPECT_EQ(found.size(), 3u);  // state_dir and skills are missing, the id is bad
}

TEST(EmulatorConfig, ids_are_not_given_twice) {
  const std::string text = std::string(kGood) + "[[users]]\nid = \"anna\"\nname = \"Other\"\n";
  const auto found = faults(text);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].key, "users[1].id");
}

TEST(EmulatorConfig, events_may_have_an_endpoint_for_each_region) {
  const auto with = [](const std::string& regions) {
    return read_config(std::string(kGood) + "[skills.events.regions]\n" + regions + "\n", "");
  };
  const auto config = with("FE = \"http://127.0.0.1:8081/events\"");
  ASSERT_TRUE(config) << fault_text("emulator.toml", config.error().front());
  EXPECT_EQ(config->skills[0].events.endpoint_of("FE"), "http://127.0.0.1:8081/events");
  EXPECT_EQ(config->skills[0].events.endpoint_of("EU"), "http://127.0.0.1:8080/alexa/events");
  EXPECT_FALSE(with("FE = \"nowhere\""));
  EXPECT_FALSE(with("MARS = \"http://127.0.0.1:8081/events\""));
}

TEST(EmulatorConfig, the_implicit_grant_needs_a_login_page_and_no_token_url) {
  const std::string implicit =
      replaced("accessTokenUrl = \"http://127.0.0.1:8080/oauth/token\"",
               "type = \"IMPLICIT\"\nauthorizationUrl = \"http://127.0.0.1:8080/login\"");
  const auto without_vendor = read_config(implicit, "");
  ASSERT_FALSE(without_vendor);
  EXPECT_TRUE(without_vendor.error().front().key.ends_with("vendor_id"));
  std::string whole = implicit;
  whole.replace(whole.find("[skills.account_linking]"), 0, "vendor_id = \"M1EXAMPLEVENDOR\"\n");
  const auto config = read_config(whole, "");
  ASSERT_TRUE(config) << fault_text("emulator.toml", config.error().front());
  EXPECT_EQ(config->skills[0].account_linking.type, LinkingType::IMPLICIT);
  EXPECT_FALSE(read_config(replaced("accessTokenScheme", "type = \"PASSWORD\"\naccessTokenScheme"), ""));
}

TEST(EmulatorConfig, a_secret_may_lie_in_a_file) {
  const auto config = read_config(replaced("\"s3cret\"", "\"file:secrets/odd-client-secret\""), kFolder);
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->skills[0].account_linking.clientSecret.reveal().starts_with("s3cret+with "));
}

TEST(EmulatorConfig, scenarios_come_from_a_folder_and_their_variables_may_be_secrets) {
  const std::string more =
      "[scenarios]\nfolder = \"tests/scenarios\"\n[scenarios.variables]\nURL = \"http://127.0.0.1:8080\"\n"
      "API_KEY = \"file:tests/golden/amazon/lwa_invalid_refresh_token.json\"\n";
  const auto config = read_config(std::string(kGood) + more, COUPLET_SOURCE_DIR);
  ASSERT_TRUE(config) << fault_text("emulator.toml", config.error().front());
  const KnownScenario* known = config->scenarios.find("link_and_leave");
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->title, "Alice links from the app, orders a ride by voice, and leaves in the Alexa app");
  EXPECT_EQ(config->scenarios.variables.find("URL")->second, "http://127.0.0.1:8080");
  EXPECT_TRUE(config->scenarios.variables.find("API_KEY")->second.starts_with("{"));
}

TEST(EmulatorConfig, a_folder_of_scenarios_that_is_not_there_is_a_fault) {
  const auto config =
      read_config(std::string(kGood) + "[scenarios]\nfolder = \"nowhere\"\n", COUPLET_SOURCE_DIR);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().front().key, "scenarios.folder");
}

TEST(EmulatorConfig, a_secret_whose_file_is_missing_is_a_fault) {
  const auto found = faults(replaced("\"s3cret\"", "\"file:secrets/none\""));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].key, "skills[0].account_linking.clientSecret");
  EXPECT_EQ(found[0].line, 20u);
}

TEST(EmulatorConfig, a_fault_is_one_line_for_a_person) {
  EXPECT_EQ(fault_text("emulator.toml", {12, "listen.browser", "is not a known value", "ADDRESS:PORT"}),
            "emulator.toml:12: listen.browser is not a known value; ADDRESS:PORT");
}

TEST(EmulatorConfig, the_profile_for_outside_testers_is_good) {
  const auto found = faults(read("tests/profile/emulator.toml"));
  EXPECT_TRUE(found.empty()) << fault_text("tests/profile/emulator.toml", found.front());
}

}  // namespace
}  // namespace couplet::emulator
