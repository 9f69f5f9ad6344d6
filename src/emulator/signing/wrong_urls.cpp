// SPDX-License-Identifier: Apache-2.0
// Wrong ways: the value of SignatureCertChainUrl. Where a verifier can be lured to another folder or host of
// the emulator, it finds a good chain there: it must refuse because of the URL.
#include <utility>

#include "emulator/signing/wrong_ways.hpp"

namespace couplet::emulator {

namespace {

struct Row {
  std::string_view name;
  Rule breaks;
  std::string_view requirement;
  std::string_view url;
  std::string_view does;
};

constexpr Row kUrls[] = {
    {"url_dot_segments_inside", Rule::none, "AX-06", "https://s3.amazonaws.com/echo.api/../echo.api/{file}",
     "dot segments that stay inside"},
    {"url_port_443", Rule::none, "AX-04", "https://s3.amazonaws.com:443/echo.api/{file}",
     "the port is written"},
    {"url_upper_case_host", Rule::none, "AX-04", "HTTPS://S3.AmazonAWS.com/echo.api/{file}",
     "scheme and host in other case"},
    {"url_never_seen", Rule::none, "AX-08", "https://s3.amazonaws.com/echo.api/{fresh}/{file}",
     "a URL of its own for each message: nothing may grow without a bound"},

    {"url_http", Rule::url, "AX-05", "http://s3.amazonaws.com/echo.api/{file}", "http"},
    {"url_no_scheme", Rule::url, "AX-05", "s3.amazonaws.com/echo.api/{file}", "no scheme"},
    {"url_other_host", Rule::url, "AX-05", "https://evil.example/echo.api/{file}", "another host"},
    {"url_suffix_host", Rule::url, "AX-05", "https://s3.amazonaws.com.evil.example/echo.api/{file}",
     "the host only begins as it should"},
    {"url_bucket_host", Rule::url, "AX-05", "https://bucket.s3.amazonaws.com/echo.api/{file}",
     "the host only ends as it should"},
    {"url_trailing_dot_host", Rule::url, "AX-05", "https://s3.amazonaws.com./echo.api/{file}",
     "the host ends with a dot"},
    {"url_ip", Rule::url, "AX-05", "https://127.0.0.1/echo.api/{file}", "the host is an IPv4 address"},
    {"url_ipv6", Rule::url, "AX-05", "https://[::1]/echo.api/{file}", "the host is an IPv6 address"},
    {"url_host_as_user", Rule::url, "AX-05", "https://s3.amazonaws.com@evil.example/echo.api/{file}",
     "the right host stands where the user's name stands"},
    {"url_userinfo", Rule::url, "AX-05", "https://user:password@s3.amazonaws.com/echo.api/{file}",
     "a user's name in front of the right host"},
    {"url_port_563", Rule::url, "AX-05", "https://s3.amazonaws.com:563/echo.api/{file}", "another port"},
    {"url_path_case", Rule::url, "AX-05", "https://s3.amazonaws.com/EcHo.aPi/{file}",
     "the path in other case"},
    {"url_other_path", Rule::url, "AX-05", "https://s3.amazonaws.com/invalid.path/{file}", "another path"},
    {"url_path_prefix", Rule::url, "AX-05", "https://s3.amazonaws.com/echo.api-evil/{file}",
     "the folder only begins as it should"},
    {"url_dot_segments_outside", Rule::url, "AX-05", "https://s3.amazonaws.com/echo.api/../bucket/{file}",
     "dot segments that lead outside"},
    {"url_escaped_dot_segments", Rule::url, "AX-05", "https://s3.amazonaws.com/echo.api/%2e%2e/bucket/{file}",
     "dot segments that lead outside, percent-encoded"},
    {"url_escaped_slash", Rule::url, "AX-05", "https://s3.amazonaws.com/echo.api/..%2fbucket/{file}",
     "dot segments that lead outside, the slash percent-encoded"},
    {"url_backslash", Rule::url, "AX-05", "https://s3.amazonaws.com\\echo.api\\{file}",
     "backslashes in place of slashes"},
    {"url_backslash_host", Rule::url, "AX-05", "https://evil.example\\@s3.amazonaws.com/echo.api/{file}",
     "a backslash hides another host"},
    {"url_control_character", Rule::url, "AX-05", "https://s3.amazonaws.com/echo.api/\t{file}",
     "a tab inside"},
};

}  // namespace

std::vector<WrongWay> wrong_urls() {
  std::vector<WrongWay> ways;
  for (const Row& row : kUrls)
    ways.emplace_back(way_of(row.name, row.breaks, row.requirement, row.does)).url = row.url;
  WrongWay too_long =
      way_of("url_too_long", Rule::url, "AX-05", "over 2,048 octets that otherwise lead to the right file");
  too_long.url = "https://s3.amazonaws.com/echo.api/" + std::string(2048, 'a') + "/../{file}";
  ways.push_back(std::move(too_long));
  return ways;
}

}  // namespace couplet::emulator
