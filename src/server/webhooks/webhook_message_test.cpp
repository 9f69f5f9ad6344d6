// SPDX-License-Identifier: Apache-2.0
#include "server/webhooks/webhook_message.hpp"

#include <gtest/gtest.h>

namespace couplet::server {
namespace {

const AttemptId kAttempt{AttemptId::Raw{}};

LinkNews news_of(LinkNewsType type) {
  LinkNews news;
  news.sequence = 42;
  news.type = type;
  news.skill = SkillName("ride-hailer");
  news.user = UserId("user-\"älice\"");
  news.at = Instant{milliseconds{1'772'000'000'123}};
  return news;
}

TEST(WH_08, the_id_is_of_the_news_and_of_nothing_else) {
  LinkNews news = news_of(LinkNewsType::linked);
  EXPECT_EQ(webhook_id(news), "evt_1772000000123_42");
  news.user = UserId("another");
  EXPECT_EQ(webhook_id(news), "evt_1772000000123_42");
}

TEST(WH_08, the_body_of_a_link) {
  LinkNews news = news_of(LinkNewsType::linked);
  news.origin = GrantOrigin::app;
  news.attempt_id = kAttempt;
  EXPECT_EQ(webhook_body(news),
            R"({"type":"link.linked","timestamp":"2026-02-25T06:13:20.123Z","data":{"skill":"ride-hailer",)"
            R"("user":"user-\"älice\"","origin":"app","trace_id":"AAAAAAAAAAAAAAAAAAAAAA"}})");
}

TEST(WH_08, the_body_of_an_end_names_its_reason) {
  LinkNews news = news_of(LinkNewsType::unlinked);
  news.origin = GrantOrigin::alexa;
  news.reason = UnlinkReason::skill_disabled;
  EXPECT_EQ(webhook_body(news),
            R"({"type":"link.unlinked","timestamp":"2026-02-25T06:13:20.123Z","data":{"skill":"ride-hailer",)"
            R"("user":"user-\"älice\"","origin":"alexa","reason":"skill_disabled","trace_id":null}})");
}

TEST(WH_08, the_body_of_a_failure_names_step_and_code) {
  LinkNews news = news_of(LinkNewsType::failed);
  news.attempt_id = kAttempt;
  news.failed_step = "token";
  news.failed_code = "invalid_grant";
  EXPECT_EQ(webhook_body(news),
            R"({"type":"link.failed","timestamp":"2026-02-25T06:13:20.123Z","data":{"skill":"ride-hailer",)"
            R"("user":"user-\"älice\"","step":"token","code":"invalid_grant","reference":"2222-2222",)"
            R"("trace_id":"AAAAAAAAAAAAAAAAAAAAAA"}})");
}

}  // namespace
}  // namespace couplet::server
