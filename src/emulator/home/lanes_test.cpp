// SPDX-License-Identifier: Apache-2.0
#include "emulator/home/lanes.hpp"

#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"
#include "emulator/home/call_diagram.hpp"

namespace couplet::emulator {
namespace {

Directory directory() {
  EmulatorSettings settings = test::example_settings();
  return {settings.users, settings.skills};
}

JournalEntry call(Direction direction, std::string method, std::string host, std::string path) {
  JournalEntry entry;
  entry.direction = direction;
  entry.method = std::move(method);
  entry.host = std::move(host);
  entry.path = std::move(path);
  return entry;
}

struct Row {
  JournalEntry entry;
  Lane from;
  Lane to;
  const char* label;
};

TEST(Lanes, every_kind_of_call_is_between_the_right_two) {
  const std::string enablement = "/v1/users/~current/skills/x/enablement";
  const Row rows[] = {
      {call(Direction::in, "GET", "127.0.0.1", "/ap/oa"), Lane::phone, Lane::lwa, "GET sign-in and consent"},
      {call(Direction::in, "GET", "127.0.0.1", "/spa/skill-account-linking-consent"), Lane::phone,
       Lane::alexa, "GET consent page"},
      {call(Direction::in, "GET", "layla.amazon.com", "/api/skill/link/M1"), Lane::phone, Lane::alexa,
       "GET back to Alexa"},
      {call(Direction::in, "POST", "api.amazon.com", "/auth/o2/token"), Lane::server, Lane::lwa,
       "POST token"},
      {call(Direction::in, "GET", "api.amazon.com", "/other"), Lane::server, Lane::lwa, "GET /other"},
      {call(Direction::in, "POST", "api.eu.amazonalexa.com", enablement), Lane::server, Lane::alexa,
       "POST enablement"},
      {call(Direction::out, "POST", "auth.example.org", "/token"), Lane::alexa, Lane::server, "POST /token"},
      {call(Direction::out, "POST", "skill.example.org", "/alexa"), Lane::alexa, Lane::provider,
       "POST /alexa"}};
  for (const Row& row : rows) {
    const Hop hop = hop_of(row.entry, directory());
    EXPECT_EQ(hop.from, row.from) << row.label;
    EXPECT_EQ(hop.to, row.to) << row.label;
    EXPECT_EQ(hop.label, row.label);
  }
}

TEST(Lanes, a_long_path_is_cut_in_front) {
  const std::string path = "/a/very/long/path/that/nobody/can/read/token";
  EXPECT_EQ(hop_of(call(Direction::out, "POST", "x", path), directory()).label,
            "POST …hat/nobody/can/read/token");
}

TEST(CallDiagram, a_call_inside_an_open_enablement_shows_alexa_busy) {
  test::AmazonUnderTest amazon;
  amazon.link(amazon.amazon_token());
  const std::string drawn = call_diagram(amazon.emulator.world().journal, directory()).text();
  EXPECT_NE(drawn.find("lane busy"), std::string::npos);
  EXPECT_NE(drawn.find("Alexa to Server: POST /token, 200"), std::string::npos);
  EXPECT_NE(drawn.find("Server to Alexa: POST enablement, 201"), std::string::npos);
}

TEST(CallDiagram, what_came_from_outside_is_escaped) {
  test::AmazonUnderTest amazon;
  amazon.get("https://api.amazon.com/<script>?x=<b>");
  const std::string drawn = call_diagram(amazon.emulator.world().journal, directory()).text();
  EXPECT_EQ(drawn.find("<script>"), std::string::npos);
  EXPECT_EQ(drawn.find("<b>"), std::string::npos);
}

}  // namespace
}  // namespace couplet::emulator
