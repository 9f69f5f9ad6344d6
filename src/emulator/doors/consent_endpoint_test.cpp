// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

constexpr const char* kLwa = "http://127.0.0.1:8090/ap/oa";
constexpr const char* kApp = "http://127.0.0.1:8090/spa/skill-account-linking-consent";
constexpr const char* kAppMore = "fragment=skill-account-linking-consent&skill_stage=development";

class Consent : public ::testing::Test {
 protected:
  FormWriter form_of(const http::Response& page) {
    const std::size_t start = page.body.find("name=\"form_token\" value=\"");
    EXPECT_NE(start, std::string::npos) << page.status;
    FormWriter form;
    form.add("form_token", page.body.substr(start + 25, 32));
    return form;
  }
  FormWriter shown(const std::string& more = "") {
    return form_of(amazon.get(std::string(kLwa) + "?" + lwa_query(more)));
  }
  /// LWA's page in a browser where somebody has signed in before.
  http::Response shown_to(const std::string& user) {
    return amazon.send({.method = "GET",
                        .url = std::string(kLwa) + "?" + lwa_query(),
                        .headers = {{"Cookie", "emulator_account=" + user}},
                        .body = ""});
  }
  static bool has(const http::Response& page, const std::string& text) {
    return page.body.find(text) != std::string::npos;
  }
  AmazonUnderTest amazon;
};

TEST_F(Consent, the_page_has_buttons_named_Allow_and_Cancel) {
  const http::Response page = amazon.get(std::string(kApp) + "?" + lwa_query(kAppMore));
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find(">Allow</button>"), std::string::npos);
  EXPECT_NE(page.body.find(">Cancel</button>"), std::string::npos);
  EXPECT_NE(page.body.find("emulator"), std::string::npos);
}

TEST_F(Consent, the_page_allows_no_script_and_no_frame) {
  const std::string csp =
      header_of(amazon.get(std::string(kLwa) + "?" + lwa_query()), "Content-Security-Policy");
  EXPECT_NE(csp.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(csp.find("frame-ancestors 'none'"), std::string::npos);
}

TEST_F(Consent, Allow_redirects_with_code_state_and_scope) {
  const http::Response answer = amazon.post_form(kLwa, shown().add("user", "anna").add("decision", "allow"));
  EXPECT_EQ(answer.status, 302);
  EXPECT_TRUE(header_of(answer, "Location").starts_with(std::string(kRedirectUri) + "?"));
  const FormParameters query = location_query(answer);
  EXPECT_EQ(query.get("code").value_or("").size(), 20u);
  EXPECT_EQ(query.get("state"), "opaque-state_1");
  EXPECT_EQ(query.get("scope"), kLinkingScope);
}

TEST_F(Consent, the_last_account_is_remembered) {
  const http::Response answer = amazon.post_form(kLwa, shown().add("user", "tom").add("decision", "allow"));
  const std::string cookie = header_of(answer, "Set-Cookie");
  EXPECT_TRUE(cookie.starts_with("emulator_account=tom;")) << cookie;
  EXPECT_TRUE(has(shown_to("tom"), R"(name="user" value="tom")"));
  const http::Response app = amazon.send({.method = "GET",
                                          .url = std::string(kApp) + "?" + lwa_query(kAppMore),
                                          .headers = {{"Cookie", "emulator_account=tom"}},
                                          .body = ""});
  EXPECT_TRUE(has(app, "<option value=\"tom\" selected>"));
}

TEST_F(Consent, login_with_amazon_asks_who_it_is_and_then_for_consent) {
  const http::Response sign_in = amazon.get(std::string(kLwa) + "?" + lwa_query());
  EXPECT_TRUE(has(sign_in, "<h1>Sign in</h1>"));
  EXPECT_FALSE(has(sign_in, "value=\"allow\""));
  const http::Response consent =
      amazon.post_form(kLwa, form_of(sign_in).add("user", "tom").add("decision", "sign_in"));
  EXPECT_EQ(consent.status, 200);
  EXPECT_TRUE(header_of(consent, "Set-Cookie").starts_with("emulator_account=tom;"));
  EXPECT_TRUE(has(consent, ">Allow</button>"));
  EXPECT_TRUE(has(consent, "Tom Tester"));
  const http::Response answer =
      amazon.post_form(kLwa, form_of(consent).add("user", "tom").add("decision", "allow"));
  EXPECT_TRUE(location_query(answer).get("code"));
}

TEST_F(Consent, another_account_leads_back_to_the_sign_in_page) {
  const http::Response page = amazon.post_form(kLwa, form_of(shown_to("tom")).add("decision", "another"));
  EXPECT_TRUE(has(page, "<h1>Sign in</h1>"));
  EXPECT_EQ(amazon.post_form(kLwa, form_of(page).add("user", "mallory").add("decision", "sign_in")).status,
            400);
}

TEST_F(Consent, section_8_2_an_amazon_account_can_be_made_on_the_page_and_linked) {
  const http::Response consent = amazon.post_form(kLwa, shown()
                                                            .add("decision", "create")
                                                            .add("name", "Ada <b>New</b>")
                                                            .add("region", "FE")
                                                            .add("tester", "yes"));
  EXPECT_TRUE(has(consent, "Ada &lt;b&gt;New"));
  const AmazonUser* user = amazon.emulator.world().directory.find_user("ada-b-new-b");
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->region, Region::fe);
  EXPECT_TRUE(user->tester);
  const http::Response answer =
      amazon.post_form(kLwa, form_of(consent).add("user", user->id).add("decision", "allow"));
  EXPECT_TRUE(location_query(answer).get("code"));
  amazon.post_form(kLwa, shown().add("decision", "create").add("name", "Ada <b>New</b>"));
  EXPECT_NE(amazon.emulator.world().directory.find_user("ada-b-new-b-2"), nullptr);
}

