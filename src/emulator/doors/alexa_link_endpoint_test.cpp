// SPDX-License-Identifier: Apache-2.0
#include "emulator/doors/alexa_link_endpoint.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kStart = "http://127.0.0.1:8090/_emulator/api/alexa-link";
constexpr const char* kVendor = "M1EXAMPLEVENDOR";

EmulatorSettings settings_with_login_page(bool pkce) {
  EmulatorSettings settings = example_settings();
  for (Skill& skill : settings.skills) {
    skill.vendor_id = kVendor;
    skill.account_linking.authorizationUrl = "https://auth.example.org/authorize?brand=rides";
    skill.account_linking.authorizationUrlsByPlatform = {
        {PlatformType::iOS, "https://app.example.org/alexa-auth"}};
    skill.account_linking.scopes = {"rides", "profile"};
    skill.account_linking.pkce = pkce;
  }
  return settings;
}

class AlexaStarted : public ::testing::Test {
 protected:
  explicit AlexaStarted(bool pkce = true) : amazon(settings_with_login_page(pkce)) {}

  json::object start(const std::string& more = "", const std::string& user = "anna") {
    const std::string body = R"({"user":")" + user + R"(","skill_id":")" + kSkillId + "\"" + more + "}";
    const http::Response started = amazon.post_json(kStart, body);
    EXPECT_EQ(started.status, 201) << started.body;
    return body_of(started);
  }
  static FormParameters query_of(const json::object& started) {
    const std::string url = text_of(started, "url");
    return *FormParameters::parse(std::string_view(url).substr(url.find('?') + 1));
  }
  http::Response answer(
      const std::string& query,
      const std::string& where = "https://layla.amazon.com/api/skill/link/M1EXAMPLEVENDOR") {
    return amazon.get(where + "?" + query);
  }
  static std::string success(const FormParameters& asked, const std::string& more = "") {
    FormWriter query;
    query.add("code", "PROVIDER-CODE").add("state", asked.get("state").value_or(""));
    return query.text() + more;
  }
  bool is_linked(const std::string& user = "anna") {
    const Enablement* enablement = amazon.emulator.world().enablements.find(user, kSkillId);
    return enablement && enablement->tokens;
  }
  AmazonUnderTest amazon;
};

TEST_F(AlexaStarted, section_2_1_the_login_page_gets_the_parameters_in_the_order_that_was_seen) {
  const json::object started = start();
  const FormParameters query = query_of(started);
  EXPECT_TRUE(
      text_of(started, "url").starts_with("https://auth.example.org/authorize?brand=rides&client_id="));
  std::string names;
  for (const auto& [name, value] : query.all()) names += name + " ";
  EXPECT_EQ(names,
            "brand client_id response_type state scope redirect_uri code_challenge code_challenge_method ");
  EXPECT_EQ(query.get("client_id"), "alexa");
  EXPECT_EQ(query.get("scope"), "rides profile");
  EXPECT_EQ(query.get("redirect_uri"), "https://layla.amazon.com/api/skill/link/M1EXAMPLEVENDOR");
  EXPECT_EQ(query.get("code_challenge_method"), "S256");
}

TEST_F(AlexaStarted, section_2_1_the_state_is_long_starts_eyJ_and_has_characters_that_want_encoding) {
  const std::string state(query_of(start()).get("state").value_or(""));
  EXPECT_TRUE(state.starts_with("eyJ"));
  EXPECT_GE(state.size(), 300u);
  EXPECT_NE(state.find('+'), std::string::npos);
  EXPECT_NE(state.find('/'), std::string::npos);
  EXPECT_NE(state, query_of(start()).get("state"));
}

TEST_F(AlexaStarted, section_2_2_each_region_has_its_redirect_url) {
  const auto redirect_of = [&](const char* user) { return text_of(start("", user), "redirect_uri"); };
  EXPECT_EQ(redirect_of("tom"), "https://pitangui.amazon.com/api/skill/link/M1EXAMPLEVENDOR");
  amazon.emulator.world().directory.put(
      AmazonUser{.id = "fumi", .name = "Fumi", .email = "", .region = Region::fe, .owner = true});
  EXPECT_EQ(redirect_of("fumi"), "https://alexa.amazon.co.jp/api/skill/link/M1EXAMPLEVENDOR");
}

TEST_F(AlexaStarted, section_3_1_a_platform_opens_its_own_url_and_else_the_login_page) {
  EXPECT_TRUE(
      text_of(start(R"(,"platform":"iOS")"), "url").starts_with("https://app.example.org/alexa-auth?"));
  EXPECT_TRUE(
      text_of(start(R"(,"platform":"Android")"), "url").starts_with("https://auth.example.org/authorize?"));
}

