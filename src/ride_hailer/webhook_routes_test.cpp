// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/webhook_routes.hpp"

#include <gtest/gtest.h>

#include "base/webhook_signature.hpp"
#include "ride_hailer/service_fixture.hpp"

namespace couplet::ride_hailer {
namespace {

constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

struct TakesWebhooks : RideHailerRoutes {
  TakesWebhooks() {
    config.webhook_secret = CallSecret(std::string(kSecret));
    service_with_webhooks = std::make_unique<Service>(config, http_client, clock, random);
  }
  void SetUp() override {
    ASSERT_TRUE(server.start(runtime.contexts(), {&service_with_webhooks->router()}));
    CoupletFixture::SetUp();
    couplet_says(200, R"({"status":"NOT_LINKED","action":"link"})");
  }
  static std::string unlinked(const std::string& user = "user-alice") {
    return R"({"type":"link.unlinked","timestamp":"2025-10-09T08:50:00.000Z","data":{"skill":"ride-hailer",)"
           R"("user":")" +
           user + R"(","origin":"app","reason":"skill_disabled","trace_id":null}})";
  }
  int tell(const std::string& id, const std::string& body, std::optional<std::string> signature = {},
           seconds age = seconds{0}) {
    const std::int64_t timestamp = unix_seconds(clock.now()) - age.count();
    const auto signer = WebhookSigner::from_secret(WebhookSecret(std::string(kSecret)));
    http::OutgoingRequest request;
    request.method = "POST";
    request.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/couplet/webhooks";
    request.body = body;
    request.headers = {{"webhook-id", id},
                       {"webhook-timestamp", std::to_string(timestamp)},
                       {"webhook-signature", signature.value_or(signer->sign(id, timestamp, body))}};
    const auto answer = wait(http_client.send(std::move(request)));
    return answer ? answer->status : 0;
  }
  std::string screen() {
    const auto page = get("/sign-in");
    post("/sign-in", csrf_of(page), {{"login", "alice"}, {"password", "wonderland"}});
    return get("/alexa").body;
  }
  std::unique_ptr<Service> service_with_webhooks;
};

TEST_F(TakesWebhooks, WH_08_the_user_reads_once_what_couplet_told_twice) {
  EXPECT_EQ(tell("evt_1_1", unlinked()), 204);
  EXPECT_EQ(tell("evt_1_1", unlinked()), 204);
  const std::string page = screen();
  const std::size_t at = page.find("Unlinked in the Alexa app");
  ASSERT_NE(at, std::string::npos) << page;
  EXPECT_EQ(page.find("Unlinked in the Alexa app", at + 1), std::string::npos);
}

TEST_F(TakesWebhooks, WH_08_what_is_not_signed_or_old_is_refused) {
  EXPECT_EQ(tell("evt_1_1", unlinked(), "v1,AAAA"), 401);
  EXPECT_EQ(tell("evt_1_1", unlinked(), std::nullopt, seconds{301}), 401);
  EXPECT_EQ(screen().find("Unlinked in the Alexa app"), std::string::npos);
}

TEST_F(TakesWebhooks, WH_08_what_is_not_understood_is_taken_and_shown_to_nobody) {
  EXPECT_EQ(tell("evt_1_1", unlinked("user-zoe")), 204);
  EXPECT_EQ(tell("evt_1_2", R"({"type":"link.moved","timestamp":"x","data":{"user":"user-alice"}})"), 204);
  EXPECT_EQ(tell("evt_1_3", "[]"), 400);
}

TEST(AlexaNews, keeps_the_latest_few_of_each_user_by_when_they_happened) {
  AlexaNews news;
  const Instant start = from_unix_seconds(1'760'000'000);
  for (int i = 0; i < 9; ++i)
    EXPECT_TRUE(news.keep("id-" + std::to_string(i), "alice",
                          {start + minutes{i == 8 ? 0 : i + 1}, "news " + std::to_string(i)}));
  const auto items = news.of("alice");
  ASSERT_EQ(items.size(), AlexaNews::kPerUser);
  EXPECT_EQ(items.front().text, "news 7");
  EXPECT_EQ(items.back().text, "news 3") << "number 8 came late";
  EXPECT_TRUE(news.of("bob").empty());
}

}  // namespace
}  // namespace couplet::ride_hailer
