// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kHome = "http://127.0.0.1:8090/_emulator";

TEST(HomePage, shows_accounts_links_and_calls) {
  AmazonUnderTest amazon;
  amazon.link(amazon.amazon_token());
  const http::Response page = amazon.get(kHome);
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("Anna Amazon"), std::string::npos);
  EXPECT_NE(page.body.find("enabled and linked"), std::string::npos);
  EXPECT_NE(page.body.find("Alexa, ask Ride Hailer for a ride"), std::string::npos);
  EXPECT_NE(page.body.find("/auth/o2/token"), std::string::npos);
  EXPECT_EQ(page.body.find(kAlexaClientSecret), std::string::npos);
}

TEST(HomePage, the_voice_button_says_what_alexa_answered) {
  AmazonUnderTest amazon;
  amazon.provider.answer = [](const auto&) {
    return json_answer(
        200,
        R"({"response":{"outputSpeech":{"type":"PlainText","text":"<b>Here</b> it comes."},"card":{"type":"LinkAccount"}}})");
  };
  FormWriter form;
  form.add("user", "anna").add("skill_id", kSkillId).add("utterance", "0");
  const http::Response answer = amazon.post_form(kHome + "/voice", form);
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(header_of(answer, "Location"), "/_emulator");
  const http::Response page = amazon.get(kHome);
  EXPECT_NE(page.body.find("&lt;b&gt;Here&lt;/b&gt; it comes."), std::string::npos);
  EXPECT_NE(page.body.find("LinkAccount"), std::string::npos);
}

TEST(HomePage, the_disable_button_disables) {
  AmazonUnderTest amazon;
  amazon.link(amazon.amazon_token());
  FormWriter form;
  form.add("user", "anna").add("skill_id", kSkillId);
  EXPECT_EQ(amazon.post_form(kHome + "/disable", form).status, 303);
  EXPECT_EQ(amazon.emulator.world().enablements.find("anna", kSkillId), nullptr);
}

TEST(HomePage, everything_from_outside_is_escaped) {
  EmulatorSettings settings = example_settings();
  settings.users[0].name = "<img src=x onerror=alert(1)>";
  AmazonUnderTest amazon(std::move(settings));
  amazon.get("https://api.amazon.com/%3Cscript%3E?x=<script>alert(2)</script>");
  amazon.post_json("http://127.0.0.1:8090/_emulator/api/faults",
                   R"({"match":{"path":"<script>"},"action":{"status":500,"body":"<script>"}})");
  const http::Response page = amazon.get(kHome);
  EXPECT_EQ(page.body.find("<script"), std::string::npos);
  EXPECT_EQ(page.body.find("<img"), std::string::npos);
}

TEST(HomePage, is_what_the_root_and_the_pages_of_a_skill_lead_to) {
  AmazonUnderTest amazon;
  for (const char* path : {"/spa/index.html", "/dp/B0RIDE0001"})
    EXPECT_EQ(header_of(amazon.get(std::string("http://127.0.0.1:8090") + path), "Location"), "/_emulator");
  EXPECT_EQ(header_of(amazon.get("http://127.0.0.1:8090/"), "Location"), "/_emulator");
}

}  // namespace
}  // namespace couplet::emulator::test
