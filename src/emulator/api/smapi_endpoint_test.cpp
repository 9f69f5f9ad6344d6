// SPDX-License-Identifier: Apache-2.0
#include "emulator/api/smapi_endpoint.hpp"

#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

EmulatorSettings settings_with_developers() {
  EmulatorSettings settings = example_settings();
  for (Skill& skill : settings.skills) skill.vendor_id = "M1EXAMPLEVENDOR";
  settings.developers = {{DeveloperToken("Atza|developer"), "M1EXAMPLEVENDOR"},
                         {DeveloperToken("Atza|stranger"), "M2OTHERVENDOR"}};
  return settings;
}

class SmapiTest : public ::testing::Test {
 protected:
  http::Response call(const std::string& method, const std::string& body = "", http::Headers headers = {},
                      const std::string& stage = "development") {
    headers.emplace_back("Authorization", "Bearer " + token);
    return amazon.send({.method = method,
                        .url = std::string("https://api.amazonalexa.com/v1/skills/") + kSkillId + "/stages/" +
                               stage + "/accountLinkingClient",
                        .headers = headers,
                        .body = body});
  }
  static json::object request() {
    return *parse_json_object(R"({"type":"AUTH_CODE","authorizationUrl":"https://auth.example.org/authorize",
        "accessTokenUrl":"https://auth.example.org/new-token","accessTokenScheme":"REQUEST_BODY_CREDENTIALS",
        "clientId":"alexa","clientSecret":"n3w","scopes":["profile"],"domains":["cdn.example.org"],
        "defaultTokenExpirationInSeconds":7200,"redirectUrls":["https://link.example.org/cb"],
        "authorizationUrlsByPlatform":[{"platformType":"iOS","platformAuthorizationUrl":"https://app.example.org/a"}],
        "reciprocalAccessTokenUrl":"https://auth.example.org/back","skipOnEnablement":true,
        "voiceForwardAccountLinking":"ENABLED"})");
  }
  static std::string body_with(const char* member, json::value value) {
    json::object changed = request();
    changed[member] = std::move(value);
    return json::serialize(json::object{{"accountLinkingRequest", std::move(changed)}});
  }
  static std::string good_body() { return body_with("type", "AUTH_CODE"); }
  static std::string body_without(const char* member) {
    json::object changed = request();
    changed.erase(member);
    return json::serialize(json::object{{"accountLinkingRequest", std::move(changed)}});
  }

  AmazonUnderTest amazon{settings_with_developers()};
  std::string token = "Atza|developer";
};

TEST_F(SmapiTest, section_7_1_what_is_put_is_got_without_the_secret) {
  EXPECT_EQ(call("PUT", good_body()).status, 204);
  const http::Response answer = call("GET");
  EXPECT_EQ(answer.status, 200);
  json::object expected = request();
  expected.erase("clientSecret");
  EXPECT_EQ(*find_object(body_of(answer), "accountLinkingResponse"), expected);
  EXPECT_EQ(answer.body.find("n3w"), std::string::npos);
}

TEST_F(SmapiTest, the_body_is_bare_where_the_switch_says_so) {
  amazon.emulator.world().switches.set({"smapi_body", "bare"});
  EXPECT_EQ(text_of(body_of(call("GET")), "type"), "AUTH_CODE");
}

TEST_F(SmapiTest, section_7_1_enablement_uses_what_was_put) {
  amazon.provider.answer = [](const http::OutgoingRequest&) { return json_answer(200, good_tokens()); };
  call("PUT", good_body());
  EXPECT_EQ(amazon.link(amazon.amazon_token()).status, 201);
  EXPECT_EQ(amazon.provider.requests.back().url, "https://auth.example.org/new-token");
  EXPECT_NE(amazon.provider.requests.back().body.find("client_secret=n3w"), std::string::npos);
  EXPECT_EQ(call("DELETE").status, 204);
  EXPECT_EQ(amazon.link(amazon.amazon_token()).status, 400);
}

