// SPDX-License-Identifier: Apache-2.0
// Scenarios played over the control interface, with a provider that the test scripts.
#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

constexpr const char* kHead =
    "scenario A link and its end\n"
    "provider hook start POST https://provider.example/start/{user}\n"
    "provider hook finish POST https://provider.example/finish/{user}\n"
    "provider hook status GET https://provider.example/status/{user}\n"
    "provider hook unlink DELETE https://provider.example/link/{user}\n"
    "skill ride-hailer\n"
    "user anna is user-alice\n";

/// A backend: start gives the LWA URL, finish links as a real one does.
class ScenarioTest : public ::testing::Test {
 protected:
  void SetUp() override {
    amazon.provider.answer = [this](const http::OutgoingRequest& request) -> ScriptedProvider::Answer {
      if (request.url == "https://provider.example/start/user-alice")
        return json_answer(201, R"({"lwa_url":"https://www.amazon.com/ap/oa?)" + lwa_query() + "\"}");
      if (request.url == "https://provider.example/finish/user-alice") return finish(request);
      if (request.url == "https://provider.example/status/user-alice")
        return json_answer(200, R"({"status":")" + status + "\"}");
      if (request.url == "https://auth.example.org/token") return json_answer(200, good_tokens());
      return json_answer(200, R"({"version":"1.0","response":{"outputSpeech":{"text":"On its way."}}})");
    };
  }
  ScriptedProvider::Answer finish(const http::OutgoingRequest& request) {
    came_back = *parse_json_object(request.body);
    if (came_back.contains("error")) return json_answer(409, R"({"code":"access_denied"})");
    amazon.emulator.world().enablements.link("anna", kSkillId, Stage::development, tokens());
    status = "LINKED";
    return json_answer(200, R"({"status":"LINKED"})");
  }
  ProviderTokens tokens() const {
    ProviderTokens tokens;
    tokens.access_token = ProviderAccessToken("access");
    tokens.refresh_token = ProviderRefreshToken("refresh");
    tokens.expires_at = amazon.clock.now() + seconds(3600);
    return tokens;
  }
  json::object play(const std::string& steps) {
    return body_of(amazon.send({.method = "POST",
                                .url = "http://127.0.0.1:8090/_emulator/api/scenarios",
                                .headers = {{"Content-Type", "text/plain"}},
                                .body = kHead + steps}));
  }
  static std::string last_detail(const json::object& report) {
    const json::array* steps = find_array(report, "steps");
    return steps && !steps->empty() ? text_of(steps->back().get_object(), "detail") : "no steps";
  }

  AmazonUnderTest amazon;
  json::object came_back;
  std::string status = "NOT_LINKED";
};

TEST_F(ScenarioTest, a_whole_story_passes) {
  const json::object report = play(
      "anna links ride-hailer via lwa\n"
      "expect anna is linked\n"
      "expect provider says anna is linked\n"
      "anna says \"Alexa, ask Ride Hailer for a ride\"\n"
      "expect voice linked\n"
      "expect speech contains \"way\"\n"
      "mark journal\n"
      "wait 2h\n"
      "alexa refreshes anna late\n"
      "expect refresh refreshed\n"
      "expect journal out POST auth.example.org/token status 200 1 time\n"
      "fault out path /token status 400 body '{\"error\":\"invalid_grant\"}'\n"
      "alexa refreshes anna\n"
      "expect anna is dropped\n"
      "anna disables ride-hailer\n"
      "expect anna is not linked\n");
  EXPECT_EQ(find_bool(report, "passed"), true) << json::serialize(report);
  EXPECT_EQ(text_of(report, "title"), "A link and its end");
  EXPECT_NE(text_of(came_back, "code"), "");
  EXPECT_EQ(text_of(came_back, "state"), "opaque-state_1");
}

TEST_F(ScenarioTest, what_cannot_be_read_is_refused_with_its_place_and_nothing_is_played) {
  const json::object report = play("anna links ride-hailer via lwa\nwait a moment\n");
  EXPECT_EQ(find_integer(report, "line"), 9);
  EXPECT_EQ(find_integer(report, "column"), 6);
  EXPECT_EQ(text_of(report, "message").substr(0, 24), "scenario:9:6: found \"a\";");
  EXPECT_TRUE(came_back.empty());
}

TEST_F(ScenarioTest, a_denial_comes_back_as_the_error_and_is_no_link) {
  const json::object report = play("anna denies ride-hailer via lwa\nexpect anna is not linked\n");
  EXPECT_EQ(find_bool(report, "passed"), true) << json::serialize(report);
  EXPECT_EQ(text_of(came_back, "error"), "access_denied");
}

TEST_F(ScenarioTest, it_stops_at_the_first_step_that_fails_and_says_why) {
  const json::object report = play("anna links ride-hailer via lwa\nexpect anna is dropped\nwait 1h\n");
  EXPECT_EQ(find_bool(report, "passed"), false);
  EXPECT_EQ(find_array(report, "steps")->size(), 3U);
  EXPECT_EQ(last_detail(report), "anna is linked: Alexa has tokens");
  EXPECT_EQ(last_detail(play("anna links ride-hailer via alexa app\n")),
            "start answered 201, alexa_app_url is missing");
  EXPECT_NE(last_detail(play("anna says \"Abracadabra\"\n")).find("it knows \"Alexa, ask"),
            std::string::npos);
  EXPECT_NE(last_detail(play("anna disables night-rider\n")).find("there are ride-hailer, other"),
            std::string::npos);
}

TEST(ControlScenariosTest, those_that_are_known_are_listed_and_played_by_name) {
  EmulatorSettings settings = example_settings();
  settings.scenarios = {{{"hour", "An hour", "scenario An hour\nwait ${LONG}\n"}}, {{"LONG", "1h"}}};
  AmazonUnderTest amazon(std::move(settings));
  const std::string url = "http://127.0.0.1:8090/_emulator/api/scenarios";
  EXPECT_EQ(amazon.get(url).body, R"({"scenarios":[{"name":"hour","title":"An hour"}]})");
  const Instant before = amazon.emulator.world().clock.now();
  EXPECT_EQ(find_bool(body_of(amazon.post_json(url, R"({"name":"hour"})")), "passed"), true);
  EXPECT_EQ(amazon.emulator.world().clock.now() - before, std::chrono::hours(1));
  amazon.post_json(url, R"({"name":"hour","variables":{"LONG":"2h"}})");
  EXPECT_EQ(amazon.emulator.world().clock.now() - before, std::chrono::hours(3));
  EXPECT_EQ(amazon.post_json(url, R"({"name":"day"})").status, 400);
  EXPECT_EQ(amazon.post_json(url, R"({"name":"hour","text":"wait 1h"})").status, 400);
  EXPECT_EQ(amazon.post_json(url, "{}").status, 400);
}

}  // namespace
}  // namespace couplet::emulator::test
