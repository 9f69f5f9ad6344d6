// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/gate.hpp"

#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

class GateTest : public ::testing::Test {
 protected:
  http::Response fault(const std::string& body) {
    return amazon.post_json("http://127.0.0.1:8090/_emulator/api/faults", body);
  }
  AmazonUnderTest amazon;
};

TEST_F(GateTest, a_status_fault_answers_instead_of_the_effect) {
  const std::string code = amazon.amazon_code();
  EXPECT_EQ(
      fault(
          R"({"match":{"host":"api.amazon.com","path":"/auth/o2/token"},"action":{"status":503,"body":{"message":"busy"}}})")
          .status,
      201);
  const http::Response response = amazon.token(code_form(code));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(text_of(body_of(response), "message"), "busy");
  EXPECT_EQ(amazon.token(code_form(code)).status, 200);  // the code was not touched, the fault is used up
}

TEST_F(GateTest, reset_before_leaves_everything_as_it_was) {
  const std::string code = amazon.amazon_code();
  fault(R"({"match":{"path":"/auth/o2/token"},"action":{"reset":"before"}})");
  EXPECT_EQ(amazon.token(code_form(code)).status, http::kNoAnswer);
  EXPECT_EQ(amazon.token(code_form(code)).status, 200);
}

TEST_F(GateTest, reset_after_has_the_effect_and_loses_the_answer) {
  const std::string token = amazon.amazon_token();
  fault(R"({"match":{"method":"POST","path":"/v1/users"},"action":{"reset":"after"}})");
  EXPECT_EQ(amazon.link(token).status, http::kNoAnswer);
  EXPECT_TRUE(amazon.emulator.world().enablements.find("anna", kSkillId));
}

TEST_F(GateTest, a_delay_comes_before_the_effect) {
  fault(R"({"match":{"path":"/ap/oa"},"action":{"delay_ms":1}})");
  EXPECT_EQ(amazon.get("http://127.0.0.1:8090/ap/oa?" + lwa_query()).status, 200);
  EXPECT_TRUE(amazon.emulator.world().faults.faults().empty());
}

TEST_F(GateTest, a_fault_of_outgoing_calls_loses_the_providers_answer) {
  fault(R"({"match":{"direction":"out","path":"/token"},"action":{"reset":"after"}})");
  const std::string token = amazon.amazon_token();
  EXPECT_EQ(amazon.link(token).status, 500);
  EXPECT_EQ(amazon.provider.requests.size(), 1u);  // it was called all the same
  EXPECT_EQ(amazon.link(token).status, 201);
}

TEST_F(GateTest, a_malformed_answer_comes_after_the_effect) {
  const std::string code = amazon.amazon_code();
  fault(R"({"match":{"path":"/auth/o2/token"},"action":{"malformed":"truncated"}})");
  const http::Response broken = amazon.token(code_form(code));
  EXPECT_EQ(broken.status, 200);
  EXPECT_FALSE(parse_json(broken.body));
  EXPECT_EQ(amazon.token(code_form(code)).status, 400) << "the code is spent";
}

TEST_F(GateTest, a_fault_may_be_meant_for_one_account_or_one_skill) {
  const std::string anna = amazon.amazon_token();
  const std::string tom = amazon.amazon_token("tom");
  fault(R"({"match":{"user":"tom","skill_id":")" + std::string(kSkillId) +
        R"("},"count":"forever","action":{"status":503}})");
  EXPECT_EQ(amazon.link(anna).status, 201);
  EXPECT_EQ(amazon.link(tom, "api.amazonalexa.com").status, 503);
  EXPECT_EQ(amazon.link(tom, "api.amazonalexa.com").status, 503);
}

TEST_F(GateTest, a_fault_may_be_meant_for_the_account_of_a_code) {
  const std::string annas = amazon.amazon_code();
  const std::string toms = amazon.amazon_code("tom");
  fault(R"({"match":{"user":"tom"},"count":2,"action":{"reset":"after"}})");
  EXPECT_EQ(amazon.token(code_form(annas)).status, 200);
  EXPECT_EQ(amazon.token(code_form(toms)).status, http::kNoAnswer);
  EXPECT_EQ(amazon.token(code_form(toms)).status, http::kNoAnswer) << "spent, and still tom's";
}

