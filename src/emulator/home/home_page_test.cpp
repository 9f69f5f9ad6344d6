// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"
#include "emulator/home/phone_panel.hpp"
#include "emulator/home/workbench_panel.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kHome = "http://127.0.0.1:8090/_emulator";

class HomePages : public ::testing::Test {
 protected:
  static bool has(const http::Response& page, std::string_view text) {
    return page.body.find(text) != std::string::npos;
  }
  static FormWriter about_anna() {
    FormWriter form;
    form.add("user", "anna").add("skill_id", kSkillId);
    return form;
  }
  AmazonUnderTest amazon;
};

TEST_F(HomePages, show_the_phone_what_alexa_knows_and_the_calls) {
  amazon.link(amazon.amazon_token());
  const http::Response page = amazon.get(kHome + "?user=anna");
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "Anna Amazon"));
  EXPECT_TRUE(has(page, "enabled and linked"));
  EXPECT_TRUE(has(page, "Alexa, ask Ride Hailer for a ride"));
  EXPECT_TRUE(has(page, "POST enablement"));
  EXPECT_TRUE(has(page, token_fingerprint("provider-access")));
  EXPECT_TRUE(has(page, "expires in 60 min"));
  EXPECT_FALSE(has(page, "provider-access"));
  EXPECT_FALSE(has(page, "provider-refresh"));
  EXPECT_FALSE(has(page, kAlexaClientSecret));
}

TEST_F(HomePages, each_account_has_its_phone) {
  amazon.link(amazon.amazon_token());
  EXPECT_TRUE(has(amazon.get(kHome + "?user=anna"), "enabled and linked"));
  const http::Response toms = amazon.get(kHome + "?user=tom");
  EXPECT_TRUE(has(toms, "Tom Tester"));
  EXPECT_FALSE(has(toms, "enabled and linked"));
}

