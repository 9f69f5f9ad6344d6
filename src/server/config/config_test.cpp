// SPDX-License-Identifier: Apache-2.0
#include "server/config/config.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "server/config/config_tokens.hpp"

namespace couplet::server {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

constexpr std::string_view kGood = R"([server]
public_url = "https://link.example.org"
trusted_proxies = ["127.0.0.1"]
[keys]
master = ["1=file:master"]
signing = ["file:signing"]
[[clients]]
client_id = "alexa"
client_secrets = ["file:secret"]
[[skills]]
name = "ride-hailer"
display_name = "Ride Hailer"
skill_id = "amzn1.ask.skill.1"
alexa_client_id = "amzn1.application-oa2-client.1"
alexa_client_secret = "file:secret"
client_id = "alexa"
redirect_uris = ["https://link.example.org/cb"]
[[api_keys]]
name = "backend"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
skills = ["ride-hailer"]
)";

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "couplet-config-XXXXXX").string();
    folder = mkdtemp(pattern.data());
    write("master", to_base64url(Bytes(32, std::byte{7})));
    write("signing", std::string(SigningKey::generate().reveal()));
    write("secret", "a-secret-of-enough-length");
  }
  ~ConfigTest() override { std::filesystem::remove_all(folder); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text << "\n";
    chmod((folder / name).c_str(), 0600);
  }
  LoadedConfig load(std::string text) {
    write("couplet.toml", text);
    return load_config((folder / "couplet.toml").string());
  }
  /// The good configuration with one piece replaced.
  LoadedConfig load_with(const std::string& from, const std::string& to) {
    std::string text(kGood);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return load(text.replace(at, from.size(), to));
  }
  static const ConfigFault* find(const LoadedConfig& loaded, std::string_view setting) {
    const auto found = std::ranges::find(loaded.faults, setting, &ConfigFault::setting);
    return found == loaded.faults.end() ? nullptr : &*found;
  }

  std::filesystem::path folder;
};

TEST_F(ConfigTest, a_good_file_has_no_fault_and_joins_what_belongs_together) {
  const LoadedConfig loaded = load(std::string(kGood));
  ASSERT_TRUE(loaded.config);
  EXPECT_TRUE(loaded.faults.empty());
  const Client* const alexa = loaded.config->find_client(ClientId("alexa"));
  ASSERT_TRUE(alexa);
  EXPECT_EQ(alexa->redirect_uris, std::vector<std::string>{"https://link.example.org/cb"})
      << "Alexa redeems with the skill's";
  EXPECT_EQ(alexa->scopes, std::vector<std::string>{"profile"});
  EXPECT_EQ(alexa->client_secret_hashes.size(), 1U);
}

TEST_F(ConfigTest, PK_09_what_the_authorization_endpoint_needs_is_taken_over) {
  const LoadedConfig loaded = load_with("[[skills]]",
                                        "require_pkce = true\n[[skills]]\nlogin_url = "
                                        "\"http://127.0.0.1:8000/alexa/login\"");
  ASSERT_TRUE(loaded.config);
  EXPECT_TRUE(loaded.config->clients.front().require_pkce);
  EXPECT_EQ(loaded.config->skills.front().login_url, "http://127.0.0.1:8000/alexa/login");
}

TEST_F(ConfigTest, AT_10_each_skill_has_an_audience_of_its_own_unless_it_is_told) {
  const LoadedConfig loaded = load(std::string(kGood));
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->skills.front().audience, "https://link.example.org/skills/ride-hailer");
  const LoadedConfig told = load_with("display_name", "audience = \"rides-api\"\ndisplay_name");
  ASSERT_TRUE(told.config);
  EXPECT_EQ(told.config->skills.front().audience, "rides-api");
}

TEST_F(ConfigTest, AT_06_format_subject_and_its_key_are_taken_over) {
  const LoadedConfig loaded = load_with(
      "[[clients]]\n",
      "subject = \"file:master\"\n[[clients]]\nsubject = \"pairwise\"\naccess_token_format = \"opaque\"\n");
  ASSERT_TRUE(loaded.config);
  EXPECT_TRUE(loaded.config->subject_key);
  EXPECT_EQ(loaded.config->clients.front().subject_type, SubjectType::pairwise);
  EXPECT_EQ(loaded.config->clients.front().access_token_format, AccessTokenFormat::opaque);
}

struct BadSetting {
  const char* name;
  const char* from;
  const char* to;
  const char* setting;
  const char* says;  // part of message and cure
};

