// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/authorization_response_endpoint.hpp"

#include <gtest/gtest.h>

#include "server/oauth/testing/authorization_world.hpp"

namespace couplet::server {
namespace {

using testing::Leads;

struct AuthorizationResponses : ::testing::Test, testing::AuthorizationWorld {};

TEST_F(AuthorizationResponses, AZ_10_the_whole_url_or_its_query_leads_back_by_the_app) {
  for (const std::string& sent :
       {"https://app.example.org/alexa-auth?" + query(), query(),
        "https://app.example.org/alexa-auth?" + query() + "#x", query("&next=a?b")}) {
    const auto answer = respond(sent, "accept");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Leads back = leads(answer);
    EXPECT_EQ(back.to, testing::kAlexaRedirect);
    EXPECT_EQ(back.text("state"), "eyJh+/=");
    EXPECT_EQ(back.text("source"), "app");
    const auto record = stored(back);
    EXPECT_EQ(record.user.text(), "user-alice");
    EXPECT_EQ(record.code_challenge, testing::kPkceChallenge);
    EXPECT_EQ(record.origin, GrantOrigin::alexa);
  }
}

TEST_F(AuthorizationResponses, AZ_15_a_refusal_says_access_denied) {
  const Leads back = leads(respond(query(), "deny"));
  EXPECT_EQ(back.text("error"), "access_denied");
  EXPECT_EQ(back.text("state"), "eyJh+/=");
  EXPECT_EQ(back.text("source"), "app");
}

TEST_F(AuthorizationResponses, AZ_08_a_bad_request_is_answered_to_alexa_whatever_the_decision) {
  for (const char* decision : {"accept", "deny"}) {
    const Leads back = leads(respond(query("&scope=admin"), decision));
    EXPECT_EQ(back.to, testing::kAlexaRedirect);
    EXPECT_EQ(back.text("error"), "invalid_scope");
    EXPECT_EQ(back.text("code"), "");
  }
}

TEST_F(AuthorizationResponses, RU_04_what_may_not_be_redirected_is_a_problem) {
  const std::string evil = "client_id=alexa&response_type=code&redirect_uri=https%3A%2F%2Fevil.example%2Fcb";
  for (const std::string& sent :
       {evil, query("&state=twice"), std::string("https://app.example.org/"), std::string()}) {
    const auto answer = respond(sent, "accept");
    EXPECT_EQ(answer.status, 400) << sent;
    EXPECT_EQ(code_of(answer), "invalid_authorization_request") << sent;
    EXPECT_FALSE(answer.body.contains("evil"));
  }
}

TEST_F(AuthorizationResponses, CA_17_a_request_of_another_skills_client_is_forbidden) {
  for (const std::string& sent : {query("", "second"), query("&scope=admin", "second")}) {
    const auto answer = respond(sent, "accept");
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(code_of(answer), "forbidden_client");
  }
}

TEST_F(AuthorizationResponses, AZ_13_there_must_be_a_decision_and_a_right_to_it) {
  EXPECT_EQ(code_of(respond(query(), "maybe")), "invalid_request");
  EXPECT_EQ(code_of(respond(query(), "accept", "second-skill")), "forbidden_skill");
  EXPECT_EQ(code_of(respond(query(), "accept", "nothing")), "unknown_skill");
  api_key = "cpk_nobody";
  EXPECT_EQ(respond(query(), "accept").status, 401);
}

struct ResponsesForOneOfTwo : ::testing::Test, testing::AuthorizationWorld {
  ResponsesForOneOfTwo() : AuthorizationWorld(testing::shared_client_config()) {}

  static std::string at(std::string_view redirect_uri, std::string_view more = "") {
    return query(more, "alexa", redirect_uri);
  }
};

TEST_F(ResponsesForOneOfTwo, CA_17_the_other_skills_redirect_uri_is_forbidden_whatever_is_asked) {
  for (const char* more : {"", "&scope=rides", "&scope=second%3Aadmin", "&scope=nothing"})
    for (const char* decision : {"accept", "deny"}) {
      const auto answer = respond(at(testing::kSecondRedirect, more), decision);
      EXPECT_EQ(answer.status, 403) << more;
      EXPECT_EQ(code_of(answer), "forbidden_client") << more;
    }
}

TEST_F(ResponsesForOneOfTwo, AZ_08_the_other_skills_scope_goes_back_as_invalid) {
  for (const char* more : {"&scope=second%3Aadmin", "&scope=rides%20second%3Aadmin"}) {
    const Leads back = leads(respond(at(testing::kAlexaRedirect, more), "accept"));
    EXPECT_EQ(back.text("error"), "invalid_scope");
    EXPECT_EQ(back.text("code"), "");
  }
}

TEST_F(ResponsesForOneOfTwo, AZ_08_without_a_scope_the_code_has_the_skills_own) {
  for (const std::string& redirect_uri :
       {std::string(testing::kAlexaRedirect), config.skills[0].redirect_uris[1]}) {
    const auto record = stored(leads(respond(at(redirect_uri), "accept")));
    EXPECT_EQ(record.skill.text(), "ride-hailer");
    EXPECT_EQ(record.scope, "profile rides");
  }
}

}  // namespace
}  // namespace couplet::server
