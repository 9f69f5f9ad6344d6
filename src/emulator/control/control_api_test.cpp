// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kApi = "http://127.0.0.1:8090/_emulator/api";

class Control : public ::testing::Test {
 protected:
  http::Response put(const std::string& path, const std::string& body) {
    return amazon.send({.method = "PUT",
                        .url = kApi + path,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = body});
  }
  http::Response remove(const std::string& path) {
    return amazon.send({.method = "DELETE", .url = kApi + path, .headers = {}, .body = ""});
  }
  AmazonUnderTest amazon;
};

TEST_F(Control, shows_skills_without_their_secrets) {
  const http::Response answer = amazon.get(kApi + "/skills");
  EXPECT_EQ(answer.status, 200);
  EXPECT_NE(answer.body.find(kSkillId), std::string::npos);
  EXPECT_EQ(answer.body.find(kAlexaClientSecret), std::string::npos);
  EXPECT_EQ(answer.body.find("s3cret-of-ours"), std::string::npos);
}

TEST_F(Control, a_put_changes_what_it_names_and_keeps_the_rest) {
  const std::string path = "/skills/" + std::string(kSkillId);
  EXPECT_EQ(
      put(path, R"({"account_linking":{"accessTokenScheme":"REQUEST_BODY_CREDENTIALS"},"stages":["live"]})")
          .status,
      200);
  const Skill* skill = amazon.emulator.world().directory.find_skill(kSkillId);
  EXPECT_EQ(skill->account_linking.accessTokenScheme, AccessTokenScheme::REQUEST_BODY_CREDENTIALS);
  EXPECT_EQ(skill->account_linking.clientSecret.reveal(), "s3cret-of-ours");
  EXPECT_TRUE(skill->has_stage(Stage::live));
  EXPECT_FALSE(skill->has_stage(Stage::development));
}

TEST_F(Control, what_get_shows_can_be_put_back) {
  const std::string path = "/skills/" + std::string(kSkillId);
  const std::string shown = amazon.get(kApi + path).body;
  const http::Response again = put(path, shown);
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(again.body, shown);
}

