// SPDX-License-Identifier: Apache-2.0
// Links that start in the Alexa app and come back with a token behind the '#'.
#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"
#include "emulator/calls/note.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kApi = "http://127.0.0.1:8090/_emulator/api";
const std::string kStatusPage =
    "https://layla.amazon.com/spa/skill/account-linking-status.html?vendorId=M1EXAMPLEVENDOR";

EmulatorSettings implicit_settings() {
  EmulatorSettings settings = example_settings();
  Skill& skill = settings.skills[0];
  skill.vendor_id = "M1EXAMPLEVENDOR";
  skill.account_linking.type = LinkingType::IMPLICIT;
  skill.account_linking.authorizationUrl = "https://auth.example.org/authorize";
  skill.account_linking.scopes = {"rides"};
  skill.account_linking.pkce = true;
  return settings;
}

class ImplicitGrant : public ::testing::Test {
 protected:
  http::Response start(const std::string& more = "") {
    return amazon.post_json(kApi + "/alexa-link",
                            R"({"user":"anna","skill_id":")" + std::string(kSkillId) + "\"" + more + "}");
  }
  std::string started_state() {
    const std::string url = text_of(body_of(start()), "url");
    return std::string(FormParameters::parse(url.substr(url.find('?') + 1))->get("state").value_or(""));
  }
  /// What stands behind the '#' of a good answer.
  FormWriter fragment() {
    FormWriter form;
    form.add("access_token", "provider-access").add("token_type", "Bearer").add("state", started_state());
    return form;
  }
  http::Response bring(const FormWriter& form, const std::string& page = kStatusPage) {
    return amazon.post_form(page, form);
  }
  const Enablement* enablement() { return amazon.emulator.world().enablements.find("anna", kSkillId); }

  AmazonUnderTest amazon{implicit_settings()};
};

TEST_F(ImplicitGrant, section_2_2_the_login_page_is_asked_for_a_token_at_a_redirect_url_of_its_own) {
  const std::string url = text_of(body_of(start()), "url");
  const auto asked = FormParameters::parse(url.substr(url.find('?') + 1));
  EXPECT_EQ(asked->get("response_type"), "token");
  EXPECT_EQ(asked->get("redirect_uri"), kStatusPage);
  EXPECT_EQ(asked->get("scope"), "rides");
  EXPECT_FALSE(asked->get("code_challenge")) << "there is no code to bind";
}

TEST_F(ImplicitGrant, section_3_3_the_token_links_and_nothing_is_posted_to_anybody) {
  const http::Response page = amazon.get(kStatusPage);
  EXPECT_TRUE(page.body.contains("/_emulator/alexa_token.js"));
  EXPECT_EQ(amazon.get("https://layla.amazon.com/_emulator/alexa_token.js").status, 200);
  const http::Response linked = bring(fragment().add("expires_in", "3600").add("source", "app"));
  EXPECT_TRUE(linked.body.contains("Ride Hailer is linked"));
  EXPECT_TRUE(note_of(linked).contains("source=app"));
  ASSERT_TRUE(enablement() && enablement()->tokens);
  EXPECT_EQ(enablement()->tokens->access_token.reveal(), "provider-access");
  EXPECT_TRUE(enablement()->tokens->refresh_token.empty());
  EXPECT_EQ(enablement()->tokens->expires_at, amazon.clock.now() + std::chrono::hours(1));
  EXPECT_TRUE(amazon.provider.requests.empty());
}

TEST_F(ImplicitGrant, the_token_is_not_shown_in_the_journal) {
  bring(fragment());
  EXPECT_FALSE(amazon.get(kApi + "/journal").body.contains("provider-access"));
}

TEST_F(ImplicitGrant, without_expires_in_the_token_stays_and_a_snapshot_keeps_it) {
  bring(fragment());
  amazon.clock.advance(std::chrono::days(300));
  const std::string saved = amazon.get(kApi + "/snapshot").body;
  amazon.post_json(kApi + "/reset", "{}");
  const http::Response loaded = amazon.send({.method = "PUT",
                                             .url = kApi + "/snapshot",
                                             .headers = {{"Content-Type", "application/json"}},
                                             .body = saved});
  EXPECT_EQ(loaded.status, 204) << loaded.body;
  ASSERT_TRUE(enablement() && enablement()->tokens);
  EXPECT_NE(access_token_in_use(*enablement()->tokens, amazon.clock.now()), nullptr);
  const std::string home = amazon.get("http://127.0.0.1:8090/_emulator?user=anna").body;
  EXPECT_TRUE(home.contains("<dt>Refresh token</dt><dd><code>none</code></dd>"));
}

