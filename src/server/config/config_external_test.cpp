// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_external.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace couplet::server {
namespace {

constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// One skill's settings, as they come out of a file in which each of them stands.
struct Checked {
  explicit Checked(const SkillSettings& settings, const std::vector<std::string>& clients = {},
                   const std::vector<std::string>& missing = {}) {
    for (const char* key : {"authorization", "external_code_url", "external_code_secret", "client_id"})
      if (std::ranges::find(missing, key) == missing.end()) read.lines[std::string("skills[0].") + key] = 7;
    for (const std::string& client : clients) {
      read.settings.clients.emplace_back();
      read.settings.clients.back().client_id = client;
    }
    const auto secret = [](const std::string&, std::string_view text) {
      return std::optional(SecretText(std::string(text)));
    };
    check_external(read, "skills[0]", settings, secret, skill);
  }
  [[nodiscard]] const ConfigFault* fault(std::string_view key) const {
    const auto found = std::ranges::find(read.faults, "skills[0]." + std::string(key), &ConfigFault::setting);
    return found == read.faults.end() ? nullptr : &*found;
  }
  ReadSettings read;
  Skill skill;
};

SkillSettings external(std::string url = "https://accounts.example.org/couplet/code") {
  SkillSettings settings;
  settings.authorization = "external";
  settings.external_code_url = std::move(url);
  settings.external_code_secret = kSecret;
  return settings;
}

TEST(ExternalSettings, a_good_skill_needs_no_client_here) {
  const Checked checked(external());
  EXPECT_TRUE(checked.read.faults.empty());
  ASSERT_TRUE(checked.skill.external);
  EXPECT_EQ(checked.skill.external->code_url, "https://accounts.example.org/couplet/code");
  EXPECT_TRUE(checked.skill.external->signer);
  EXPECT_FALSE(checked.skill.external->allow_private);
  const std::string told = describe_external(checked.skill);
  EXPECT_NE(told.find("https://accounts.example.org/couplet/code"), std::string::npos);
  EXPECT_NE(told.find("not needed here: a [[clients]] table"), std::string::npos);
  EXPECT_EQ(told.find("whsec_"), std::string::npos) << "SE-05";
  EXPECT_EQ(describe_external(Skill{}), "");
}

TEST(ExternalSettings, WH_08_a_url_that_leads_inside_needs_permission) {
  for (const char* inside :
       {"https://127.0.0.1/code", "https://localhost/code", "https://10.1.2.3/code", "https://[::1]/code",
        "https://[fd00::1]/code", "https://169.254.169.254/latest", "http://127.0.0.1:8000/code"}) {
    const Checked refused(external(inside));
    ASSERT_TRUE(refused.fault("external_code_url")) << inside;
    EXPECT_NE(refused.fault("external_code_url")->message.find("external_allow_private"), std::string::npos)
        << inside;
    SkillSettings allowed = external(inside);
    allowed.external_allow_private = true;
    EXPECT_TRUE(Checked(allowed).read.faults.empty()) << inside;
  }
}

TEST(ExternalSettings, a_url_that_cannot_be_called_is_refused) {
  for (const char* bad :
       {"/code", "ftp://accounts.example.org/", "http://accounts.example.org/code", "http://10.1.2.3/code",
        "https://user@accounts.example.org/", "https:///code", "https://accounts.example.org/#x"}) {
    SkillSettings settings = external(bad);
    settings.external_allow_private = true;
    EXPECT_TRUE(Checked(settings).fault("external_code_url")) << bad;
  }
}

TEST(ExternalSettings, what_is_missing_or_broken_is_named) {
  const Checked nothing(external(), {}, {"external_code_url", "external_code_secret"});
  EXPECT_TRUE(nothing.fault("external_code_url"));
  EXPECT_TRUE(nothing.fault("external_code_secret"));
  SkillSettings settings = external();
  settings.external_code_secret = "whsec_short";
  EXPECT_TRUE(Checked(settings).fault("external_code_secret"));
  settings.authorization = "other";
  EXPECT_TRUE(Checked(settings).fault("authorization"));
}

TEST(ExternalSettings, what_is_not_needed_is_named) {
  SkillSettings settings = external();
  settings.client_id = "alexa";
  settings.login_url = "https://app.example.org/login";
  const Checked both(settings, {"alexa"});
  ASSERT_TRUE(both.fault("client_id"));
  EXPECT_EQ(both.fault("client_id")->weight, ConfigFault::Weight::error)
      << "nobody would redeem what Couplet's own server issues";
  ASSERT_TRUE(both.fault("login_url"));
  EXPECT_EQ(both.fault("login_url")->weight, ConfigFault::Weight::warning);
  settings.authorization = "couplet";
  EXPECT_EQ(Checked(settings).fault("external_code_url")->weight, ConfigFault::Weight::warning);
}

}  // namespace
}  // namespace couplet::server
