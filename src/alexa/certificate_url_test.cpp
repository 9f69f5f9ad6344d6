// SPDX-License-Identifier: Apache-2.0
#include "alexa/certificate_url.hpp"

#include <gtest/gtest.h>

namespace couplet::alexa {
namespace {

constexpr const char* kGood = "https://s3.amazonaws.com/echo.api/echo-api-cert.pem";

struct Row {
  std::string name;
  std::string url;
  std::string normalised{};  // empty: refused
};
class CertificateUrl : public ::testing::TestWithParam<Row> {};

TEST_P(CertificateUrl, is_normalised_or_refused) {
  const Row& row = GetParam();
  EXPECT_EQ(normalize_certificate_url(row.url).value_or(""), row.normalised) << row.url;
}

INSTANTIATE_TEST_SUITE_P(
    AX_04, CertificateUrl,
    ::testing::Values(
        Row{"AX_04_as_amazon_sends_it", kGood, kGood},
        Row{"AX_04_port_443", "https://s3.amazonaws.com:443/echo.api/echo-api-cert.pem", kGood},
        Row{"AX_04_scheme_and_host_in_other_case", "HTTPS://S3.AmazonAWS.com/echo.api/echo-api-cert.pem",
            kGood},
        Row{"AX_04_escape_of_a_letter", "https://s3.amazonaws.com/echo%2eapi/%65cho-api-cert.pem", kGood},
        Row{"AX_04_escaped_percent_stays_one", "https://s3.amazonaws.com/echo.api/%252e%252e/cert.pem",
            "https://s3.amazonaws.com/echo.api/%252e%252e/cert.pem"},
        Row{"AX_04_plus_stays_one", "https://s3.amazonaws.com/echo.api/a+b.pem",
            "https://s3.amazonaws.com/echo.api/a%2Bb.pem"},
        Row{"AX_04_escaped_question_mark_stays_path", "https://s3.amazonaws.com/echo.api/a%3fb",
            "https://s3.amazonaws.com/echo.api/a%3Fb"},
        Row{"AX_04_folder_inside", "https://s3.amazonaws.com/echo.api/2026/cert.pem",
            "https://s3.amazonaws.com/echo.api/2026/cert.pem"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    AX_06, CertificateUrl,
    ::testing::Values(Row{"AX_06_dot_segments_inside",
                          "https://s3.amazonaws.com/echo.api/../echo.api/echo-api-cert.pem", kGood},
                      Row{"AX_06_escaped_dot_segments_inside",
                          "https://s3.amazonaws.com/echo.api/%2E%2e/echo.api/echo-api-cert.pem", kGood},
                      Row{"AX_06_single_dots", "https://s3.amazonaws.com/./echo.api/./echo-api-cert.pem",
                          kGood},
                      Row{"AX_06_more_dots_than_folders",
                          "https://s3.amazonaws.com/../../echo.api/echo-api-cert.pem", kGood}),
    [](const auto& row) { return row.param.name; });

const Row kRefused[] = {
    {"AX_05_empty", ""},
    {"AX_05_http", "http://s3.amazonaws.com/echo.api/cert.pem"},
    {"AX_05_no_scheme", "s3.amazonaws.com/echo.api/cert.pem"},
    {"AX_05_scheme_relative", "//s3.amazonaws.com/echo.api/cert.pem"},
    {"AX_05_one_slash", "https:/s3.amazonaws.com/echo.api/cert.pem"},
    {"AX_05_file", "file:///echo.api/cert.pem"},
    {"AX_05_other_scheme_of_that_length", "file:///s3.amazonaws.com/echo.api/cert.pem"},
    {"AX_05_other_host", "https://evil.example/echo.api/cert.pem"},
    {"AX_05_host_with_suffix", "https://s3.amazonaws.com.evil.example/echo.api/cert.pem"},
    {"AX_05_host_as_user", "https://s3.amazonaws.com@evil.example/echo.api/cert.pem"},
    {"AX_05_host_as_user_and_port", "https://s3.amazonaws.com:443@evil.example/echo.api/cert.pem"},
    {"AX_05_user", "https://user@s3.amazonaws.com/echo.api/cert.pem"},
    {"AX_05_user_and_password", "https://user:password@s3.amazonaws.com/echo.api/cert.pem"},
    {"AX_05_bucket_host", "https://bucket.s3.amazonaws.com/echo.api/cert.pem"},
    {"AX_05_trailing_dot_host", "https://s3.amazonaws.com./echo.api/cert.pem"},
    {"AX_05_no_host", "https:///echo.api/cert.pem"},
    {"AX_05_ipv4", "https://127.0.0.1/echo.api/cert.pem"},
    {"AX_05_ipv6", "https://[::1]/echo.api/cert.pem"},
    {"AX_05_port_563", "https://s3.amazonaws.com:563/echo.api/cert.pem"},
    {"AX_05_port_empty", "https://s3.amazonaws.com:/echo.api/cert.pem"},
    {"AX_05_port_0443", "https://s3.amazonaws.com:0443/echo.api/cert.pem"},
    {"AX_05_two_ports", "https://s3.amazonaws.com:443:443/echo.api/cert.pem"},
    {"AX_05_escaped_host", "https://s3%2eamazonaws.com/echo.api/cert.pem"},
    {"AX_05_path_in_other_case", "https://s3.amazonaws.com/EcHo.aPi/cert.pem"},
    {"AX_05_other_path", "https://s3.amazonaws.com/invalid.path/cert.pem"},
    {"AX_05_path_with_prefix", "https://s3.amazonaws.com/echo.api-evil/cert.pem"},
    {"AX_05_folder_alone", "https://s3.amazonaws.com/echo.api/"},
    {"AX_05_folder_without_slash", "https://s3.amazonaws.com/echo.api"},
    {"AX_05_no_path", "https://s3.amazonaws.com"},
    {"AX_05_dot_segments_outside", "https://s3.amazonaws.com/echo.api/../bucket/cert.pem"},
    {"AX_05_dot_segments_to_the_root", "https://s3.amazonaws.com/echo.api/../cert.pem"},
    {"AX_05_dot_segments_at_the_end", "https://s3.amazonaws.com/echo.api/a/.."},
    {"AX_05_escaped_dot_segments_outside", "https://s3.amazonaws.com/echo.api/%2e%2e/bucket/cert.pem"},
    {"AX_05_escaped_slash", "https://s3.amazonaws.com/echo.api/..%2fbucket"},
    {"AX_05_escaped_backslash", "https://s3.amazonaws.com/echo.api/..%5cbucket"},
    {"AX_05_empty_segments", "https://s3.amazonaws.com//echo.api/cert.pem"},
    {"AX_05_empty_segments_and_dots", "https://s3.amazonaws.com/echo.api//../../bucket/cert.pem"},
    {"AX_05_backslashes", "https://s3.amazonaws.com\\echo.api\\cert.pem"},
    {"AX_05_backslash_hides_a_host", "https://evil.example\\@s3.amazonaws.com/echo.api/cert.pem"},
    {"AX_05_broken_escape", "https://s3.amazonaws.com/echo.api/%zz"},
    {"AX_05_cut_escape", "https://s3.amazonaws.com/echo.api/cert%2"},
    {"AX_05_escaped_nul", "https://s3.amazonaws.com/echo.api/cert.pem%00"},
    {"AX_05_escaped_line_end", "https://s3.amazonaws.com/echo.api/cert.pem%0d%0aHost:evil"},
    {"AX_05_tab", "https://s3.amazonaws.com/echo.api/\tcert.pem"},
    {"AX_05_line_end", "https://s3.amazonaws.com/echo.api/cert.pem\n"},
    {"AX_05_space", "https://s3.amazonaws.com/echo.api/cert .pem"},
    {"AX_05_leading_space", " https://s3.amazonaws.com/echo.api/cert.pem"},
    {"AX_05_not_ascii", "https://s3.amazonaws.com/echo.api/c\xc3\xa9rt.pem"},
    {"AX_05_escaped_not_ascii", "https://s3.amazonaws.com/echo.api/c%C3%A9rt.pem"},
    {"AX_05_query", "https://s3.amazonaws.com/echo.api/cert.pem?response-content-type=text/html"},
    {"AX_05_fragment", "https://s3.amazonaws.com/echo.api/cert.pem#top"},
    {"AX_05_query_hides_the_path", "https://s3.amazonaws.com?/echo.api/cert.pem"},
};

INSTANTIATE_TEST_SUITE_P(AX_05, CertificateUrl, ::testing::ValuesIn(kRefused),
                         [](const auto& row) { return row.param.name; });

TEST(AX_05, longer_than_any_certificate_url) {
  const std::string start = "https://s3.amazonaws.com/echo.api/";
  EXPECT_TRUE(normalize_certificate_url(start + std::string(kCertificateUrlLimitBytes - start.size(), 'a')));
  EXPECT_FALSE(
      normalize_certificate_url(start + std::string(kCertificateUrlLimitBytes - start.size() + 1, 'a')));
}

}  // namespace
}  // namespace couplet::alexa
