// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_webhooks.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace couplet::server {
namespace {

const std::string kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

WebhookSettings good() {
  WebhookSettings settings;
  settings.name = "backend";
  settings.url = "https://hooks.example.org/couplet";
  settings.secrets = {kSecret};
  return settings;
}

struct Checked {
  explicit Checked(std::vector<WebhookSettings> tables) {
    read.settings.webhooks = std::move(tables);
    for (const char* key : {"name", "url", "secrets"}) read.lines[std::string("webhooks[0].") + key] = 7;
    config.skills.emplace_back();
    config.skills.back().name = SkillName("ride-hailer");
    const auto secret = [](const std::string&, std::string_view text) {
      return std::optional(SecretText(std::string(text)));
    };
    check_webhooks(read, secret, "/etc/couplet", config);
  }
  ReadSettings read;
  Config config;
};

TEST(WebhookSettings, a_good_target_is_told_everything) {
  const Checked checked({good()});
  EXPECT_TRUE(checked.read.faults.empty());
  ASSERT_EQ(checked.config.webhooks.size(), 1U);
  const WebhookTarget& target = checked.config.webhooks.front();
  EXPECT_EQ(target.name, "backend");
  EXPECT_EQ(target.signers.size(), 1U);
  EXPECT_TRUE(target.skills.empty());
  EXPECT_TRUE(target.events.empty());
  EXPECT_FALSE(target.allow_private);
}

TEST(WebhookSettings, what_is_given_is_taken_over) {
  WebhookSettings settings = good();
  settings.secrets.push_back(kSecret);
  settings.skills = {"ride-hailer"};
  settings.events = {"link.unlinked"};
  settings.ca_file = "ca.pem";
  settings.connections = 2;
  const Checked checked({settings});
  EXPECT_TRUE(checked.read.faults.empty());
  const WebhookTarget& target = checked.config.webhooks.front();
  EXPECT_EQ(target.signers.size(), 2U);
  EXPECT_EQ(target.skills, std::vector{SkillName("ride-hailer")});
  EXPECT_EQ(target.events, std::vector{LinkNewsType::unlinked});
  EXPECT_EQ(target.ca_file, "/etc/couplet/ca.pem");
  EXPECT_EQ(target.connections, 2U);
}

TEST(WebhookSettings, WH_08_a_url_that_leads_inside_needs_permission) {
  for (const char* const inside :
       {"https://127.0.0.1/", "https://169.254.169.254/latest", "https://[::1]:8443/", "https://localhost/",
        "https://10.1.2.3/", "https://[fd00::1]/", "http://127.0.0.1:8000/"}) {
    WebhookSettings settings = good();
    settings.url = inside;
    const Checked refused({settings});
    ASSERT_EQ(refused.read.faults.size(), 1U) << inside;
    EXPECT_EQ(refused.read.faults.front().setting, "webhooks[0].url");
    settings.allow_private = true;
    EXPECT_TRUE(Checked({settings}).read.faults.empty()) << inside;
  }
}

struct Wrong {
  const char* name;
  std::function<void(WebhookSettings&)> spoil;
  const char* key;
};
class WrongWebhook : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongWebhook, WH_08_is_named) {
  WebhookSettings settings = good();
  GetParam().spoil(settings);
  const Checked checked({settings});
  ASSERT_EQ(checked.read.faults.size(), 1U);
  EXPECT_EQ(checked.read.faults.front().setting, "webhooks[0]." + std::string(GetParam().key));
  EXPECT_FALSE(checked.read.faults.front().cure.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows, WrongWebhook,
    ::testing::Values(
        Wrong{"plain_http", [](auto& s) { s.url = "http://hooks.example.org/"; }, "url"},
        Wrong{"http_inside", [](auto& s) { s.url = "http://10.0.0.1/", s.allow_private = true; }, "url"},
        Wrong{"user_name", [](auto& s) { s.url = "https://me@hooks.example.org/"; }, "url"},
        Wrong{"no_url", [](auto& s) { s.url = "hooks.example.org"; }, "url"},
        Wrong{"name", [](auto& s) { s.name = "Back End"; }, "name"},
        Wrong{"no_secret", [](auto& s) { s.secrets.clear(); }, "secrets"},
        Wrong{"three_secrets", [](auto& s) { s.secrets = {kSecret, kSecret, kSecret}; }, "secrets"},
        Wrong{"bad_secret", [](auto& s) { s.secrets = {"whsec_c2hvcnQ="}; }, "secrets"},
        Wrong{"unknown_skill", [](auto& s) { s.skills = {"other"}; }, "skills"},
        Wrong{"unknown_event", [](auto& s) { s.events = {"linked"}; }, "events"},
        Wrong{"tried_longer_than_kept", [](auto& s) { s.give_up_after = seconds{40 * 24 * 3600}; },
              "give_up_after"}),
    [](const auto& row) { return row.param.name; });

TEST(WebhookSettings, WH_08_two_targets_have_two_names) {
  const Checked checked({good(), good()});
  ASSERT_EQ(checked.read.faults.size(), 1U);
  EXPECT_EQ(checked.read.faults.front().setting, "webhooks[1].name");
}

}  // namespace
}  // namespace couplet::server
