// SPDX-License-Identifier: Apache-2.0
#include "server/config/config_events.hpp"

#include <gtest/gtest.h>

namespace couplet::server {
namespace {

struct Checked {
  explicit Checked(const SkillSettings& settings) {
    skill.alexa_client_id = "amzn1.application-oa2-client.0123";
    skill.alexa_client_secret = AlexaClientSecret(std::string("alexa-secret"));
    const auto secret = [](const std::string&, std::string_view text) {
      return std::optional(SecretText(std::string(text)));
    };
    check_event_settings(read, "skills[0]", settings, secret, skill);
  }
  ReadSettings read;
  Skill skill;
};

TEST(EventSettings, nothing_is_needed) {
  const Checked checked{SkillSettings{}};
  EXPECT_TRUE(checked.read.faults.empty());
  EXPECT_EQ(checked.skill.forward_to, "");
  EXPECT_EQ(checked.skill.messaging_client_id, "amzn1.application-oa2-client.0123");
  EXPECT_EQ(checked.skill.messaging_client_secret.reveal(), "alexa-secret");
}

TEST(EventSettings, forward_to_is_https_or_on_this_machine) {
  for (const char* const good : {"https://skill.example.org/alexa?x=1", "http://127.0.0.1:8000/alexa",
                                 "http://[::1]:8000/alexa", "http://localhost/alexa"}) {
    SkillSettings settings;
    settings.forward_to = good;
    EXPECT_TRUE(Checked(settings).read.faults.empty()) << good;
  }
  for (const char* const wrong : {"http://skill.example.org/alexa", "skill.example.org", "ftp://127.0.0.1/",
                                  "https://user@skill.example.org/", "https://skill.example.org/#top"}) {
    SkillSettings settings;
    settings.forward_to = wrong;
    const Checked checked(settings);
    ASSERT_EQ(checked.read.faults.size(), 1U) << wrong;
    EXPECT_EQ(checked.read.faults.front().setting, "skills[0].forward_to");
  }
}

TEST(EventSettings, the_pair_for_messages_is_whole) {
  SkillSettings settings;
  settings.messaging_client_id = "amzn1.application-oa2-client.messages";
  EXPECT_EQ(Checked(settings).read.faults.size(), 1U);
  settings.messaging_client_secret = "messages-secret";
  const Checked checked(settings);
  EXPECT_TRUE(checked.read.faults.empty());
  EXPECT_EQ(checked.skill.messaging_client_id, settings.messaging_client_id);
  EXPECT_EQ(checked.skill.messaging_client_secret.reveal(), "messages-secret");
}

}  // namespace
}  // namespace couplet::server
