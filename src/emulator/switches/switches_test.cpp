// SPDX-License-Identifier: Apache-2.0
// The table itself, and what each reading changes, seen from outside.
#include "emulator/switches/switches.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/encoding.hpp"
#include "emulator/alexa/accept_grant.hpp"
#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kEnablement = std::string("/v1/users/~current/skills/") + kSkillId + "/enablement";
constexpr const char* kLwa = "http://127.0.0.1:8090/ap/oa";

TEST(SwitchTable, names_are_unique_and_every_row_has_a_choice_and_a_source) {
  std::set<std::string_view> names;
  for (const SwitchRow& row : kSwitchRows) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.values[0].empty() || row.values[1].empty()) << row.name;
    EXPECT_FALSE(row.decides.empty() || row.source.empty()) << row.name;
    EXPECT_EQ(Switches{}.value_of(row), row.values[0]) << row.name;
  }
}

TEST(SwitchTable, an_unknown_name_or_value_is_refused_with_what_there_is) {
  Switches switches;
  EXPECT_NE(switches.set("expires", "number").error().find("expires_in"), std::string::npos);
  EXPECT_EQ(switches.set("expires_in", "both").error(), "expires_in takes number, string");
  EXPECT_FALSE(switches.set("expires_in", ""));
}

TEST(SwitchTable, the_control_interface_shows_values_standing_and_source) {
  AmazonUnderTest amazon;
  const json::object body = body_of(amazon.get("http://127.0.0.1/_emulator/api/switches/table"));
  const json::array& rows = *find_array(body, "switches");
  ASSERT_EQ(rows.size(), kSwitchRows.size());
  for (const json::value& row : rows) {
    const auto& shown = row.as_object();
    EXPECT_EQ(shown.at("value"), shown.at("values").as_array().at(0));
    EXPECT_FALSE(text_of(shown, "standing").empty() || text_of(shown, "source").empty());
  }
}

class Switched : public ::testing::Test {
 protected:
  void set(SwitchValue value) { amazon.emulator.world().switches.set(value); }
  FormParameters redirected(const std::string& more) {
    const http::Response answer = amazon.get(std::string(kLwa) + "?" + lwa_query(more));
    return answer.status == 302 ? location_query(answer) : *FormParameters::parse("");
  }
  std::string challenged_code() {
    return amazon.amazon_code("anna", "code_challenge_method=S256&code_challenge=" + std::string(kChallenge));
  }
  http::Response call(const std::string& method, const std::string& token,
                      const std::string& host = "api.eu.amazonalexa.com") {
    return amazon.send({.method = method,
                        .url = "https://" + host + kEnablement,
                        .headers = {{"Authorization", "Bearer " + token}},
                        .body = ""});
  }
  void disable_in_the_app() {
    amazon.send({.method = "DELETE",
                 .url = "http://127.0.0.1/_emulator/api/users/anna/links/" + std::string(kSkillId),
                 .headers = {},
                 .body = ""});
  }
  FormWriter refresh_form(const std::string& refresh_token) {
    FormWriter form;
    form.add("grant_type", "refresh_token").add("refresh_token", refresh_token);
    form.add("client_id", kAlexaClientId).add("client_secret", kAlexaClientSecret);
    return form;
  }
  AmazonUnderTest amazon;
};

TEST_F(Switched, state_characters) {
  const auto state = [](const std::string& value) {
    return "redirect_uri=" + percent_encode(kRedirectUri) + "&client_id=" + kAlexaClientId +
           "&response_type=code&scope=" + percent_encode(kLinkingScope) + "&state=" + percent_encode(value);
  };
  const auto refused = [&](const std::string& value) {
    return amazon.get(std::string(kLwa) + "?" + state(value)).status == 302;
  };
  EXPECT_FALSE(refused("a.b"));
  EXPECT_TRUE(refused("a=b"));
  set({"state_characters", "base64url"});
  EXPECT_TRUE(refused("a.b"));
  EXPECT_FALSE(refused("a-_b"));
  set({"state_characters", "any"});
  EXPECT_FALSE(refused("a=b"));
}

TEST_F(Switched, lwa_skill_stage) {
  EXPECT_FALSE(redirected("skill_stage=development").get("error"));
  set({"lwa_skill_stage", "refused"});
  EXPECT_EQ(redirected("skill_stage=development").get("error"), "invalid_request");
}