const std::string kLongText(500, 'x');
const std::string kLongAudienceText = "audience = \"" + kLongText + "\"\ndisplay_name";
const std::string kLongScopeText = "scope = \"" + kLongText + "\"\ndisplay_name";
const char* const kLongAudience = kLongAudienceText.c_str();
const char* const kLongScope = kLongScopeText.c_str();

const BadSetting kBad[] = {
    {"unknown_key", "[keys]", "colour = 1\n[keys]", "server.colour", "is not a setting"},
    {"unknown_table", "[keys]", "[colours]\n[keys]", "colours", "is not a table"},
    {"wrong_type", "[keys]", "io_threads = \"two\"\n[keys]", "server.io_threads", "it is a string"},
    {"out_of_range", "[keys]", "io_threads = 999\n[keys]", "server.io_threads", "from 0 to 256"},
    {"missing", "public_url = \"https://link.example.org\"\n", "", "server.public_url", "is missing"},
    {"MD_02_plain_http", "https://link.example.org\"\ntrusted", "http://link.example.org\"\ntrusted",
     "server.public_url", "loopback"},
    {"MD_02_trailing_slash", "https://link.example.org\"\ntrusted", "https://link.example.org/\"\ntrusted",
     "server.public_url", "must be"},
    {"RU_07_login_url_is_no_open_door", "display_name", "login_url = \"//evil.example\"\ndisplay_name",
     "skills[0].login_url", "is not an absolute URI"},
    {"RU_07_login_url_by_plain_http", "display_name",
     "login_url = \"http://app.example.org/login\"\ndisplay_name", "skills[0].login_url", "must be https"},
    {"LK_04_stage", "display_name", "stage = \"beta\"\ndisplay_name", "skills[0].stage",
     "\"development\" or \"live\""},
    {"the_alexa_pair_where_ours_belongs", "client_id = \"alexa\"\nclient_secrets",
     "client_id = \"amzn1.application-oa2-client.1\"\nclient_secrets", "clients[0].client_id",
     "is the Alexa pair's"},
    {"our_pair_where_the_alexa_pair_belongs", "amzn1.application-oa2-client.1", "alexa",
     "skills[0].alexa_client_id", "is not one of Amazon's"},
    {"no_such_client", "client_id = \"alexa\"\nredirect", "client_id = \"alexis\"\nredirect",
     "skills[0].client_id", "alexis"},
    {"RU_05_fragment", "https://link.example.org/cb", "https://link.example.org/cb#x",
     "skills[0].redirect_uris", "fragment"},
    {"RU_05_javascript", "https://link.example.org/cb", "javascript:alert(1)", "skills[0].redirect_uris",
     "must"},
    {"RU_05_relative", "https://link.example.org/cb", "/cb", "skills[0].redirect_uris", "absolute"},
    {"RU_05_plain_http", "https://link.example.org/cb", "http://link.example.org/cb",
     "skills[0].redirect_uris", "https"},
    {"AT_05_short_lifetime", "client_secrets", "access_token_lifetime = 359\nclient_secrets",
     "clients[0].access_token_lifetime", "from 360"},
    {"AT_05_jitter_eats_the_lifetime", "client_secrets", "access_token_lifetime = 400\nclient_secrets",
     "clients[0].access_token_jitter", "360 s"},
    {"RT_19_unknown_policy", "client_secrets", "refresh_policy = \"rotate\"\nclient_secrets",
     "clients[0].refresh_policy", "\"overlap\""},
    {"RT_19_one_generation_is_none", "client_secrets", "refresh_generations = 1\nclient_secrets",
     "clients[0].refresh_generations", "from 2"},
    {"AT_07_no_such_format", "client_secrets", "access_token_format = \"reference\"\nclient_secrets",
     "clients[0].access_token_format", "\"jwt\" or \"opaque\""},
    {"AT_06_no_such_subject", "client_secrets", "subject = \"private\"\nclient_secrets", "clients[0].subject",
     "\"public\" or \"pairwise\""},
    {"AT_06_pairwise_without_its_key", "client_secrets", "subject = \"pairwise\"\nclient_secrets",
     "clients[0].subject", "there is no key"},
    {"AT_06_bad_subject_key", "[keys]", "[keys]\nsubject = \"file:secret\"", "keys.subject", "32 bytes"},
    {"AT_10_introspects_no_skill", "client_secrets", "introspect_skills = [\"ride-hauler\"]\nclient_secrets",
     "clients[0].introspect_skills", "ride-hauler"},
    {"AT_04_two_scopes_for_userinfo", "[keys]", "userinfo_scope = \"a b\"\n[keys]", "server.userinfo_scope",
     "one scope"},
    {"AT_08_odd_audience", "display_name", "audience = \"my api\"\ndisplay_name", "skills[0].audience",
     "without spaces"},
    {"AT_08_long_audience", "display_name", kLongAudience, "skills[0].audience", "too long"},
    {"AT_08_long_scope", "display_name", kLongScope, "skills[0].scope", "too long"},
    {"CD_05_long_code", "client_secrets", "authorization_code_lifetime = 601\nclient_secrets",
     "clients[0].authorization_code_lifetime", "to 600"},
    {"secret_not_there", "alexa_client_secret = \"file:secret\"", "alexa_client_secret = \"file:nowhere\"",
     "skills[0].alexa_client_secret", "cannot read"},
    {"secret_in_the_file", "alexa_client_secret = \"file:secret\"", "alexa_client_secret = \"s3cret\"",
     "skills[0].alexa_client_secret", "by reference"},
    {"bad_master_key", "1=file:master", "1=file:secret", "keys.master", "32 bytes"},
    {"bad_signing_key", "[\"file:signing\"]", "[\"file:secret\"]", "keys.signing", "P-256"},
    {"TL_09_trust_everybody", "[\"127.0.0.1\"]", "[\"0.0.0.0/0\"]", "server.trusted_proxies", "everybody"},
    {"key_for_no_skill", "skills = [\"ride-hailer\"]", "skills = [\"ride-hauler\"]", "api_keys[0].skills",
     "ride-hauler"},
    {"key_hash", "sha256 = \"00", "sha256 = \"zz", "api_keys[0].sha256", "64 hex"},
    {"connect_to_without_ca", "[keys]", "[amazon]\nconnect_to = \"127.0.0.1:1\"\n[keys]", "amazon.ca_file",
     "certificate authority"},
};

