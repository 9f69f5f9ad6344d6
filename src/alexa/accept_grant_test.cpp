// SPDX-License-Identifier: Apache-2.0
#include "alexa/accept_grant.hpp"

#include <gtest/gtest.h>

namespace couplet::alexa {
namespace {

Skill skill() {
  Skill skill;
  skill.alexa_client_id = "linking";
  skill.messaging_client_id = "messages";
  skill.messaging_client_secret = AlexaClientSecret(std::string("s&cret"));
  return skill;
}

TEST(accept_grant, the_code_is_exchanged_with_the_pair_for_messages) {
  EXPECT_EQ(accept_grant_body(skill(), AmazonCode(std::string("ANCode"))),
            "grant_type=authorization_code&code=ANCode&client_id=messages&client_secret=s%26cret");
  EXPECT_EQ(with_messaging_pair(skill()).alexa_client_id, "messages");
}

TEST(accept_grant, the_reply_is_what_alexa_expects) {
  EXPECT_EQ(json::serialize(accept_grant_response("m-1", "")),
            R"({"event":{"header":{"namespace":"Alexa.Authorization","name":"AcceptGrant.Response",)"
            R"("messageId":"m-1","payloadVersion":"3"},"payload":{}}})");
  const auto error = accept_grant_error("m-2", "c-1", "why");
  EXPECT_EQ(find_string(error, "event.header.name"), "ErrorResponse");
  EXPECT_EQ(find_string(error, "event.header.correlationToken"), "c-1");
  EXPECT_EQ(find_string(error, "event.payload.type"), "ACCEPT_GRANT_FAILED");
  EXPECT_EQ(find_string(error, "event.payload.message"), "why");
}

TEST(SE_03, tokens_for_messages_open_in_their_own_row_only) {
  std::vector<KeyRing::Key> ring;
  ring.push_back({1, MasterKey(std::string(32, 'k'))});
  const KeyRing keys(ring);
  SeededRandom random(1);
  const AmazonTokens tokens{AmazonAccessToken(std::string("Atza|a")),
                            AmazonRefreshToken(std::string("Atzr|r")), from_unix_seconds(1'800'000'000)};
  const SkillName name("ride-hailer");
  const UserId alice("alice"), bob("bob");
  const Bytes box = seal_messaging_tokens(tokens, name, alice, keys, random);
  EXPECT_EQ(open_messaging_tokens(box, name, alice, keys)->refresh_token.reveal(), "Atzr|r");
  EXPECT_FALSE(open_messaging_tokens(box, name, bob, keys));
  EXPECT_FALSE(open_tokens(box, name, alice, keys));
}

}  // namespace
}  // namespace couplet::alexa
