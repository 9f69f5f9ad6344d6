// SPDX-License-Identifier: Apache-2.0
#include "emulator/doors/authorization_request.hpp"

#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator {
namespace {

using test::example_settings;

Directory directory() {
  EmulatorSettings settings = example_settings();
  settings.skills[1].linking_consent = false;
  return {std::move(settings.users), std::move(settings.skills)};
}

/// A good query with one parameter replaced (or, with an empty value, left out).
std::string query_with(std::string_view name, std::string_view value, Front front = Front::lwa) {
  std::vector<std::pair<std::string, std::string>> parameters{{"client_id", test::kAlexaClientId},
                                                              {"scope", std::string(kLinkingScope)},
                                                              {"response_type", "code"},
                                                              {"redirect_uri", test::kRedirectUri},
                                                              {"state", "abc-DEF_123"}};
  if (front == Front::alexa_app) {
    parameters.emplace_back("fragment", "skill-account-linking-consent");
    parameters.emplace_back("skill_stage", "development");
  }
  bool known = false;
  FormWriter query;
  for (const auto& [key, good] : parameters) {
    known = known || key == name;
    if (key == name && value.empty()) continue;
    query.add(key, key == name ? value : std::string_view(good));
  }
  if (!known && !name.empty()) query.add(name, value);
  return query.text();
}

struct Row {
  const char* name;
  Front front;
  const char* parameter;
  std::string value;
  const char* error;  // "page", or the redirect's error; empty: accepted
};

class AuthorizationRows : public ::testing::TestWithParam<Row> {};

TEST_P(AuthorizationRows, section_1_4) {
  const Row& row = GetParam();
  const auto checked =
      check_authorization(row.front, query_with(row.parameter, row.value, row.front), directory(), {});
  std::string got;
  if (std::holds_alternative<ErrorPage>(checked)) got = "page";
  if (const auto* error = std::get_if<ErrorRedirect>(&checked)) got = error->error;
  EXPECT_EQ(got, row.error);
}

INSTANTIATE_TEST_SUITE_P(
    Emulator, AuthorizationRows,
    ::testing::Values(
        Row{"good_lwa", Front::lwa, "", "", ""}, Row{"good_app", Front::alexa_app, "", "", ""},
        Row{"client_id_missing", Front::lwa, "client_id", "", "page"},
        Row{"client_id_unknown", Front::lwa, "client_id", "alexa", "page"},
        Row{"client_id_over_100_bytes", Front::lwa, "client_id", std::string(101, 'a'), "page"},
        Row{"redirect_uri_missing", Front::lwa, "redirect_uri", "", "page"},
        Row{"redirect_uri_other", Front::lwa, "redirect_uri", "https://link.example.org/cb/", "page"},
        Row{"redirect_uri_prefix", Front::lwa, "redirect_uri", "https://link.example.org/c", "page"},
        Row{"fragment_missing", Front::alexa_app, "fragment", "", "page"},
        Row{"state_missing", Front::lwa, "state", "", "invalid_request"},
        Row{"state_missing_app", Front::alexa_app, "state", "", "invalid_request"},
        Row{"state_forbidden_slash", Front::lwa, "state", "a/b", "invalid_request"},
        Row{"state_forbidden_equals", Front::lwa, "state", "YWJj=", "invalid_request"},
        Row{"state_with_space", Front::lwa, "state", "a b", "invalid_request"},
        Row{"response_type_missing", Front::lwa, "response_type", "", "invalid_request"},
        Row{"response_type_token", Front::lwa, "response_type", "token", "unsupported_response_type"},
        Row{"scope_missing", Front::lwa, "scope", "", "invalid_request"},
        Row{"scope_unknown", Front::lwa, "scope", "alexa::skills:everything", "invalid_scope"},
        Row{"scope_profile_at_lwa", Front::lwa, "scope", "profile", ""},
        Row{"scope_profile_at_app", Front::alexa_app, "scope", "profile", "invalid_scope"},
        Row{"stage_missing_app", Front::alexa_app, "skill_stage", "", "invalid_request"},
        Row{"stage_unknown_app", Front::alexa_app, "skill_stage", "beta", "invalid_request"},
        Row{"stage_harmless_at_lwa", Front::lwa, "skill_stage", "development", ""},
        Row{"client_without_consent", Front::lwa, "client_id", test::kOtherClientId, "unauthorized_client"},
        Row{"challenge_too_short", Front::lwa, "code_challenge", "short", "invalid_request"},
        Row{"method_without_challenge", Front::lwa, "code_challenge_method", "S256", "invalid_request"},
        Row{"unknown_parameter", Front::lwa, "ui_locales", "de-DE", ""}),
    [](const auto& info) { return std::string(info.param.name); });

AuthorizationRequest accepted(const std::string& more) {
  const auto checked = check_authorization(Front::lwa, test::lwa_query(more), directory(), {});
  return std::get<AuthorizationRequest>(checked);
}

TEST(EmulatorAuthorization, a_challenge_without_a_method_is_plain) {
  EXPECT_EQ(accepted("code_challenge=" + std::string(test::kChallenge)).challenge->method,
            ChallengeMethod::plain);
}

TEST(EmulatorAuthorization, S256_is_taken_over) {
  const auto request = accepted("code_challenge_method=S256&code_challenge=" + std::string(test::kChallenge));
  EXPECT_EQ(request.challenge->method, ChallengeMethod::S256);
  EXPECT_EQ(request.challenge->value, test::kChallenge);
}

TEST(EmulatorAuthorization, an_unknown_challenge_method_is_invalid_request) {
  const std::string query =
      test::lwa_query("code_challenge_method=S512&code_challenge=" + std::string(test::kChallenge));
  const auto checked = check_authorization(Front::lwa, query, directory(), {});
  ASSERT_TRUE(std::holds_alternative<ErrorRedirect>(checked));
  EXPECT_EQ(std::get<ErrorRedirect>(checked).error, "invalid_request");
}

TEST(EmulatorAuthorization, a_repeated_parameter_is_a_page_and_no_redirect) {
  const auto checked = check_authorization(Front::lwa, test::lwa_query("state=second"), directory(), {});
  EXPECT_TRUE(std::holds_alternative<ErrorPage>(checked));
}

TEST(EmulatorAuthorization, the_redirect_keeps_the_query_of_the_redirect_uri) {
  AuthorizationRequest request = accepted("");
  request.redirect_uri = "https://link.example.org/other?a=b";
  EXPECT_EQ(redirect_with_code(request, AmazonCode("AN1"), {}),
            "https://link.example.org/"
            "other?a=b&code=AN1&state=opaque-state_1&scope=alexa%3A%3Askills%3Aaccount_linking");
}

TEST(EmulatorAuthorization, the_error_table_has_the_seven_rows_of_the_guide) {
  for (const char* error :
       {"invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type",
        "invalid_scope", "server_error", "temporarily_unavailable"})
    EXPECT_TRUE(find_authorization_error(error)) << error;
  EXPECT_EQ(kAuthorizationErrors.size(), 7u);
  EXPECT_FALSE(find_authorization_error("login_required"));
}

}  // namespace
}  // namespace couplet::emulator