TEST_F(ConfigTest, each_bad_setting_stops_the_start_with_its_line_and_cure) {
  for (const BadSetting& bad : kBad) {
    const LoadedConfig loaded = load_with(bad.from, bad.to);
    EXPECT_FALSE(loaded.config) << bad.name;
    const ConfigFault* const fault = find(loaded, bad.setting);
    ASSERT_TRUE(fault) << bad.name;
    EXPECT_NE((fault->message + fault->cure).find(bad.says), std::string::npos)
        << bad.name << ": " << fault->message;
    EXPECT_FALSE(fault->cure.empty()) << bad.name;
    EXPECT_GT(fault->line, 0) << bad.name;
  }
}

TEST_F(ConfigTest, a_skill_with_an_external_authorization_server_needs_no_client) {
  write("whsec", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  std::string text(kGood);
  const std::size_t clients = text.find("[[clients]]");
  text.erase(clients, text.find("[[skills]]") - clients);
  const std::string own = "client_id = \"alexa\"\nredirect_uris";
  EXPECT_TRUE(find(load(text), "skills[0].client_id")) << "Couplet's own server needs one";
  text.replace(text.find(own), own.size(),
               "authorization = \"external\"\nexternal_code_url = \"https://accounts.example.org/code\"\n"
               "external_code_secret = \"file:whsec\"\nexternal_timeout = 900\nredirect_uris");
  const LoadedConfig loaded = load(text);
  ASSERT_TRUE(loaded.config) << loaded.faults.front().message;
  EXPECT_TRUE(loaded.faults.empty());
  ASSERT_TRUE(loaded.config->skills.front().external);
  EXPECT_EQ(loaded.config->skills.front().external->timeout, milliseconds{900});
}

TEST_F(ConfigTest, all_faults_are_reported_at_once_in_the_order_of_the_file) {
  std::string text(kGood);
  text.replace(text.find("https://link.example.org\"\n"), 26, "nonsense\"\nio_threads = -1\n");
  text.replace(text.find("amzn1.ask.skill.1"), 17, "skill");
  const LoadedConfig loaded = load(text);
  EXPECT_FALSE(loaded.config);
  EXPECT_TRUE(find(loaded, "server.public_url") && find(loaded, "server.io_threads") &&
              find(loaded, "skills[0].skill_id"));
  EXPECT_TRUE(std::ranges::is_sorted(loaded.faults, {}, &ConfigFault::line));
}

TEST_F(ConfigTest, broken_toml_names_its_line) {
  const LoadedConfig loaded = load("[server\nlisten = 1\n");
  EXPECT_FALSE(loaded.config);
  ASSERT_EQ(loaded.faults.size(), 1U);
  EXPECT_EQ(loaded.faults[0].line, 1);
}

TEST_F(ConfigTest, SE_06_a_secret_others_can_read_is_warned_about) {
  chmod((folder / "secret").c_str(), 0644);
  const LoadedConfig loaded = load(std::string(kGood));
  EXPECT_TRUE(loaded.config);
  ASSERT_TRUE(find(loaded, "clients[0].client_secrets"));
  EXPECT_EQ(find(loaded, "clients[0].client_secrets")->weight, ConfigFault::Weight::warning);
}

TEST_F(ConfigTest, HT_17_a_proxy_that_nobody_trusts_is_warned_about) {
  const std::string trusted = "trusted_proxies = [\"127.0.0.1\"]\n";
  const LoadedConfig loaded = load_with(trusted, "");
  ASSERT_TRUE(loaded.config) << "such an installation goes on running";
  ASSERT_TRUE(find(loaded, "server.trusted_proxies"));
  EXPECT_EQ(find(loaded, "server.trusted_proxies")->weight, ConfigFault::Weight::warning);
  const LoadedConfig own_tls =
      load_with(trusted, "tls_certificate_file = \"tls.pem\"\ntls_private_key_file = \"tls.key\"\n");
  EXPECT_FALSE(find(own_tls, "server.trusted_proxies")) << "no proxy has to be there";
  const LoadedConfig no_tls = load_with("https://link.example.org\"\n" + trusted, "http://127.0.0.1:1\"\n");
  EXPECT_FALSE(find(no_tls, "server.trusted_proxies"));
}

TEST_F(ConfigTest, CA_17_skills_that_share_a_client_are_warned_about_by_name) {
  const std::string good(kGood);
  std::string second =
      good.substr(good.find("[[skills]]"), good.find("[[api_keys]]") - good.find("[[skills]]"));
  second.replace(second.find("ride-hailer"), 11, "second-skill");
  const LoadedConfig loaded = load(good + second);
  ASSERT_TRUE(loaded.config) << "such an installation goes on running";
  const ConfigFault* const shared = find(loaded, "clients[0].client_id");
  ASSERT_TRUE(shared);
  EXPECT_EQ(shared->weight, ConfigFault::Weight::warning);
  EXPECT_TRUE(shared->message.contains("ride-hailer, second-skill")) << shared->message;
  EXPECT_FALSE(find(load(good), "clients[0].client_id"));
}

TEST_F(ConfigTest, RT_19_strict_for_alexa_is_warned_about) {
  const LoadedConfig loaded = load_with("client_secrets", "refresh_policy = \"strict\"\nclient_secrets");
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->clients[0].refresh_policy, RefreshPolicy::strict);
  ASSERT_TRUE(find(loaded, "clients[0].refresh_policy"));
  EXPECT_EQ(find(loaded, "clients[0].refresh_policy")->weight, ConfigFault::Weight::warning);
}

