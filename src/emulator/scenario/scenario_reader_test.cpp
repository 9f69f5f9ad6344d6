// SPDX-License-Identifier: Apache-2.0
#include "emulator/scenario/scenario_reader.hpp"

#include <gtest/gtest.h>

namespace couplet::emulator {
namespace {

template <class Step>
Step only_step(const std::string& line) {
  const auto scenario = read_scenario(line, {});
  EXPECT_TRUE(scenario) << line << ": " << (scenario ? "" : scenario.error().problem);
  if (!scenario || scenario->steps.size() != 1 || !std::holds_alternative<Step>(scenario->steps[0].action)) {
    ADD_FAILURE() << line;
    return {};
  }
  return std::get<Step>(scenario->steps[0].action);
}

TEST(ScenarioReader, the_head_names_the_story_the_provider_and_the_skill) {
  const auto scenario = read_scenario(
      "scenario Anna's \"first\" link\n"
      "provider url http://127.0.0.1:${PORT}  # the linking API\n"
      "provider api_key ${KEY}\n"
      "provider header X-Test \"a b\"\n"
      "provider hook start POST http://127.0.0.1/start/{user}\n"
      "skill ride-hailer\n"
      "\n"
      "wait 1h\n",
      {{"PORT", "8080"}, {"KEY", "cpk_x"}});
  ASSERT_TRUE(scenario) << scenario.error().problem;
  EXPECT_EQ(scenario->title, "Anna's \"first\" link");
  EXPECT_EQ(scenario->provider.url, "http://127.0.0.1:8080");
  EXPECT_EQ(scenario->provider.api_key, "cpk_x");
  EXPECT_EQ(scenario->provider.headers.at(0).second, "a b");
  EXPECT_EQ(scenario->provider.hooks.at("start").url, "http://127.0.0.1/start/{user}");
  EXPECT_EQ(scenario->skill, "ride-hailer");
  ASSERT_EQ(scenario->steps.size(), 1U);
  EXPECT_EQ(scenario->steps[0].line, 8U);
}

TEST(ScenarioReader, people_act) {
  const auto link = only_step<LinkStep>("user anna links ride-hailer via alexa app");
  EXPECT_EQ(link.user, "anna");
  EXPECT_EQ(link.skill, "ride-hailer");
  EXPECT_EQ(link.door, "alexa_app_url");
  EXPECT_FALSE(link.fails);
  EXPECT_EQ(only_step<LinkStep>("anna denies ride-hailer via lwa").decision, "cancel");
  EXPECT_TRUE(only_step<LinkStep>("anna cannot link ride-hailer via lwa").fails);
  EXPECT_EQ(only_step<SayStep>("anna says \"Alexa, hello # there\" to ride-hailer").say,
            "Alexa, hello # there");
  EXPECT_EQ(only_step<DisableStep>("anna disables ride-hailer").skill, "ride-hailer");
  EXPECT_EQ(only_step<UnlinkStep>("anna unlinks ride-hailer").user, "anna");
  EXPECT_EQ(only_step<NameStep>("user anna is user-alice").provider_user, "user-alice");
}

TEST(ScenarioReader, time_and_alexa) {
  EXPECT_EQ(find_integer(only_step<CallStep>("wait 7d").body, "seconds"), 7 * 24 * 3600);
  const auto refresh = only_step<RefreshStep>("alexa refreshes anna parallel 3 answer lost for ride-hailer");
  EXPECT_EQ(find_integer(refresh.order, "count"), 3);
  EXPECT_EQ(find_array(refresh.order, "mode")->size(), 2U);
  EXPECT_EQ(refresh.skill, "ride-hailer");
  const auto plan = only_step<CallStep>("refresh on lead 10m early");
  EXPECT_EQ(plan.path, "/refresh");
  EXPECT_EQ(find_integer(plan.body, "lead_seconds"), 600);
  EXPECT_EQ(find_bool(only_step<CallStep>("clock freeze").body, "frozen"), true);
  EXPECT_EQ(only_step<CallStep>("account anna in EU as tester").path, "/users/anna");
}

TEST(ScenarioReader, faults_say_which_call_what_and_how_often) {
  const json::object fault =
      only_step<CallStep>("fault out POST path /oauth/token for anna status 503 body '{}' 3 times").body;
  EXPECT_EQ(json::serialize(fault),
            R"({"count":3,"match":{"direction":"out","method":"POST","path":"/oauth/token","user":"anna"},)"
            R"("action":{"status":503,"body":"{}"}})");
  const json::object odds = only_step<CallStep>("fault delay 2s forever probability 0.5 seed 7").body;
  EXPECT_EQ(json::serialize(odds),
            R"({"count":"forever","probability":5E-1,"seed":7,"match":{},"action":{"delay_ms":2000}})");
}

TEST(ScenarioReader, expectations) {
  EXPECT_EQ(only_step<ExpectLink>("expect anna is dropped").state, LinkState::dropped);
  EXPECT_EQ(only_step<ExpectLink>("expect anna is not linked to ride-hailer").skill, "ride-hailer");
  EXPECT_TRUE(only_step<ExpectLink>("expect provider says anna is linked").by_provider);
  EXPECT_EQ(only_step<ExpectRefresh>("expect refresh answer_lost").result, "answer_lost");
  EXPECT_TRUE(only_step<ExpectSpeech>("expect speech contains \"ride\"").contains);
  EXPECT_FALSE(only_step<ExpectVoice>("expect voice not linked").linked);
  const auto journal =
      only_step<ExpectJournal>("expect journal out POST /oauth/token status 200 at least 3 times");
  EXPECT_EQ(journal.times, 3);
  EXPECT_TRUE(journal.at_least);
}

struct BadLine {
  const char* line;
  std::size_t column;
  const char* problem;  // a part of it
};
class BadScenario : public ::testing::TestWithParam<BadLine> {};

TEST_P(BadScenario, says_where_what_was_given_and_what_is_allowed) {
  const auto scenario = read_scenario("wait 1h\n" + std::string(GetParam().line) + "\n", {{"A", "x"}});
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().line, 2U);
  EXPECT_EQ(scenario.error().column, GetParam().column) << scenario.error().problem;
  EXPECT_NE(scenario.error().problem.find(GetParam().problem), std::string::npos) << scenario.error().problem;
}

INSTANTIATE_TEST_SUITE_P(
    Lines, BadScenario,
    ::testing::Values(BadLine{"anna links ride-hailer vai alexa app", 24, "found \"vai\"; expected via"},
                      BadLine{"anna links ride-hailer via alexa", 33, "the line ends here; expected app"},
                      BadLine{"anna hugs ride-hailer", 6, "found \"hugs\"; expected links, denies"},
                      BadLine{"wait soon", 6, "expected a duration: 500ms, 90s, 30m, 1h or 7d"},
                      BadLine{"wait 1h 30m", 9, "expected the end of the line"},
                      BadLine{"account anna in XX", 17, "expected NA, EU, FE"},
                      BadLine{"alexa refreshes anna parallel 99", 31, "a number from 2 to 32"},
                      BadLine{"anna says hello", 11, "what is said in quotes"},
                      BadLine{"anna says \"hello", 11, "no end"},
                      BadLine{"provider api_key ${KEY}", 18, "--set KEY=VALUE"},
                      BadLine{"provider api_key ${A", 18, "} is missing"},
                      BadLine{"fault out path /x", 18, "expected status, body, delay"},
                      BadLine{"expect anna is happy", 16, "expected linked, not, dropped"},
                      BadLine{"clock rate fast", 12, "how many seconds"}));

TEST(ScenarioReader, an_empty_file_is_no_scenario) {
  EXPECT_FALSE(read_scenario("# nothing\n", {}));
  EXPECT_EQ(fault_text("x.scenario", {3, 7, "found \"a\""}), "x.scenario:3:7: found \"a\"");
}

}  // namespace
}  // namespace couplet::emulator
