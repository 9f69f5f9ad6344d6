// SPDX-License-Identifier: Apache-2.0
// Scenarios and snapshots on the page for people.
#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"
#include "emulator/home/snapshot_shelf.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kHome = "http://127.0.0.1:8090/_emulator";

EmulatorSettings settings_with_scenarios() {
  EmulatorSettings settings = example_settings();
  settings.scenarios.scenarios = {
      {"accounts", "Two accounts & a name",
       "scenario Two accounts & a name\naccount ${WHO} in FE as tester\nexpect ${WHO} is not linked to "
       "ride-hailer\n"},
      {"too_hopeful", "Too hopeful",
       "scenario Too hopeful\nswitch expires_in string\nexpect anna is linked to ride-hailer\nwait 1h\n"}};
  settings.scenarios.variables = {{"WHO", "fumi"}};
  return settings;
}

class HomeStories : public ::testing::Test {
 protected:
  static FormWriter with(std::string_view name, std::string_view value) {
    FormWriter form;
    form.add("user", "anna").add(name, value);
    return form;
  }
  std::string page_after(const std::string& path, const FormWriter& form) {
    const http::Response response = amazon.post_form(kHome + path, form);
    EXPECT_EQ(response.status, 303);
    return amazon.get(kHome + "?user=anna").body;
  }
  AmazonUnderTest amazon{settings_with_scenarios()};
};

TEST_F(HomeStories, a_scenario_that_is_known_is_played_and_reported) {
  const std::string before = amazon.get(kHome).body;
  EXPECT_TRUE(before.contains("<option value=\"accounts\">Two accounts &amp; a name</option>"));
  EXPECT_FALSE(before.contains("id=\"played\""));
  const http::Response response = amazon.post_form(kHome + "/scenarios", with("name", "accounts"));
  EXPECT_EQ(header_of(response, "Location"), "/_emulator?user=anna#played");
  const std::string page = amazon.get(kHome + "?user=anna").body;
  EXPECT_TRUE(
      page.contains("<span class=\"chip good\">passed</span> <span class=\"quiet\">2 steps in 0.0 s"));
  EXPECT_TRUE(page.contains("<code>account ${WHO} in FE as tester</code>"));
  EXPECT_TRUE(page.contains("<option value=\"accounts\" selected>"));
  EXPECT_NE(amazon.emulator.world().directory.find_user("fumi"), nullptr);
}

TEST_F(HomeStories, a_step_that_fails_is_the_last_and_says_why) {
  const std::string page = page_after("/scenarios", with("name", "too_hopeful"));
  EXPECT_TRUE(page.contains("<span class=\"chip bad\">failed</span> <span class=\"quiet\">2 steps"));
  EXPECT_TRUE(page.contains("line 3: anna is not linked"));
  EXPECT_FALSE(page.contains("<code>wait 1h</code>"));
}

TEST_F(HomeStories, a_pasted_scenario_is_played_and_stays_in_its_field) {
  const std::string page =
      page_after("/scenarios", with("text", "scenario <b>Mine</b>\r\naccount otto in NA\r\n"));
  EXPECT_TRUE(page.contains("<h3 id=\"played-title\">&lt;b&gt;Mine&lt;/b&gt;</h3>"));
  EXPECT_TRUE(page.contains("passed</span> <span class=\"quiet\">1 step in"));
  EXPECT_TRUE(page.contains("scenario &lt;b&gt;Mine&lt;/b&gt;\r\naccount otto in NA"));
  EXPECT_TRUE(page.contains("<details class=\"wide\" open>"));
}

TEST_F(HomeStories, what_cannot_be_read_is_shown_with_its_place) {
  const std::string page = page_after("/scenarios", with("text", "wait a moment\n"));
  EXPECT_TRUE(page.contains("line 1, column 6</span> found &quot;a&quot;;"));
  EXPECT_TRUE(page.contains("Nothing was played."));
  EXPECT_EQ(amazon.post_form(kHome + "/scenarios", with("text", "")).status, 400);
  EXPECT_EQ(amazon.post_form(kHome + "/scenarios", with("name", "none")).status, 400);
}

TEST_F(HomeStories, a_second_scenario_waits_for_the_first) {
  int status_meanwhile = 0;
  amazon.provider.answer = [&](const http::OutgoingRequest&) {
    AmazonUnderTest* same = &amazon;
    status_meanwhile = same->post_form(kHome + "/scenarios", with("name", "accounts")).status;
    return json_answer(500, "{}");
  };
  const std::string text = "provider url https://provider.example\nanna links ride-hailer via lwa\n";
  EXPECT_TRUE(page_after("/scenarios", with("text", text)).contains("failed</span>"));
  EXPECT_EQ(status_meanwhile, 409);
  EXPECT_TRUE(page_after("/scenarios", with("name", "accounts")).contains("passed</span>"));
}

TEST_F(HomeStories, a_snapshot_is_taken_and_restored) {
  amazon.link(amazon.amazon_token());
  std::string page = page_after("/snapshots", with("do", "take").add("name", "Linked & well"));
  EXPECT_TRUE(page.contains("Took “Linked &amp; well”."));
  EXPECT_TRUE(page.contains("aria-label=\"Restore Linked &amp; well\""));
  page = page_after("/snapshots", with("do", "reset"));
  EXPECT_TRUE(page.contains("Reset: everything"));
  EXPECT_TRUE(page.contains("Linked &amp; well")) << "it outlives a reset";
  EXPECT_EQ(amazon.emulator.world().enablements.find("anna", kSkillId), nullptr);
  page = page_after("/snapshots", with("do", "restore").add("snapshot", "1"));
  EXPECT_TRUE(page.contains("Restored “Linked &amp; well”."));
  EXPECT_TRUE(page.contains("enabled and linked"));
  page = page_after("/snapshots", with("do", "delete").add("snapshot", "1"));
  EXPECT_TRUE(page.contains("None is kept."));
  EXPECT_EQ(amazon.post_form(kHome + "/snapshots", with("do", "restore").add("snapshot", "1")).status, 404);
  EXPECT_FALSE(page.contains("provider-access"));
}

TEST_F(HomeStories, a_snapshot_without_a_name_has_a_number_and_no_name_is_endless) {
  EXPECT_TRUE(page_after("/snapshots", with("do", "take")).contains("Took “Snapshot 1”."));
  EXPECT_EQ(
      amazon.post_form(kHome + "/snapshots", with("do", "take").add("name", std::string(121, 'a'))).status,
      400);
}

TEST_F(HomeStories, other_sites_press_none_of_these_buttons) {
  for (const char* path : {"/scenarios", "/snapshots"})
    EXPECT_EQ(amazon
                  .send({.method = "POST",
                         .url = kHome + path,
                         .headers = {{"Sec-Fetch-Site", "cross-site"},
                                     {"Content-Type", "application/x-www-form-urlencoded"}},
                         .body = "do=reset&name=accounts"})
                  .status,
              403);
}

TEST_F(HomeStories, the_oldest_snapshot_makes_room) {
  SnapshotShelf shelf;
  for (std::size_t i = 0; i <= SnapshotShelf::kMost; ++i) shelf.take(amazon.emulator.world(), "");
  EXPECT_EQ(shelf.kept().size(), SnapshotShelf::kMost);
  EXPECT_EQ(shelf.kept().front().name, "Snapshot 2");
}

}  // namespace
}  // namespace couplet::emulator::test