TEST_F(AlexaStarted, section_3_3_the_answer_links_and_the_verifier_fits_the_challenge) {
  const FormParameters asked = query_of(start());
  const http::Response page = answer(success(asked, "&source=app"));
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("Ride Hailer is linked"), std::string::npos);
  EXPECT_NE(header_of(page, "X-Emulator-Note").find("source=app"), std::string::npos);
  ASSERT_EQ(amazon.provider.requests.size(), 1u);
  const auto form = FormParameters::parse(amazon.provider.requests[0].body);
  EXPECT_EQ(form->get("code"), "PROVIDER-CODE");
  EXPECT_EQ(form->get("redirect_uri"), asked.get("redirect_uri"));
  const std::string verifier(form->get("code_verifier").value_or(""));
  EXPECT_EQ(to_base64url(sha256(verifier)), asked.get("code_challenge"));
  EXPECT_TRUE(is_linked());
}

TEST_F(AlexaStarted, the_answer_is_taken_at_the_browser_port_too) {
  const json::object started = start(R"(,"return_to":"browser")");
  EXPECT_EQ(text_of(started, "redirect_uri"), "http://127.0.0.1:8090/api/skill/link/M1EXAMPLEVENDOR");
  EXPECT_EQ(answer(success(query_of(started)), text_of(started, "redirect_uri")).status, 200);
  EXPECT_TRUE(is_linked());
}

TEST_F(AlexaStarted, section_2_1_an_error_answer_shows_the_generic_text_and_links_nobody) {
  FormWriter query;
  query.add("error", "access_denied").add("error_description", "<b>no</b>");
  query.add("state", query_of(start()).get("state").value_or(""));
  const http::Response page = answer(query.text());
  EXPECT_NE(page.body.find("We were unable to link Ride Hailer"), std::string::npos);
  EXPECT_NE(page.body.find("RFC 6749, section 4.1.2.1"), std::string::npos);
  EXPECT_EQ(page.body.find("<b>"), std::string::npos);
  EXPECT_TRUE(amazon.provider.requests.empty());
  EXPECT_FALSE(is_linked());
}

TEST_F(AlexaStarted, a_state_is_good_once_and_for_half_an_hour) {
  const FormParameters asked = query_of(start());
  EXPECT_EQ(answer(success(asked)).status, 200);
  EXPECT_EQ(answer(success(asked)).status, 400);
  const FormParameters late = query_of(start());
  amazon.clock.advance(minutes(30));
  EXPECT_EQ(answer(success(late)).status, 400);
  EXPECT_EQ(answer("code=C&state=forged").status, 400);
  EXPECT_EQ(answer("code=C").status, 400);
  EXPECT_EQ(amazon.provider.requests.size(), 1u);
}

TEST_F(AlexaStarted, another_vendors_path_a_missing_code_and_a_repeated_parameter_are_refused) {
  const std::string other = "https://layla.amazon.com/api/skill/link/M2OTHER";
  EXPECT_EQ(answer(success(query_of(start())), other).status, 400);
  EXPECT_EQ(answer(success(query_of(start()), "&code=second")).status, 400);
  FormWriter only_state;
  EXPECT_EQ(answer(only_state.add("state", query_of(start()).get("state").value_or("")).text()).status, 400);
  EXPECT_TRUE(amazon.provider.requests.empty());
}

TEST_F(AlexaStarted, a_token_url_that_refuses_leaves_the_user_unlinked_with_the_cause_in_the_note) {
  amazon.provider.answer = [](const auto&) { return json_answer(400, R"({"error":"invalid_grant"})"); };
  const http::Response page = answer(success(query_of(start())));
  EXPECT_NE(page.body.find("We were unable to link"), std::string::npos);
  EXPECT_NE(header_of(page, "X-Emulator-Note").find("invalid_grant"), std::string::npos);
  EXPECT_FALSE(is_linked());
}

TEST_F(AlexaStarted, who_may_not_enable_the_stage_cannot_start) {
  const auto status = [&](const std::string& body) { return amazon.post_json(kStart, body).status; };
  const std::string skill = std::string(R"("skill_id":")") + kSkillId + "\"";
  EXPECT_EQ(status(R"({"user":"eve",)" + skill + "}"), 400);
  EXPECT_EQ(status(R"({"user":"nobody",)" + skill + "}"), 400);
  EXPECT_EQ(status(R"({"user":"anna","skill_id":"x"})"), 400);
  EXPECT_EQ(status(R"({"user":"anna",)" + skill + R"(,"platform":"Windows"})"), 400);
  EXPECT_EQ(status(R"({"user":"anna",)" + skill + R"(,"stage":"live"})"), 400);
  EXPECT_EQ(status(R"({"user":"anna",)" + skill + R"(,"return_to":"home"})"), 400);
}

class AlexaStartedWithoutPkce : public AlexaStarted {
 protected:
  AlexaStartedWithoutPkce() : AlexaStarted(false) {}
};

TEST_F(AlexaStartedWithoutPkce, neither_challenge_nor_verifier_is_sent) {
  const FormParameters asked = query_of(start());
  EXPECT_FALSE(asked.get("code_challenge"));
  EXPECT_EQ(answer(success(asked)).status, 200);
  EXPECT_FALSE(FormParameters::parse(amazon.provider.requests.at(0).body)->get("code_verifier"));
  EXPECT_TRUE(is_linked());
}

}  // namespace
}  // namespace couplet::emulator::test
