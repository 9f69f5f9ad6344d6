// SPDX-License-Identifier: Apache-2.0
#include "alexa/signed_request.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace couplet::alexa {
namespace {

using Values = std::vector<std::string_view>;

constexpr const char* kUrl = "https://s3.amazonaws.com/echo.api/echo-api-cert.pem";
constexpr const char* kSignature = "c2lnbmF0dXJl";
const Instant kNow = from_unix_seconds(1'800'000'000);

RequestRefusal refusal(const Values& urls, const Values& signatures) {
  const auto read = read_request_signature(urls, signatures);
  EXPECT_FALSE(read);
  return read ? RequestRefusal::unexpected_type : read.error();
}

TEST(AX_01, both_headers_once_with_a_value) {
  const auto read = read_request_signature(Values{kUrl}, Values{kSignature});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->certificate_url, kUrl);
  EXPECT_EQ(as_text(read->signature), "signature");
}

TEST(AX_01, a_missing_empty_or_repeated_header_is_refused) {
  EXPECT_EQ(refusal({}, {kSignature}), RequestRefusal::headers);
  EXPECT_EQ(refusal({kUrl}, {}), RequestRefusal::headers);
  EXPECT_EQ(refusal({""}, {kSignature}), RequestRefusal::headers);
  EXPECT_EQ(refusal({kUrl}, {""}), RequestRefusal::headers);
  EXPECT_EQ(refusal({kUrl, kUrl}, {kSignature}), RequestRefusal::headers);
  EXPECT_EQ(refusal({kUrl}, {kSignature, kSignature}), RequestRefusal::headers);
}

TEST(AX_02, a_signature_that_is_no_base64_is_refused) {
  for (const std::string_view text : {"c2lnbmF0dXJl\n", "c2ln bmF0dXJl", "_-_-", "c2lnb", "*"})
    EXPECT_EQ(refusal({kUrl}, {text}), RequestRefusal::headers) << text;
  const std::string huge = to_base64(Bytes(1025));
  EXPECT_EQ(refusal({kUrl}, {huge}), RequestRefusal::headers);
}

TEST(AX_05, a_url_that_is_not_amazons_is_refused) {
  EXPECT_EQ(refusal({"https://evil.example/echo.api/cert.pem"}, {kSignature}),
            RequestRefusal::certificate_url);
}

TEST(AX_13, ordinary_requests_are_at_most_150_s_old) {
  EXPECT_TRUE(is_timely(std::nullopt, kNow - seconds{149}, kNow));
  EXPECT_TRUE(is_timely(std::nullopt, kNow - seconds{150}, kNow));
  EXPECT_FALSE(is_timely(std::nullopt, kNow - seconds{151}, kNow));
}

TEST(AX_13, each_of_the_five_events_may_be_an_hour_old) {
  for (const auto& [event, text] : kSkillEventTypes) {
    EXPECT_TRUE(is_timely(event, kNow - seconds{3590}, kNow)) << text;
    EXPECT_TRUE(is_timely(event, kNow - seconds{3600}, kNow)) << text;
    EXPECT_FALSE(is_timely(event, kNow - seconds{3601}, kNow)) << text;
  }
}

TEST(AX_14, nothing_comes_from_the_future) {
  for (const auto event : {std::optional<SkillEventType>(), std::optional(SkillEventType::SkillDisabled)}) {
    EXPECT_TRUE(is_timely(event, kNow + seconds{149}, kNow));
    EXPECT_FALSE(is_timely(event, kNow + seconds{151}, kNow));
    EXPECT_FALSE(is_timely(event, from_iso8601("9999-12-31T23:59:59Z").value(), kNow));
  }
}

}  // namespace
}  // namespace couplet::alexa