TEST_F(GateTest, a_fault_of_outgoing_calls_may_be_meant_for_one_account) {
  amazon.link(amazon.amazon_token());
  amazon.link(amazon.amazon_token("tom"), "api.amazonalexa.com");
  fault(
      R"({"match":{"direction":"out","user":"tom"},"action":{"status":400,"body":{"error":"invalid_grant"}}})");
  amazon.post_json("http://127.0.0.1:8090/_emulator/api/refresh",
                   R"({"users":["anna","tom"],"skill_id":")" + std::string(kSkillId) + "\"}");
  World& world = amazon.emulator.world();
  EXPECT_TRUE(world.enablements.find("anna", kSkillId)->tokens);
  EXPECT_FALSE(world.enablements.find("tom", kSkillId)->tokens);
}

TEST_F(GateTest, an_answer_that_drips_too_slowly_or_is_too_large_is_no_answer_for_alexa) {
  EmulatorSettings settings = example_settings();
  settings.provider_deadline = milliseconds(20);
  AmazonUnderTest impatient(settings);
  const auto order = [&](const std::string& action) {
    impatient.post_json("http://127.0.0.1:8090/_emulator/api/faults",
                        R"({"match":{"direction":"out"},"action":{)" + action + "}}");
    return impatient.link(impatient.amazon_token()).status;
  };
  EXPECT_EQ(order(R"("drip":1)"), 500);
  EXPECT_EQ(order(R"("delay_ms":60000)"), 500);
  EXPECT_EQ(order(R"("huge_bytes":1000000)"), 500);
  EXPECT_EQ(order(R"("redirect":"https://auth.example.org/other")"), 400);
  EXPECT_EQ(order(R"("malformed":"wrong_types")"), 400);
  EXPECT_EQ(order(R"("drip":1000000)"), 201);
}

TEST_F(GateTest, faults_do_not_lock_the_control_interface_out) {
  fault(R"({"count":5,"action":{"status":500}})");
  EXPECT_EQ(amazon.get("http://127.0.0.1:8090/_emulator/api/faults").status, 200);
}

TEST_F(GateTest, the_journal_has_each_call_in_order_with_secrets_cut) {
  const std::string token = amazon.amazon_token();
  amazon.link(token);
  const http::Response answer = amazon.get("http://127.0.0.1:8090/_emulator/api/journal?since=0");
  const json::object journal = body_of(answer);
  const json::array& entries = *find_array(journal, "entries");
  ASSERT_EQ(entries.size(), 5u);  // page, Allow, token, enablement, and the token call inside it
  EXPECT_EQ(text_of(entries[3].as_object(), "method"), "POST");
  EXPECT_EQ(find_integer(entries[3].as_object(), "status"), 201);
  EXPECT_EQ(text_of(entries[4].as_object(), "direction"), "out");
  EXPECT_EQ(text_of(entries[4].as_object(), "host"), "auth.example.org");
  EXPECT_EQ(text_of(entries[4].as_object(), "request.code"), "PROV…");
  EXPECT_EQ(text_of(entries[2].as_object(), "request.grant_type"), "authorization_code");
  EXPECT_EQ(answer.body.find(token), std::string::npos);
  EXPECT_EQ(answer.body.find(kAlexaClientSecret), std::string::npos);
  EXPECT_EQ(answer.body.find("provider-access"), std::string::npos);
  EXPECT_EQ(answer.body.find("PROVIDER-CODE"), std::string::npos);
  EXPECT_EQ(answer.body.find("opaque-state_1"), std::string::npos);
}

TEST_F(GateTest, since_leaves_out_what_was_seen) {
  amazon.amazon_token();
  const std::int64_t last =
      *find_integer(body_of(amazon.get("http://127.0.0.1:8090/_emulator/api/journal")), "last_seq");
  amazon.get("https://api.amazon.com/nothing");
  const json::object journal =
      body_of(amazon.get("http://127.0.0.1:8090/_emulator/api/journal?since=" + std::to_string(last)));
  ASSERT_EQ(find_array(journal, "entries")->size(), 1u);
  EXPECT_EQ(find_integer((*find_array(journal, "entries"))[0].as_object(), "status"), 404);
}

}  // namespace
}  // namespace couplet::emulator::test
