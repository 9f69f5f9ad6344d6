// SPDX-License-Identifier: Apache-2.0
#include "emulator/alexa/provider_token_answer.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "base/form.hpp"
#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator {
namespace {

using Kind = ProviderFailure::Kind;
using test::json_answer;

const Instant kNow{std::chrono::hours(24)};

AccountLinking linking() { return test::example_settings().skills[0].account_linking; }

std::string header(const http::OutgoingRequest& request, std::string_view name) {
  for (const auto& [known, value] : request.headers)
    if (known == name) return value;
  return "";
}

TEST(ProviderTokenCall, section_2_3_basic_sends_the_pair_in_the_header_and_the_id_in_the_body) {
  const auto call = code_exchange_request(linking(), {ProviderCode("C1"), "https://link.example.org/cb", ""},
                                          kProviderDeadline, Switches{});
  EXPECT_EQ(header(call, "Authorization"), "Basic " + to_base64(as_byte_view("alexa:s3cret-of-ours")));
  EXPECT_EQ(call.body,
            "grant_type=authorization_code&code=C1&redirect_uri=https%3A%2F%2Flink.example.org%2Fcb&client_"
            "id=alexa");
  EXPECT_EQ(header(call, "Content-Type"), "application/x-www-form-urlencoded;charset=UTF-8");
  EXPECT_TRUE(header(call, "User-Agent").starts_with("Apache-HttpClient/"));
}

TEST(ProviderTokenCall, section_2_3_body_credentials_send_no_header) {
  AccountLinking in_body = linking();
  in_body.accessTokenScheme = AccessTokenScheme::REQUEST_BODY_CREDENTIALS;
  const auto call =
      code_exchange_request(in_body, {ProviderCode("C1"), "https://x", ""}, kProviderDeadline, Switches{});
  EXPECT_EQ(header(call, "Authorization"), "");
  EXPECT_TRUE(call.body.ends_with("&client_id=alexa&client_secret=s3cret-of-ours"));
}

TEST(ProviderTokenCall, section_2_4_refresh) {
  const auto call = refresh_request(linking(), ProviderRefreshToken("R1"), kProviderDeadline, Switches{});
  EXPECT_EQ(call.body, "grant_type=refresh_token&refresh_token=R1&client_id=alexa");
}

TEST(ProviderTokenCall, section_2_3_the_deadline_is_four_and_a_half_seconds) {
  EXPECT_EQ(kProviderDeadline, milliseconds(4500));
}

TEST(ProviderTokenAnswer, a_good_answer_is_taken) {
  const auto tokens =
      read_token_answer(json_answer(200, test::good_tokens()), linking(), kNow, nullptr, Switches{});
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->access_token.reveal(), "provider-access");
  EXPECT_EQ(tokens->refresh_token.reveal(), "provider-refresh");
  EXPECT_EQ(tokens->expires_at, kNow + seconds(3600));
}

TEST(ProviderTokenAnswer, section_2_3_without_expires_in_the_configured_default_counts) {
  AccountLinking own = linking();
  own.defaultTokenExpirationInSeconds = seconds(700);
  const auto tokens = read_token_answer(json_answer(200, R"({"access_token":"a","refresh_token":"r"})"), own,
                                        kNow, nullptr, Switches{});
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->expires_at, kNow + seconds(700));
}

struct Row {
  const char* name;
  int status;
  const char* content_type;
  const char* body;
  Kind kind;
};

class UnusableAnswers : public ::testing::TestWithParam<Row> {};

TEST_P(UnusableAnswers, section_2_3) {
  const Row& row = GetParam();
  const http::IncomingResponse response{
      row.status, {{"content-type", row.content_type}}, row.body, milliseconds{1}};
  const auto tokens = read_token_answer(response, linking(), kNow, nullptr, Switches{});
  ASSERT_FALSE(tokens);
  EXPECT_EQ(tokens.error().kind, row.kind) << tokens.error().why;
}

constexpr const char* kJson = "application/json";

INSTANTIATE_TEST_SUITE_P(
    Emulator, UnusableAnswers,
    ::testing::Values(
        Row{"html", 200, "text/html", "<p>hello", Kind::unusable},
        Row{"json_called_text", 200, "text/plain", R"({"access_token":"a","refresh_token":"r"})",
            Kind::unusable},
        Row{"broken_json", 200, kJson, R"({"access_token":)", Kind::unusable},
        Row{"no_access_token", 200, kJson, R"({"refresh_token":"r","expires_in":3600})", Kind::unusable},
        Row{"no_refresh_token", 200, kJson, R"({"access_token":"a","expires_in":3600})", Kind::unusable},
        Row{"empty_refresh_token", 200, kJson, R"({"access_token":"a","refresh_token":""})", Kind::unusable},
        Row{"life_under_360", 200, kJson, R"({"access_token":"a","refresh_token":"r","expires_in":359})",
            Kind::unusable},
        Row{"expires_in_text", 200, kJson, R"({"access_token":"a","refresh_token":"r","expires_in":"3600"})",
            Kind::unusable},
        Row{"mac_token", 200, kJson, R"({"access_token":"a","refresh_token":"r","token_type":"mac"})",
            Kind::unusable},
        Row{"redirect", 302, kJson, "{}", Kind::unusable},
        Row{"refused", 400, kJson, R"({"error":"invalid_grant"})", Kind::refused},
        Row{"refused_client", 401, kJson, R"({"error":"invalid_client"})", Kind::refused},
        Row{"error_without_code", 400, kJson, "{}", Kind::unusable},
        Row{"server_error", 500, kJson, "{}", Kind::unreachable}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(ProviderTokenAnswer, a_life_of_exactly_360_seconds_is_enough) {
  EXPECT_TRUE(
      read_token_answer(json_answer(200, R"({"access_token":"a","refresh_token":"r","expires_in":360})"),
                        linking(), kNow, nullptr, Switches{}));
}

TEST(ProviderTokenAnswer, a_huge_expires_in_does_not_overflow) {
  const auto tokens = read_token_answer(
      json_answer(200, R"({"access_token":"a","refresh_token":"r","expires_in":9223372036854775807})"),
      linking(), kNow, nullptr, Switches{});
  ASSERT_TRUE(tokens);
  EXPECT_GT(tokens->expires_at, kNow);
}

TEST(ProviderTokenAnswer, section_2_4_a_refresh_without_a_refresh_token_keeps_the_old_one) {
  const ProviderRefreshToken kept("R1");
  const auto tokens = read_token_answer(json_answer(200, R"({"access_token":"a","expires_in":3600})"),
                                        linking(), kNow, &kept, Switches{});
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->refresh_token.reveal(), "R1");
}

TEST(ProviderTokenAnswer, no_answer_is_unreachable) {
  const auto tokens = read_token_answer(test::no_answer(http::TransportError::Kind::connect), linking(), kNow,
                                        nullptr, Switches{});
  ASSERT_FALSE(tokens);
  EXPECT_EQ(tokens.error().kind, Kind::unreachable);
}

}  // namespace
}  // namespace couplet::emulator