TEST_F(Consent, an_account_without_a_name_is_refused_on_the_page) {
  const std::size_t before = amazon.emulator.world().directory.users().size();
  const http::Response page = amazon.post_form(kLwa, shown().add("decision", "create").add("email", "a@b.c"));
  EXPECT_EQ(page.status, 400);
  EXPECT_TRUE(has(page, "name is empty"));
  EXPECT_TRUE(has(page, "<details class=\"more\" open>"));
  EXPECT_EQ(amazon.emulator.world().directory.users().size(), before);
}

TEST_F(Consent, coming_back_by_the_app_is_a_link_to_tap_and_not_a_redirect) {
  const http::Response page =
      amazon.post_form(kLwa, shown().add("user", "anna").add("decision", "allow").add("return", "app"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(header_of(page, "Location"), "");
  EXPECT_TRUE(has(page, "href=\"https://link.example.org/cb?code=AN"));
  EXPECT_TRUE(has(page, ">Open the app</a>"));
  const http::Response refused =
      amazon.post_form(kLwa, shown().add("user", "anna").add("decision", "cancel").add("return", "app"));
  EXPECT_TRUE(has(refused, "href=\"https://link.example.org/cb?error=access_denied"));
}

TEST_F(Consent, Cancel_redirects_with_access_denied) {
  const FormParameters query =
      location_query(amazon.post_form(kLwa, shown().add("user", "anna").add("decision", "cancel")));
  EXPECT_EQ(query.get("error"), "access_denied");
  EXPECT_EQ(query.get("state"), "opaque-state_1");
  EXPECT_TRUE(query.get("error_description"));
  EXPECT_FALSE(query.get("code"));
}

TEST_F(Consent, every_row_of_the_error_table_can_be_chosen) {
  const http::Response page = shown_to("anna");
  for (const AuthorizationErrorRow& row : kAuthorizationErrors) {
    EXPECT_NE(page.body.find("<option value=\"" + std::string(row.error) + "\""), std::string::npos)
        << row.error;
    const FormWriter form = shown().add("user", "anna").add("decision", "error").add("error", row.error);
    EXPECT_EQ(location_query(amazon.post_form(kLwa, form)).get("error"), row.error);
  }
}

TEST_F(Consent, a_page_can_be_answered_once) {
  const FormWriter form = shown().add("user", "anna").add("decision", "allow");
  EXPECT_EQ(amazon.post_form(kLwa, form).status, 302);
  EXPECT_EQ(amazon.post_form(kLwa, form).status, 403);
}

TEST_F(Consent, a_decision_without_the_pages_token_is_refused) {
  FormWriter form;
  form.add("form_token", std::string(32, 'x')).add("user", "anna").add("decision", "allow");
  EXPECT_EQ(amazon.post_form(kLwa, form).status, 403);
}

TEST_F(Consent, a_token_of_one_door_does_not_open_the_other) {
  EXPECT_EQ(amazon.post_form(kApp, shown().add("user", "anna").add("decision", "allow")).status, 403);
}

TEST_F(Consent, a_page_that_was_left_open_for_long_is_refused) {
  const FormWriter form = shown().add("user", "anna").add("decision", "allow");
  amazon.clock.advance(minutes(30));
  EXPECT_EQ(amazon.post_form(kLwa, form).status, 403);
}

TEST_F(Consent, an_unknown_account_gets_no_code) {
  const http::Response answer =
      amazon.post_form(kLwa, shown().add("user", "mallory").add("decision", "allow"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(header_of(answer, "Location"), "");
}

TEST_F(Consent, a_wrong_redirect_uri_is_a_page_and_never_a_redirect) {
  const http::Response page = amazon.get(std::string(kLwa) + "?client_id=" + kAlexaClientId +
                                         "&redirect_uri=https%3A%2F%2Fevil.example");
  EXPECT_EQ(page.status, 400);
  EXPECT_EQ(header_of(page, "Location"), "");
  EXPECT_EQ(page.body.find("evil.example"), std::string::npos);
}

TEST_F(Consent, a_missing_parameter_redirects_and_the_note_says_which) {
  const http::Response answer = amazon.get(std::string(kLwa) + "?client_id=" + kAlexaClientId +
                                           "&redirect_uri=https%3A%2F%2Flink.example.org%2Fcb&state=s1");
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(location_query(answer).get("error"), "invalid_request");
  EXPECT_EQ(location_query(answer).get("state"), "s1");
  EXPECT_NE(header_of(answer, "X-Emulator-Note").find("response_type"), std::string::npos);
}

TEST_F(Consent, names_of_skills_are_escaped) {
  EmulatorSettings settings = example_settings();
  settings.skills[0].name = "<script>alert(1)</script>";
  AmazonUnderTest hostile(std::move(settings));
  const http::Response page = hostile.get(std::string(kLwa) + "?" + lwa_query());
  EXPECT_EQ(page.body.find("<script>"), std::string::npos);
  EXPECT_NE(page.body.find("&lt;script&gt;"), std::string::npos);
}

}  // namespace
}  // namespace couplet::emulator::test