TEST_F(ConfigTest, the_environment_overrides_the_file) {
  setenv("COUPLET_SERVER_LISTEN", "127.0.0.1:4321", 1);
  setenv("COUPLET_SERVER_IO_THREADS", "3", 1);
  const LoadedConfig loaded = load(std::string(kGood));
  unsetenv("COUPLET_SERVER_LISTEN");
  unsetenv("COUPLET_SERVER_IO_THREADS");
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->settings.server.listen.port, 4321);
  EXPECT_EQ(loaded.config->settings.server.io_threads, 3);
}

TEST_F(ConfigTest, SE_04_the_first_signing_key_signs_and_the_others_are_published) {
  write("next", std::string(SigningKey::generate().reveal()));
  const LoadedConfig loaded = load_with("[\"file:signing\"]", "[\"file:signing\", \"file:next\"]");
  ASSERT_TRUE(loaded.config);
  const auto kid = [&](std::size_t i) {
    return SigningKey::from_jwk(loaded.config->signing_keys.at(i))->kid();
  };
  EXPECT_EQ(describe_signing_keys(*loaded.config),
            "signing key " + kid(0) + ": signs\nsigning key " + kid(1) + ": published, does not sign\n");
}

TEST(ConfigurationPage, says_what_the_rows_say) {
  EXPECT_EQ(read_file(std::filesystem::path(COUPLET_SOURCE_DIR) / "docs/configuration.md"),
            describe_settings())
      << "run: couplet check --settings > docs/configuration.md";
}

}  // namespace
}  // namespace couplet::server
