// SPDX-License-Identifier: Apache-2.0
#include "alexa/hop_table.hpp"

#include <gtest/gtest.h>

#include <set>

namespace couplet::alexa {
namespace {

HopExplanation explain(const char* name, const char* cause) {
  Hop hop;
  hop.name = name;
  hop.cause = cause;
  return explain_hop(hop);
}

TEST(HopTable, SG_07_every_call_has_a_direction_and_no_name_is_there_twice) {
  std::set<std::string_view> names;
  for (const HopRow& row : hop_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.from.empty() || row.to.empty() || row.act.empty()) << row.name;
  }
  EXPECT_EQ(find_hop("a.call.of.tomorrow").from, "Couplet");
}

TEST(HopTable, SG_07_a_call_that_went_well_needs_no_explanation) {
  EXPECT_TRUE(explain("lwa.token", "").meaning.empty());
  EXPECT_TRUE(explain("token_endpoint", "").advice.empty());
}

TEST(HopTable, SG_07_calls_to_amazon_are_explained_by_the_error_table) {
  EXPECT_EQ(explain("lwa.token", "invalid_client").meaning,
            find_link_error(LinkStep::token, "invalid_client").cause);
  EXPECT_EQ(explain("alexa.enable", "forbidden").advice,
            find_link_error(LinkStep::enablement, "forbidden").advice);
  EXPECT_EQ(explain("external.code", "external_timeout").meaning,
            find_link_error(LinkStep::enablement, "external_timeout").cause);
  EXPECT_EQ(explain("amazon.consent", "server_error").meaning,
            find_link_error(LinkStep::authorization, "server_error").cause);
}

TEST(HopTable, SG_07_alexas_call_is_explained_by_the_detail_or_else_by_the_error) {
  EXPECT_EQ(explain("token_endpoint", "invalid_client: client_secret_differs").meaning,
            "Alexa sent a client secret that is not the client's");
  EXPECT_EQ(explain("token_endpoint", "invalid_client: basic_not_base64").meaning,
            "Alexa did not prove to be the client");
  EXPECT_EQ(explain("token_endpoint", "a_code_of_tomorrow: detail").meaning,
            "our token endpoint refused Alexa");
  EXPECT_EQ(explain("token_endpoint", "invalid_grant").meaning, "the code was not good any more");
  for (const TokenRefusalRow& row : token_refusal_rows()) EXPECT_FALSE(row.advice.empty()) << row.cause;
}

std::string_view behind(std::initializer_list<std::pair<const char*, const char*>> calls) {
  std::vector<Hop> hops;
  for (const auto& [name, cause] : calls) {
    hops.emplace_back().name = name;
    hops.back().cause = cause;
  }
  return explain_behind(hops).meaning;
}

TEST(HopTable, SG_07_behind_a_failed_enablement_is_alexas_call_or_that_there_was_none) {
  constexpr std::string_view kNoCall = "Alexa did not call our token endpoint";
  EXPECT_EQ(behind({{"alexa.enable", "bad_request"}, {"token_endpoint", "invalid_grant: code_expired"}}),
            "the code was redeemed too late");
  EXPECT_EQ(behind({{"lwa.token", ""}, {"alexa.enable", "bad_request"}}), kNoCall);
  EXPECT_EQ(behind({{"alexa.enable", ""}}), kNoCall);
  EXPECT_EQ(behind({{"alexa.enable", "server_error"}, {"token_endpoint", ""}}), "");
  EXPECT_EQ(behind({{"external.code", ""}, {"alexa.enable", "bad_request"}}), "");
  EXPECT_EQ(behind({{"lwa.token", "timeout"}}), "");
}

}  // namespace
}  // namespace couplet::alexa
