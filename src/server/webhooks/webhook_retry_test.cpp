// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks/webhook_retry.hpp"

#include <gtest/gtest.h>

namespace couplet::server {
namespace {

const Instant kNow = from_unix_seconds(1'800'000'000);  // Fri, 15 Jan 2027 08:00:00 GMT
constexpr seconds kThreeDays{3 * 24 * 3600};

WebhookAnswer answered(int status, const std::string& retry_after = "") {
  http::IncomingResponse response;
  response.status = status;
  if (!retry_after.empty()) response.headers = {{"retry-after", retry_after}};
  return read_webhook_answer(response, kNow);
}

struct StatusRow {
  const char* name;
  int status;
  WebhookAnswer::Kind kind;
};
class StatusMeans : public ::testing::TestWithParam<StatusRow> {};

TEST_P(StatusMeans, WH_08_what_the_standard_says) {
  EXPECT_EQ(answered(GetParam().status).kind, GetParam().kind);
  EXPECT_EQ(answered(GetParam().status).status, static_cast<std::uint32_t>(GetParam().status));
}

using Kind = WebhookAnswer::Kind;
INSTANTIATE_TEST_SUITE_P(
    Rows, StatusMeans,
    ::testing::Values(StatusRow{"ok", 200, Kind::taken}, StatusRow{"no_content", 204, Kind::taken},
                      StatusRow{"last_2xx", 299, Kind::taken}, StatusRow{"redirect", 302, Kind::failed},
                      StatusRow{"not_modified", 304, Kind::failed},
                      StatusRow{"bad_request", 400, Kind::failed}, StatusRow{"not_found", 404, Kind::failed},
                      StatusRow{"gone", 410, Kind::gone}, StatusRow{"too_many", 429, Kind::failed},
                      StatusRow{"server_error", 500, Kind::failed},
                      StatusRow{"unavailable", 503, Kind::failed}),
    [](const auto& row) { return row.param.name; });

TEST(WH_08, no_answer_is_a_failed_try_by_its_name) {
  http::TransportError error;
  error.kind = http::TransportError::Kind::refused_address;
  error.log_detail = "secret detail";
  const WebhookAnswer answer = read_webhook_answer(std::unexpected(error), kNow);
  EXPECT_EQ(answer.kind, WebhookAnswer::Kind::failed);
  EXPECT_EQ(answer.status, 0U);
  EXPECT_EQ(answer.problem, http::transport_error_text(error.kind));
}

TEST(WH_08, retry_after_is_read_as_seconds_or_as_a_date_and_bounded) {
  EXPECT_EQ(answered(503, "120").retry_after, seconds{120});
  EXPECT_EQ(answered(429, "0").retry_after, seconds{0});
  EXPECT_EQ(answered(429, "Fri, 15 Jan 2027 08:01:30 GMT").retry_after, seconds{90});
  EXPECT_EQ(answered(429, "Fri, 15 Jan 2027 07:00:00 GMT").retry_after, seconds{0}) << "over already";
  EXPECT_EQ(answered(503, "999999999").retry_after, kLongestRetryAfter);
  for (const char* const wrong : {"soon", "-5", "5 s", "1.5", "99999999999999999999"})
    EXPECT_FALSE(answered(503, wrong).retry_after) << wrong;
  EXPECT_FALSE(answered(500, "120").retry_after) << "it has no meaning there";
}

std::optional<Instant> next_after(std::uint32_t tries, const WebhookAnswer& answer = answered(500),
                                  Instant waiting_since = kNow, std::uint64_t seed = 1) {
  WebhookDelivery delivery;
  delivery.tries = tries;
  delivery.waiting_since = waiting_since;
  SeededRandom random(seed);
  return next_webhook_try(delivery, answer, kThreeDays, kNow, random);
}

TEST(WH_08, each_pause_is_the_tables_stretched_by_at_most_a_quarter) {
  for (std::uint32_t tries = 0; tries < kRetryPauses.size(); ++tries)
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const auto next = next_after(tries, answered(500), kNow, seed);
      ASSERT_TRUE(next);
      EXPECT_GE(*next - kNow, kRetryPauses[tries]) << tries;
      EXPECT_LE(*next - kNow, milliseconds{kRetryPauses[tries]} * 5 / 4) << tries;
    }
  EXPECT_NE(next_after(3, answered(500), kNow, 1), next_after(3, answered(500), kNow, 2)) << "not together";
}

TEST(WH_08, the_pauses_grow_and_the_last_one_repeats) {
  EXPECT_TRUE(std::ranges::is_sorted(kRetryPauses));
  EXPECT_GE(*next_after(500) - kNow, kRetryPauses.back());
}

TEST(WH_08, retry_after_makes_a_pause_longer_and_never_shorter) {
  EXPECT_EQ(*next_after(0, answered(503, "3600")) - kNow, seconds{3600});
  EXPECT_GE(*next_after(4, answered(503, "1")) - kNow, kRetryPauses[4]);
}

TEST(WH_08, after_its_time_a_delivery_is_given_up_and_the_last_try_is_at_its_end) {
  const Instant almost_over = kNow - kThreeDays + minutes{1};
  EXPECT_EQ(next_after(9, answered(500), almost_over), kNow + minutes{1});
  EXPECT_FALSE(next_after(9, answered(500), kNow - kThreeDays));
  EXPECT_FALSE(next_after(0, answered(503, "60"), kNow - kThreeDays - minutes{1}));
}

}  // namespace
}  // namespace couplet::server