TEST_F(Control, a_bad_skill_is_refused_with_the_reason) {
  const std::string path = "/skills/" + std::string(kSkillId);
  for (const char* body :
       {R"({"stages":["beta"]})", R"({"name":7})", R"({"colour":"red"})", "nonsense",
        R"({"account_linking":{"accessTokenUrl":"ftp://x"}})", R"({"account_linking":{"secret":"x"}})"}) {
    const http::Response answer = put(path, body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_NE(text_of(body_of(answer), "message"), "");
  }
  EXPECT_EQ(put(path, R"({"alexa_client_id":")" + std::string(kOtherClientId) + "\"}").status, 400);
}

TEST_F(Control, an_account_can_be_added_and_changed) {
  EXPECT_EQ(put("/users/fumi", R"({"name":"Fumi","region":"FE","tester":true})").status, 200);
  EXPECT_EQ(amazon.link(amazon.amazon_token("fumi"), "api.fe.amazonalexa.com").status, 201);
  EXPECT_EQ(put("/users/fumi", R"({"region":"Asia"})").status, 400);
  EXPECT_EQ(put("/users/fumi", R"({"tester":false})").status, 200);
  EXPECT_EQ(amazon.emulator.world().directory.find_user("fumi")->region, Region::fe);
}

TEST_F(Control, links_are_shown_with_their_tokens_cut) {
  amazon.link(amazon.amazon_token());
  const http::Response answer = amazon.get(kApi + "/users/anna/links");
  const json::object body = body_of(answer);
  ASSERT_EQ(find_array(body, "links")->size(), 1u);
  const json::object& link = (*find_array(body, "links"))[0].as_object();
  EXPECT_EQ(text_of(link, "account_link"), "LINKED");
  EXPECT_EQ(text_of(link, "access_token"), "prov…");
  EXPECT_EQ(answer.body.find("provider-access"), std::string::npos);
  EXPECT_EQ(amazon.get(kApi + "/users/nobody/links").status, 404);
}

TEST_F(Control, disabling_acts_as_the_user_would_in_the_alexa_app) {
  const std::string token = amazon.amazon_token();
  amazon.link(token);
  EXPECT_EQ(remove("/users/anna/links/" + std::string(kSkillId)).status, 204);
  EXPECT_EQ(amazon.link(token).status, 401);
  EXPECT_EQ(remove("/users/anna/links/" + std::string(kSkillId)).status, 404);
}

TEST_F(Control, the_clock_moves_forward_only) {
  const std::string code = amazon.amazon_code();
  EXPECT_EQ(amazon.post_json(kApi + "/clock/advance", R"({"seconds":300})").status, 200);
  EXPECT_EQ(amazon.token(code_form(code)).status, 400);
  EXPECT_EQ(text_of(body_of(amazon.get(kApi + "/clock")), "now"), "2026-03-01T10:05:00.000Z");
  EXPECT_EQ(amazon.post_json(kApi + "/clock/advance", R"({"seconds":-1})").status, 400);
  EXPECT_EQ(amazon.post_json(kApi + "/clock/advance", R"({"seconds":9223372036854775807})").status, 400);
}

TEST_F(Control, switches_are_set_together_or_not_at_all) {
  EXPECT_EQ(put("/switches", R"({"expires_in":"string","endpoints":"none"})").status, 200);
  const std::string chosen = amazon.get(kApi + "/switches").body;
  EXPECT_NE(chosen.find(R"("expires_in":"string")"), std::string::npos);
  EXPECT_NE(chosen.find(R"("endpoints":"none")"), std::string::npos);
  EXPECT_EQ(put("/switches", R"({"expires_in":"number","endpoints":"all"})").status, 400);
  EXPECT_EQ(amazon.get(kApi + "/switches").body, chosen);
  EXPECT_EQ(put("/switches", chosen).body, chosen) << "what GET answers can be sent back";
}

TEST_F(Control, reset_is_a_fresh_start) {
  const std::string token = amazon.amazon_token();
  amazon.link(token);
  put("/users/fumi", R"({"name":"Fumi"})");
  put("/switches", R"({"endpoints":"none"})");
  amazon.post_json(kApi + "/faults", R"({"action":{"status":500}})");
  amazon.post_json(kApi + "/clock/advance", R"({"seconds":300})");
  EXPECT_EQ(amazon.post_json(kApi + "/reset", "").status, 204);
  World& world = amazon.emulator.world();
  EXPECT_EQ(world.enablements.find("anna", kSkillId), nullptr);
  EXPECT_EQ(world.tokens.access_token(token).condition, TokenCondition::unknown);
  EXPECT_EQ(world.directory.find_user("fumi"), nullptr);
  EXPECT_TRUE(world.switches.has({"endpoints", "region"}));
  EXPECT_TRUE(world.faults.faults().empty());
  EXPECT_TRUE(world.journal.since(0).empty());
  EXPECT_EQ(world.clock.ahead(), milliseconds(0));
}

TEST_F(Control, faults_are_listed_and_cleared) {
  const http::Response added = amazon.post_json(
      kApi + "/faults", R"({"match":{"host":"api.amazon.com"},"count":2,"action":{"delay_ms":10}})");
  const std::string id = std::to_string(find_integer(body_of(added), "id").value_or(0));
  EXPECT_EQ(find_array(body_of(amazon.get(kApi + "/faults")), "faults")->size(), 1u);
  EXPECT_EQ(remove("/faults/" + id).status, 204);
  EXPECT_EQ(remove("/faults/" + id).status, 404);
  amazon.post_json(kApi + "/faults", R"({"action":{"status":500}})");
  EXPECT_EQ(remove("/faults").status, 204);
  EXPECT_TRUE(amazon.emulator.world().faults.faults().empty());
  EXPECT_EQ(amazon.post_json(kApi + "/faults", R"({"action":{"status":1}})").status, 400);
}

TEST_F(Control, pages_of_other_sites_may_not_change_anything) {
  for (const http::Headers& headers :
       {http::Headers{{"Sec-Fetch-Site", "cross-site"}}, http::Headers{{"Sec-Fetch-Site", "same-site"}},
        http::Headers{{"Origin", "https://evil.example"}}, http::Headers{{"Origin", "null"}}}) {
    EXPECT_EQ(amazon.send({.method = "POST", .url = kApi + "/reset", .headers = headers, .body = ""}).status,
              403);
    EXPECT_EQ(
        amazon.send({.method = "POST", .url = kApi + "/voice", .headers = headers, .body = "{}"}).status,
        403);
    EXPECT_EQ(amazon
                  .send({.method = "POST",
                         .url = "http://127.0.0.1:8090/_emulator/disable",
                         .headers = headers,
                         .body = ""})
                  .status,
              403);
    EXPECT_EQ(amazon
                  .send({.method = "POST",
                         .url = "http://127.0.0.1:8090/_emulator/voice",
                         .headers = headers,
                         .body = ""})
                  .status,
              403);
  }
  const http::Headers own{{"Origin", "http://127.0.0.1:8090"}, {"Sec-Fetch-Site", "same-origin"}};
  EXPECT_EQ(amazon.send({.method = "POST", .url = kApi + "/reset", .headers = own, .body = ""}).status, 204);
}

TEST_F(Control, the_index_names_the_calls) {
  EXPECT_NE(amazon.get(kApi).body.find("/_emulator/api/voice"), std::string::npos);
}

}  // namespace
}  // namespace couplet::emulator::test
