// SPDX-License-Identifier: Apache-2.0
#include "server/common/metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace couplet::server {
namespace {

class MetricsTest : public ::testing::Test {
 protected:
  /// The value of the line that begins so.
  std::string value(std::string_view series) {
    const std::string text = metrics.exposition({});
    const std::size_t at = text.find("\n" + std::string(series) + " ");
    if (at == std::string::npos) return "";
    const std::size_t from = at + series.size() + 2;
    return text.substr(from, text.find('\n', from) - from);
  }
  std::string answers(const std::string& endpoint, const std::string& outcome) {
    return value("couplet_oauth_answers_total{endpoint=\"" + endpoint + "\",outcome=\"" + outcome + "\"}");
  }

  Metrics metrics;
};

TEST_F(MetricsTest, LG_06_each_oauth_endpoint_counts_its_outcomes) {
  metrics.http_answered("/oauth/token", 200, "", milliseconds{1});
  metrics.http_answered("/oauth/token", 400, "invalid_grant", milliseconds{1});
  metrics.http_answered("/oauth/token", 400, "invalid_grant", milliseconds{1});
  metrics.http_answered("/oauth/introspect", 200, "inactive", milliseconds{1});
  metrics.http_answered("/oauth/userinfo", 401, "invalid_token", milliseconds{1});
  metrics.http_answered("/oauth/revoke", 503, "temporarily_unavailable", milliseconds{1});
  metrics.http_answered("/oauth/authorize", 429, "too_many_failures", milliseconds{1});
  EXPECT_EQ(answers("token", "ok"), "1");
  EXPECT_EQ(answers("token", "invalid_grant"), "2");
  EXPECT_EQ(answers("introspect", "inactive"), "1");
  EXPECT_EQ(answers("introspect", "active"), "0");
  EXPECT_EQ(answers("userinfo", "invalid_token"), "1");
  EXPECT_EQ(answers("revoke", "temporarily_unavailable"), "1");
  EXPECT_EQ(answers("authorize", "too_many_failures"), "1");
}

TEST_F(MetricsTest, LG_06_an_outcome_without_a_series_and_other_paths_make_none) {
  const auto lines = [this] { return std::ranges::count(metrics.exposition({}), '\n'); };
  const auto before = lines();
  metrics.http_answered("/oauth/token", 500, "brand_new", milliseconds{1});
  metrics.http_answered("/oauth/token", 404, "", milliseconds{1});
  metrics.http_answered("/oauth/token/extra", 404, "", milliseconds{1});
  EXPECT_EQ(answers("token", "other"), "2");
  EXPECT_EQ(lines(), before);
}

TEST_F(MetricsTest, TK_19_the_budget_of_alexa_is_a_bucket_of_each_endpoint) {
  metrics.http_answered("/oauth/token", 200, "", milliseconds{4400});
  metrics.http_answered("/oauth/token", 200, "", milliseconds{4600});
  const std::string series = "couplet_oauth_endpoint_seconds_bucket{endpoint=\"token\",le=";
  EXPECT_EQ(value(series + "\"1.5\"}"), "0");
  EXPECT_EQ(value(series + "\"4.5\"}"), "1");
  EXPECT_EQ(value(series + "\"+Inf\"}"), "2");
  EXPECT_EQ(value("couplet_oauth_endpoint_seconds_count{endpoint=\"userinfo\"}"), "0");
}

}  // namespace
}  // namespace couplet::server