TEST_F(ImplicitGrant, an_expired_token_is_not_refreshed_and_no_request_carries_it) {
  bring(fragment().add("expires_in", "600"));
  amazon.clock.advance(std::chrono::hours(1));
  const json::object refreshed = body_of(
      amazon.post_json(kApi + "/refresh", R"({"user":"anna","skill_id":")" + std::string(kSkillId) + "\"}"));
  EXPECT_TRUE(json::serialize(refreshed).contains("no refresh token")) << json::serialize(refreshed);
  EXPECT_EQ(access_token_in_use(*enablement()->tokens, amazon.clock.now()), nullptr);
  EXPECT_TRUE(amazon.provider.requests.empty());
}

struct BadAnswer {
  const char* name;
  const char* replaced;  // a field of the good answer
  const char* by;        // its value instead; "-": left out
  const char* note;
};
void PrintTo(const BadAnswer& row, std::ostream* out) { *out << row.name; }

class ImplicitBad : public ImplicitGrant, public ::testing::WithParamInterface<BadAnswer> {};

TEST_P(ImplicitBad, answer_links_nobody_and_the_note_says_why) {
  const BadAnswer& row = GetParam();
  FormWriter form;
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"access_token", "provider-access"},
                                    {"token_type", "Bearer"},
                                    {"expires_in", "3600"},
                                    {"state", started_state()}}) {
    const bool replaced = name == row.replaced;
    if (replaced && std::string_view(row.by) == "-") continue;
    form.add(name, replaced ? std::string(row.by) : value);
  }
  const http::Response refused = bring(form);
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(refused.body.contains("We were unable to link"));
  EXPECT_TRUE(note_of(refused).contains(row.note)) << note_of(refused);
  EXPECT_EQ(enablement(), nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, ImplicitBad,
    ::testing::Values(BadAnswer{"no_token", "access_token", "-", "neither access_token nor error"},
                      BadAnswer{"no_type", "token_type", "-", "token_type is not Bearer"},
                      BadAnswer{"mac", "token_type", "mac", "token_type is not Bearer"},
                      BadAnswer{"soon", "expires_in", "soon", "not a whole number"},
                      BadAnswer{"zero", "expires_in", "0", "not a whole number"},
                      BadAnswer{"short_life", "expires_in", "359", "under 360"},
                      BadAnswer{"forged", "state", "forged", "state is missing"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(ImplicitGrant, an_error_and_another_vendors_page_link_nobody) {
  FormWriter refusal;
  refusal.add("error", "access_denied").add("state", started_state());
  EXPECT_TRUE(note_of(bring(refusal)).contains("access_denied"));
  const http::Response elsewhere = bring(
      fragment(), "https://layla.amazon.com/spa/skill/account-linking-status.html?vendorId=M2SOMEBODYELSE");
  EXPECT_EQ(elsewhere.status, 400);
  EXPECT_EQ(enablement(), nullptr);
}

TEST_F(ImplicitGrant, a_code_is_no_answer_to_it) {
  FormWriter query;
  query.add("code", "PROVIDER-CODE").add("state", started_state());
  const http::Response refused =
      amazon.get("https://layla.amazon.com/api/skill/link/M1EXAMPLEVENDOR?" + query.text());
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(note_of(refused).contains("the other grant"));
  EXPECT_TRUE(amazon.provider.requests.empty());
}

TEST_F(ImplicitGrant, section_1_1_links_that_start_in_the_providers_app_are_for_codes_only) {
  World& world = amazon.emulator.world();
  const AmazonTokenPair pair = world.tokens.issue_pair({"anna", kAlexaClientId, std::string(kLinkingScope)});
  world.switches.set({"redirectUri", "unchecked"});
  const http::Response enabled = amazon.link(std::string(pair.access_token.reveal()));
  EXPECT_EQ(enabled.status, 400);
  EXPECT_TRUE(note_of(enabled).contains("AUTH_CODE"));
  EXPECT_TRUE(amazon.provider.requests.empty());
}

TEST_F(ImplicitGrant, section_7_1_a_smart_home_skill_needs_a_code) {
  Skill skill = *amazon.emulator.world().directory.find_skill(kSkillId);
  skill.smart_home.endpoint = "https://skill.example.org/home";
  amazon.emulator.world().directory.put(std::move(skill));
  EXPECT_EQ(start().status, 400);
}

}  // namespace
}  // namespace couplet::emulator::test