TEST_F(SmapiTest, section_7_1_etag_and_if_match) {
  const std::string first = header_of(call("GET"), "ETag");
  const http::Response put = call("PUT", good_body(), {{"If-Match", first}});
  EXPECT_EQ(put.status, 204);
  EXPECT_NE(header_of(put, "ETag"), first);
  EXPECT_EQ(header_of(call("GET"), "ETag"), header_of(put, "ETag"));
  const http::Response stale = call("PUT", good_body(), {{"If-Match", first}});
  EXPECT_EQ(stale.status, 412);
  EXPECT_NE(text_of(body_of(stale), "code"), "");
  const http::Response other_secret = call("PUT", body_with("clientSecret", "another"));
  EXPECT_NE(header_of(other_secret, "ETag"), header_of(put, "ETag"));
  EXPECT_EQ(call("PUT", good_body(), {{"If-Match", "*"}}).status, 204);
}

TEST_F(SmapiTest, section_7_1_removed_is_404_until_it_is_written_again) {
  EXPECT_EQ(call("DELETE").status, 204);
  EXPECT_EQ(call("GET").status, 404);
  EXPECT_EQ(call("DELETE").status, 404);
  EXPECT_EQ(call("PUT", good_body(), {{"If-Match", "*"}}).status, 412);
  EXPECT_EQ(call("PUT", good_body()).status, 204);
  EXPECT_EQ(call("GET").status, 200);
}

TEST_F(SmapiTest, section_7_1_limits_and_rules_are_violations) {
  json::array sixteen;
  for (int i = 0; i < 16; ++i) sixteen.emplace_back("s" + std::to_string(i));
  const std::string bad[] = {body_with("scopes", sixteen),
                             body_with("domains", sixteen),
                             body_with("type", "PASSWORD"),
                             body_with("accessTokenUrl", "http://auth.example.org/token"),
                             body_with("authorizationUrl", "ftp://x"),
                             body_with("redirectUrls", json::array{"no url"}),
                             body_with("reciprocalAccessTokenUrl", "http://elsewhere.example"),
                             body_with("defaultTokenExpirationInSeconds", 300),
                             body_with("defaultTokenExpirationInSeconds", "3600"),
                             body_with("authorizationUrlsByPlatform", json::array{json::object{}}),
                             body_with("voiceForwardAccountLinking", true),
                             body_with("colour", "red"),
                             body_with("type", "IMPLICIT"),
                             body_without("accessTokenUrl"),
                             body_without("accessTokenScheme"),
                             body_without("clientId"),
                             "{}",
                             "nonsense"};
  const std::string before = header_of(call("GET"), "ETag");
  for (const std::string& body : bad) {
    const http::Response answer = call("PUT", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_FALSE(find_array(body_of(answer), "violations")->empty()) << body;
  }
  EXPECT_EQ(header_of(call("GET"), "ETag"), before);
  EXPECT_EQ(call("PUT", body_without("clientSecret")).status, 204) << "the secret that was there stays";
}

TEST_F(SmapiTest, section_7_1_who_may_call) {
  token = "Atza|unknown";
  const http::Response unknown = call("GET");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(header_of(unknown, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(text_of(body_of(unknown), "code"), "UNAUTHORIZED");
  token = "Atza|stranger";
  const http::Response foreign = call("GET");
  EXPECT_EQ(foreign.status, 403);
  EXPECT_TRUE(find_array(body_of(foreign), "violations"));
  token = "Atza|developer";
  EXPECT_EQ(call("GET", "", {}, "live").status, 404) << "the skill is in development only";
  EXPECT_EQ(call("GET", "", {}, "certified").status, 404);
}

TEST_F(SmapiTest, an_implicit_skill_cannot_be_linked_from_the_app) {
  json::object implicit{{"type", "IMPLICIT"},
                        {"authorizationUrl", "https://auth.example.org/authorize"},
                        {"clientId", "alexa"}};
  const std::string body = json::serialize(json::object{{"accountLinkingRequest", implicit}});
  EXPECT_EQ(call("PUT", body).status, 204);
  EXPECT_EQ(text_of(*find_object(body_of(call("GET")), "accountLinkingResponse"), "type"), "IMPLICIT");
  EXPECT_EQ(amazon.link(amazon.amazon_token()).status, 400);
}

}  // namespace
}  // namespace couplet::emulator::test