TEST_F(Switched, success_scope) {
  set({"success_scope", "absent"});
  FormWriter form;
  const http::Response page = amazon.get(std::string(kLwa) + "?" + lwa_query());
  const std::size_t at = page.body.find("name=\"form_token\" value=\"");
  form.add("form_token", page.body.substr(at + 25, 32)).add("user", "anna").add("decision", "allow");
  const FormParameters query = location_query(amazon.post_form(kLwa, form));
  EXPECT_TRUE(query.get("code"));
  EXPECT_FALSE(query.get("scope"));
}

TEST_F(Switched, invalid_client_status) {
  set({"invalid_client_status", "400"});
  FormWriter form;
  form.add("grant_type", "refresh_token").add("refresh_token", "x").add("client_id", "y");
  const http::Response response = amazon.token(form.add("client_secret", "z"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(text_of(body_of(response), "error"), "invalid_client");
}

TEST_F(Switched, error_members) {
  set({"error_members", "with_request_id"});
  const json::object body = body_of(amazon.token(code_form("AN")));
  EXPECT_GE(text_of(body, "error_index").size(), 150u);
  EXPECT_TRUE(body.contains("request_id"));
  EXPECT_EQ(text_of(body, "error"), "invalid_grant");
}

TEST_F(Switched, wrong_content_type_error) {
  set({"wrong_content_type_error", "invalid_client"});
  const http::Response response = amazon.post_json("https://api.amazon.com/auth/o2/token", "{}");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(text_of(body_of(response), "error"), "invalid_client");
}

TEST_F(Switched, code_verifier_in_query) {
  set({"code_verifier_in_query", "refused"});
  const std::string url = std::string("https://api.amazon.com/auth/o2/token?code_verifier=") + kVerifier;
  EXPECT_EQ(amazon.post_form(url, code_form(challenged_code())).status, 400);
  EXPECT_EQ(amazon.token(code_form(challenged_code()).add("code_verifier", kVerifier)).status, 200);
}

TEST_F(Switched, missing_verifier_error) {
  set({"missing_verifier_error", "invalid_request"});
  const json::object body = body_of(amazon.token(code_form(challenged_code())));
  EXPECT_EQ(text_of(body, "error"), "invalid_request");
  EXPECT_TRUE(text_of(body, "error_description").ends_with("code_verifier"));
}

TEST_F(Switched, failed_exchange) {
  set({"failed_exchange", "keeps_code"});
  const std::string code = challenged_code();
  EXPECT_EQ(amazon.token(code_form(code).add("code_verifier", std::string(43, 'a'))).status, 400);
  EXPECT_EQ(amazon.token(code_form(code).add("code_verifier", kVerifier)).status, 200);
  EXPECT_EQ(amazon.token(code_form(code).add("code_verifier", kVerifier)).status, 400) << "once used, spent";
}

TEST_F(Switched, token_scope) {
  set({"token_scope", "present"});
  EXPECT_EQ(text_of(body_of(amazon.token(code_form(amazon.amazon_code()))), "scope"), kLinkingScope);
}

TEST_F(Switched, amazon_code_length_and_token_length) {
  EXPECT_EQ(amazon.amazon_code().size(), 20u);
  set({"amazon_code_length", "18"});
  EXPECT_EQ(amazon.amazon_code().size(), 18u);
  set({"amazon_code_length", "128"});
  EXPECT_EQ(amazon.amazon_code().size(), 128u);
  set({"token_length", "longest"});
  const json::object pair = body_of(amazon.token(code_form(amazon.amazon_code())));
  EXPECT_EQ(text_of(pair, "access_token").size(), 2048u);
  EXPECT_EQ(text_of(pair, "refresh_token").size(), 2048u);
  EXPECT_EQ(amazon.link(text_of(pair, "access_token")).status, 201);
}

TEST_F(Switched, lwa_refresh_token) {
  set({"lwa_refresh_token", "same"});
  const std::string token = text_of(body_of(amazon.token(code_form(amazon.amazon_code()))), "refresh_token");
  EXPECT_EQ(text_of(body_of(amazon.token(refresh_form(token))), "refresh_token"), token);
}

TEST_F(Switched, bad_token_status_and_insufficient_scope_status) {
  set({"bad_token_status", "401"});
  set({"insufficient_scope_status", "403"});
  EXPECT_EQ(amazon.get("https://api.amazon.com/auth/o2/tokeninfo?access_token=x").status, 401);
  const std::string profile =
      "https://api.amazon.com/user/profile?access_token=" + percent_encode(amazon.amazon_token());
  EXPECT_EQ(amazon.get(profile).status, 403);
}

TEST_F(Switched, lwa_regional_hosts) {
  const std::string url = "https://api.amazon.co.uk/auth/o2/token";
  EXPECT_EQ(amazon.post_form(url, code_form(amazon.amazon_code())).status, 200);
  set({"lwa_regional_hosts", "closed"});
  EXPECT_EQ(amazon.post_form(url, code_form(amazon.amazon_code())).status, 421);
  EXPECT_EQ(amazon.token(code_form(amazon.amazon_code())).status, 200);
}

TEST_F(Switched, endpoint_form_and_far_east_host) {
  set({"endpoints", "several"});
  set({"endpoint_form", "url"});
  set({"far_east_host", "api.fe.amazon.com"});
  const http::Response found = amazon.send({.method = "GET",
                                            .url = "https://api.amazonalexa.com/v1/alexaApiEndpoint",
                                            .headers = {{"Authorization", "Bearer " + amazon.amazon_token()}},
                                            .body = ""});
  EXPECT_EQ(
      found.body,
      R"({"endpoints":["https://api.amazonalexa.com","https://api.eu.amazonalexa.com","https://api.fe.amazon.com"]})");
  amazon.emulator.world().directory.put(
      AmazonUser{.id = "anna", .name = "Anna", .email = "", .region = Region::fe, .owner = true});
  EXPECT_EQ(amazon.link(amazon.amazon_token(), "api.fe.amazonalexa.com").status, 404);
  EXPECT_EQ(amazon.link(amazon.amazon_token(), "api.fe.amazon.com").status, 201);
}

TEST_F(Switched, wrong_region) {
  const std::string token = amazon.amazon_token();
  EXPECT_EQ(amazon.link(token, "api.amazonalexa.com").status, 403);
  set({"wrong_region", "404"});
  EXPECT_EQ(amazon.link(token, "api.amazonalexa.com").status, 404);
  set({"wrong_region", "served"});
  EXPECT_EQ(amazon.link(token, "api.amazonalexa.com").status, 201);
}

TEST_F(Switched, expired_token_status) {
  const std::string token = amazon.amazon_token();
  amazon.clock.advance(seconds(3600));
  EXPECT_EQ(call("GET", token).status, 403);
  set({"expired_token_status", "401"});
  EXPECT_EQ(call("GET", token).status, 401);
}

TEST_F(Switched, accountLinkingRequest) {
  const std::string body =
      R"({"stage":"development","accountLinkingRequest":{"redirectUri":"https://link.example.org/cb","authCode":"C","Type":"AUTH_CODE"}})";
  const std::string token = amazon.amazon_token();
  EXPECT_EQ(amazon.enable(token, body).status, 400);
  set({"accountLinkingRequest", "accepted"});
  EXPECT_EQ(amazon.enable(token, body).status, 201);
}

TEST_F(Switched, redirectUri_and_redirect_uri_at_token_url) {
  const std::string body = enablement_body("development", "https://elsewhere.example/cb");
  const std::string token = amazon.amazon_token();
  EXPECT_EQ(amazon.enable(token, body).status, 400);
  set({"redirectUri", "unchecked"});
  set({"redirect_uri_at_token_url", "absent"});
  EXPECT_EQ(amazon.enable(token, body).status, 201);
  EXPECT_FALSE(FormParameters::parse(amazon.provider.requests.at(0).body)->get("redirect_uri"));
}

TEST_F(Switched, client_id_beside_basic) {
  const std::string token = amazon.amazon_token();
  amazon.link(token);
  EXPECT_EQ(FormParameters::parse(amazon.provider.requests.at(0).body)->get("client_id"), "alexa");
  set({"client_id_beside_basic", "absent"});
  amazon.link(token);
  EXPECT_FALSE(FormParameters::parse(amazon.provider.requests.at(1).body)->get("client_id"));
}

TEST_F(Switched, shortest_token_life_and_refresh_token_of_exchange) {
  amazon.provider.answer = [](const auto&) {
    return json_answer(200, R"({"access_token":"a","token_type":"Bearer","expires_in":60})");
  };
  const std::string token = amazon.amazon_token();
  EXPECT_EQ(amazon.link(token).status, 400);
  set({"shortest_token_life", "ignored"});
  EXPECT_EQ(amazon.link(token).status, 400);
  set({"refresh_token_of_exchange", "optional"});
  EXPECT_EQ(amazon.link(token).status, 201);
}

TEST_F(Switched, failed_exchange_status) {
  const std::string token = amazon.amazon_token();
  amazon.provider.answer = [](const auto&) { return json_answer(400, R"({"error":"invalid_grant"})"); };
  EXPECT_EQ(amazon.link(token).status, 400);
  set({"failed_exchange_status", "500"});
  EXPECT_EQ(amazon.link(token).status, 500);
  amazon.provider.answer = [](const auto&) { return no_answer(http::TransportError::Kind::timeout); };
  set({"failed_exchange_status", "400"});
  EXPECT_EQ(amazon.link(token).status, 400);
  set({"failed_exchange_status", "by_cause"});
  EXPECT_EQ(amazon.link(token).status, 500);
}

TEST_F(Switched, second_stage) {
  Skill both = *amazon.emulator.world().directory.find_skill(kSkillId);
  both.stages = {Stage::development, Stage::live};
  amazon.emulator.world().directory.put(std::move(both));
  const std::string token = amazon.amazon_token();
  EXPECT_EQ(amazon.enable(token, enablement_body("development")).status, 201);
  EXPECT_EQ(text_of(body_of(amazon.enable(token, enablement_body("live"))), "skill.stage"), "live");
  set({"second_stage", "409"});
  EXPECT_EQ(amazon.enable(token, enablement_body("development")).status, 409);
  EXPECT_EQ(amazon.enable(token, enablement_body("live")).status, 201);
}

TEST_F(Switched, get_not_enabled_and_delete_not_enabled) {
  const std::string token = amazon.amazon_token();
  EXPECT_EQ(call("GET", token).status, 404);
  EXPECT_EQ(call("DELETE", token).status, 404);
  set({"get_not_enabled", "200"});
  set({"delete_not_enabled", "204"});
  EXPECT_EQ(text_of(body_of(call("GET", token)), "accountLink.status"), "NOT_LINKED");
  EXPECT_EQ(call("DELETE", token).status, 204);
}

TEST_F(Switched, enablement_user_id) {
  const std::string token = amazon.amazon_token();
  const auto alexa_user_id = [&] {
    return amazon.emulator.world().enablements.find("anna", kSkillId)->alexa_user_id;
  };
  EXPECT_EQ(text_of(body_of(amazon.link(token)), "user.id"), alexa_user_id());
  set({"enablement_user_id", "another"});
  const std::string another = text_of(body_of(amazon.link(token)), "user.id");
  EXPECT_NE(another, alexa_user_id());
  EXPECT_EQ(text_of(body_of(call("GET", token)), "user.id"), another);
}

TEST_F(Switched, grant_token_deletes) {
  amazon.link(amazon.amazon_token());
  const AmazonTokenPair pair =
      amazon.emulator.world().tokens.issue_pair({"anna", kAlexaClientId, std::string(kGrantScope)});
  const std::string token(pair.access_token.reveal());
  set({"grant_token_deletes", "refused"});
  EXPECT_EQ(call("GET", token).status, 200);
  EXPECT_EQ(call("DELETE", token).status, 403);
  set({"grant_token_deletes", "accepted"});
  EXPECT_EQ(call("DELETE", token).status, 204);
}

TEST_F(Switched, disable_revokes) {
  const json::object pair = body_of(amazon.token(code_form(amazon.amazon_code())));
  const std::string token = text_of(pair, "access_token");
  set({"disable_revokes", "refresh_token"});
  amazon.link(token);
  EXPECT_EQ(call("DELETE", token).status, 204);
  EXPECT_EQ(call("GET", token).status, 404) << "the access token lives on";
  EXPECT_EQ(amazon.token(refresh_form(text_of(pair, "refresh_token"))).status, 400);
  set({"disable_revokes", "both"});
  amazon.link(token);
  EXPECT_EQ(call("DELETE", token).status, 204);
  EXPECT_EQ(call("GET", token).status, 401);
}

TEST_F(Switched, user_information) {
  const auto linked_id = [&] { return text_of(body_of(amazon.link(amazon.amazon_token())), "user.id"); };
  const std::string first = linked_id();
  disable_in_the_app();
  const std::string second = linked_id();
  EXPECT_NE(second, first);
  set({"user_information", "PERSISTED"});
  disable_in_the_app();
  EXPECT_EQ(linked_id(), second);
}

}  // namespace
}  // namespace couplet::emulator::test