TEST_F(HomePages, run_their_own_script_only) {
  const std::string csp = header_of(amazon.get(kHome), "Content-Security-Policy");
  EXPECT_TRUE(csp.contains("default-src 'none'"));
  EXPECT_TRUE(csp.contains("script-src 'self'"));
  EXPECT_EQ(header_of(amazon.get(kHome + "/home.js"), "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header_of(amazon.get(kHome + "/home.css"), "Content-Type"), "text/css; charset=utf-8");
}

TEST_F(HomePages, tell_the_script_when_something_has_changed) {
  const http::Response first = amazon.get(kHome + "/live?user=anna");
  const std::string stamp = header_of(first, "X-Emulator-Stamp");
  EXPECT_EQ(amazon.get(kHome + "/live?user=anna&seen=" + stamp).body, "");
  amazon.link(amazon.amazon_token());
  const http::Response next = amazon.get(kHome + "/live?user=anna&seen=" + stamp);
  EXPECT_EQ(next.status, 200);
  EXPECT_TRUE(has(next, "<div id=\"phone\">"));
  EXPECT_TRUE(has(next, "<div id=\"calls\">"));
}

TEST_F(HomePages, the_voice_button_says_what_alexa_answered) {
  amazon.provider.answer = [](const auto&) {
    return json_answer(
        200,
        R"({"response":{"outputSpeech":{"type":"PlainText","text":"<b>Here</b> it comes."},"card":{"type":"LinkAccount"}}})");
  };
  const http::Response answer = amazon.post_form(kHome + "/voice", about_anna().add("utterance", "0"));
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(header_of(answer, "Location"), "/_emulator?user=anna");
  const http::Response page = amazon.get(kHome + "?user=anna");
  EXPECT_TRUE(has(page, "&lt;b&gt;Here&lt;/b&gt; it comes."));
  EXPECT_TRUE(has(page, "LinkAccount"));
  EXPECT_TRUE(has(page, "bubble mine"));
  EXPECT_FALSE(has(amazon.get(kHome + "?user=tom"), "bubble mine"));
  EXPECT_EQ(amazon.post_form(kHome + "/voice", about_anna().add("utterance", "7")).status, 404);
}

TEST_F(HomePages, the_refresh_button_refreshes_and_says_what_came_of_it) {
  amazon.link(amazon.amazon_token());
  EXPECT_TRUE(has(amazon.get(kHome + "?user=anna"), "Refresh now"));
  EXPECT_EQ(amazon.post_form(kHome + "/refresh", about_anna()).status, 303);
  EXPECT_TRUE(has(amazon.get(kHome + "?user=anna"), "Alexa has new tokens."));
  EXPECT_EQ(FormParameters::parse(amazon.provider.requests.back().body)->get("grant_type"), "refresh_token");
  amazon.provider.answer = [](const auto&) { return json_answer(400, R"({"error":"invalid_grant"})"); };
  amazon.post_form(kHome + "/refresh", about_anna());
  const http::Response page = amazon.get(kHome + "?user=anna");
  EXPECT_TRUE(has(page, "Failed: dropped"));
  EXPECT_TRUE(has(page, "enabled, not linked"));
}

TEST_F(HomePages, the_disable_button_disables) {
  amazon.link(amazon.amazon_token());
  EXPECT_EQ(amazon.post_form(kHome + "/disable", about_anna()).status, 303);
  EXPECT_EQ(amazon.emulator.world().enablements.find("anna", kSkillId), nullptr);
}

TEST_F(HomePages, the_link_button_opens_the_provider_and_comes_back_to_this_port) {
  EXPECT_EQ(amazon.post_form(kHome + "/alexa-link", about_anna().add("platform", "web")).status, 400)
      << "the skill has no login page";
  Skill skill = *amazon.emulator.world().directory.find_skill(kSkillId);
  skill.vendor_id = "M1EXAMPLEVENDOR";
  skill.account_linking.authorizationUrl = "https://auth.example.org/authorize";
  amazon.emulator.world().directory.put(std::move(skill));
  const http::Response opened = amazon.post_form(kHome + "/alexa-link", about_anna().add("platform", "web"));
  EXPECT_EQ(opened.status, 303);
  EXPECT_TRUE(
      header_of(opened, "Location").starts_with("https://auth.example.org/authorize?client_id=alexa"));
  EXPECT_EQ(location_query(opened).get("redirect_uri"),
            "http://127.0.0.1:8090/api/skill/link/M1EXAMPLEVENDOR");
}

TEST_F(HomePages, every_button_that_breaks_things_orders_a_fault_and_it_can_be_taken_back) {
  for (std::size_t i = 0; i < fault_presets().size(); ++i) {
    FormWriter form;
    EXPECT_EQ(amazon.post_form(kHome + "/faults", form.add("preset", std::to_string(i))).status, 303);
  }
  const auto& faults = amazon.emulator.world().faults.faults();
  ASSERT_EQ(faults.size(), fault_presets().size());
  EXPECT_TRUE(has(amazon.get(kHome), "Take back"));
  FormWriter form;
  amazon.post_form(kHome + "/faults/remove", form.add("fault", std::to_string(faults.front().id)));
  EXPECT_EQ(faults.size(), fault_presets().size() - 1);
  FormWriter none;
  EXPECT_EQ(amazon.post_form(kHome + "/faults", none.add("preset", "99")).status, 404);
}

TEST_F(HomePages, a_wrong_signature_is_chosen_by_name_and_said_so) {
  amazon.post_form(kHome + "/voice", about_anna().add("utterance", "0").add("wrong", "self_signed_leaf"));
  EXPECT_TRUE(has(amazon.get(kHome + "?user=anna"), "signed wrongly: self_signed_leaf"));
}

TEST_F(HomePages, discovery_says_how_many_devices_there_are) {
  Skill skill = *amazon.emulator.world().directory.find_skill(kSkillId);
  skill.smart_home.endpoint = "https://home.example.org/directives";
  amazon.emulator.world().directory.put(std::move(skill));
  amazon.link(amazon.amazon_token());
  EXPECT_TRUE(has(amazon.get(kHome + "?user=anna"), "Discover devices"));
  amazon.provider.answer = [](const auto&) {
    return json_answer(
        200,
        R"({"event":{"header":{"namespace":"Alexa.Discovery","name":"Discover.Response","payloadVersion":"3"},)"
        R"("payload":{"endpoints":[{},{}]}}})");
  };
  EXPECT_EQ(amazon.post_form(kHome + "/discover", about_anna()).status, 303);
  EXPECT_TRUE(has(amazon.get(kHome + "?user=anna"), "I found 2 devices."));
}

TEST_F(HomePages, events_are_held_back_shown_and_let_go) {
  Skill skill = *amazon.emulator.world().directory.find_skill(kSkillId);
  skill.events.endpoint = "https://skill.example.org/events";
  skill.events.subscriptions = {SkillEventKind::SKILL_ACCOUNT_LINKED};
  amazon.emulator.world().directory.put(std::move(skill));
  FormWriter hold;
  amazon.post_form(kHome + "/events", hold.add("do", "hold"));
  amazon.link(amazon.amazon_token());
  EXPECT_TRUE(has(amazon.get(kHome), "1 waiting, held back"));
  FormWriter deliver;
  amazon.post_form(kHome + "/events", deliver.add("do", "deliver"));
  EXPECT_TRUE(has(amazon.get(kHome), "acknowledged"));
  FormWriter release;
  amazon.post_form(kHome + "/events", release.add("do", "release"));
  EXPECT_FALSE(amazon.emulator.world().events.mode.held);
}

TEST_F(HomePages, the_clock_goes_forward_only) {
  FormWriter hour;
  EXPECT_EQ(amazon.post_form(kHome + "/clock", hour.add("seconds", "3600")).status, 303);
  EXPECT_TRUE(has(amazon.get(kHome), "2026-03-01T11:00:00Z"));
  FormWriter backwards;
  EXPECT_EQ(amazon.post_form(kHome + "/clock", backwards.add("seconds", "-1")).status, 404);
}

TEST_F(HomePages, switches_are_saved_together_or_not_at_all) {
  FormWriter good;
  EXPECT_EQ(amazon.post_form(kHome + "/switches", good.add("expires_in", "string")).status, 303);
  EXPECT_TRUE(amazon.emulator.world().switches.has({"expires_in", "string"}));
  EXPECT_TRUE(has(amazon.get(kHome), "1 changed"));
  FormWriter bad;
  bad.add("expires_in", "number").add("endpoints", "everywhere");
  EXPECT_EQ(amazon.post_form(kHome + "/switches", bad).status, 400);
  EXPECT_TRUE(amazon.emulator.world().switches.has({"expires_in", "string"}));
}

TEST_F(HomePages, buttons_pressed_by_another_sites_page_do_nothing) {
  amazon.link(amazon.amazon_token());
  const http::Response answer = amazon.send(
      {.method = "POST",
       .url = kHome + "/disable",
       .headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Sec-Fetch-Site", "cross-site"}},
       .body = about_anna().text()});
  EXPECT_EQ(answer.status, 403);
  EXPECT_NE(amazon.emulator.world().enablements.find("anna", kSkillId), nullptr);
}

}  // namespace
}  // namespace couplet::emulator::test
