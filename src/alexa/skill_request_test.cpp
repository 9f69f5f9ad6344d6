// SPDX-License-Identifier: Apache-2.0
#include "alexa/skill_request.hpp"

#include <gtest/gtest.h>

namespace couplet::alexa {
namespace {

const Instant kNow = from_iso8601("2026-03-01T10:00:05Z").value();

Skill skill() {
  Skill skill;
  skill.name = SkillName("ride-hailer");
  skill.skill_id = SkillId("amzn1.ask.skill.1111");
  return skill;
}

constexpr const char* kApplication = R"("application":{"applicationId":"amzn1.ask.skill.1111"})";
constexpr const char* kUser = R"("user":{"userId":"amzn1.ask.account.A"})";

// `request` are the members of the request beside its type and id; `system` those of context.System.
std::string message(const std::string& type, const std::string& request,
                    const std::string& system = std::string(kApplication) + "," + kUser) {
  return R"({"version":"1.0","context":{"System":{)" + system + R"(}},"request":{"type":")" + type +
         R"(","requestId":"r-1",)" + request + "}}";
}

constexpr const char* kTimestamp = R"("timestamp":"2026-03-01T10:00:01Z")";

RequestRefusal refusal(const std::string& body) {
  const auto parsed = parse_skill_request(body, skill());
  EXPECT_FALSE(parsed) << body;
  return parsed ? RequestRefusal::unexpected_type : parsed.error();
}

Result<ReceivedEvent, RequestRefusal> event(const std::string& body) {
  const auto parsed = parse_skill_request(body, skill());
  if (!parsed) return std::unexpected(parsed.error());
  return read_skill_event(*parsed, skill(), kNow);
}

TEST(WH_05, a_request_for_another_skill_or_none_is_refused) {
  const std::string other = R"("application":{"applicationId":"amzn1.ask.skill.2222"},)" + std::string(kUser);
  EXPECT_EQ(refusal(message("LaunchRequest", kTimestamp, other)), RequestRefusal::application);
  EXPECT_EQ(refusal(message("LaunchRequest", kTimestamp, kUser)), RequestRefusal::application);
  const std::string numeric = R"("application":{"applicationId":1111},)" + std::string(kUser);
  EXPECT_EQ(refusal(message("LaunchRequest", kTimestamp, numeric)), RequestRefusal::application);
}

TEST(WH_05, session_and_context_may_not_name_two_skills) {
  std::string body = message("LaunchRequest", kTimestamp);
  body.pop_back();
  EXPECT_TRUE(parse_skill_request(body + R"(,"session":{)" + kApplication + "}}", skill()));
  EXPECT_EQ(refusal(body + R"(,"session":{"application":{"applicationId":"amzn1.ask.skill.2222"}}})"),
            RequestRefusal::application);
}

TEST(AX_13, a_timestamp_is_required) {
  EXPECT_EQ(refusal(message("LaunchRequest", R"("locale":"en-GB")")), RequestRefusal::timestamp);
}

TEST(AX_15, a_timestamp_is_iso_8601_in_utc) {
  for (const std::string_view wrong :
       {"1772359201000", "null", R"("2026-03-01T10:00:01")", R"("NaN")", "{}", R"("1772359201")", R"("")",
        R"("2026-03-01")", R"("2026-13-01T10:00:01Z")"})
    EXPECT_EQ(refusal(message("LaunchRequest", R"("timestamp":)" + std::string(wrong))),
              RequestRefusal::timestamp)
        << wrong;
  EXPECT_EQ(refusal(message("LaunchRequest", R"("timestamp":NaN)")), RequestRefusal::malformed);
}

TEST(AX_15, a_member_twice_is_refused) {
  EXPECT_EQ(
      refusal(message("LaunchRequest", R"("timestamp":"2001-01-01T00:00:00Z",)" + std::string(kTimestamp))),
      RequestRefusal::malformed);
}

TEST(AX_16, depth_is_bounded) {
  std::string body = message("LaunchRequest", kTimestamp);
  body.pop_back();
  EXPECT_EQ(refusal(body + R"(,"deep":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}"),
            RequestRefusal::malformed);
  EXPECT_EQ(refusal(std::string(100'000, '[')), RequestRefusal::malformed);
}

TEST(AX_16, what_is_no_request_is_refused) {
  for (const std::string_view wrong :
       {"", "version=1.0", "[]", "null", "{}", R"({"request":{}})", R"({"request":{"type":"LaunchRequest"}})",
        R"({"request":{"type":1,"requestId":"r"}})",
        R"({"request":{"type":"LaunchRequest","requestId":""}})"})
    EXPECT_EQ(refusal(std::string(wrong)), RequestRefusal::malformed) << wrong;
  const std::string long_id(513, 'r');
  EXPECT_EQ(refusal(R"({"request":{"type":"LaunchRequest","requestId":")" + long_id + R"("}})"),
            RequestRefusal::malformed);
  EXPECT_EQ(refusal(R"({"request":{"type":"LaunchRequest","requestId":"a\nb"}})"), RequestRefusal::malformed);
}

TEST(skill_request, only_the_five_are_events) {
  for (const auto& [type, text] : kSkillEventTypes)
    EXPECT_EQ(parse_skill_request(message(std::string(text), kTimestamp), skill())->event, type);
  for (const char* const other :
       {"LaunchRequest", "AlexaSkillEvent.ProactiveSubscriptionChanged", "alexaskillevent.skilldisabled"})
    EXPECT_FALSE(parse_skill_request(message(other, kTimestamp), skill())->event) << other;
}

TEST(WH_02, account_linked_shows_our_access_token) {
  const auto in_body = event(message("AlexaSkillEvent.SkillAccountLinked",
                                     std::string(kTimestamp) + R"(,"body":{"accessToken":"t-1"})"));
  ASSERT_TRUE(in_body);
  EXPECT_EQ(in_body->access_token->reveal(), "t-1");
  EXPECT_EQ(in_body->event.alexa_user_id.text(), "amzn1.ask.account.A");
  EXPECT_EQ(in_body->event.request_id, "r-1");
  const auto with_user = event(
      message("AlexaSkillEvent.SkillAccountLinked", kTimestamp,
              std::string(kApplication) + R"(,"user":{"userId":"amzn1.ask.account.A","accessToken":"t-2"})"));
  EXPECT_EQ(with_user->access_token->reveal(), "t-2");
}

TEST(WH_06, disabled_needs_no_access_token) {
  const auto received = event(
      message("AlexaSkillEvent.SkillDisabled",
              std::string(kTimestamp) + R"(,"body":{"userInformationPersistenceStatus":"NOT_PERSISTED"})"));
  ASSERT_TRUE(received);
  EXPECT_FALSE(received->access_token);
  EXPECT_EQ(received->event.detail, "NOT_PERSISTED");
}

TEST(WH_04, the_creation_time_orders_and_is_never_ahead_of_us) {
  const auto created = [](const std::string& member) {
    const auto received = event(message("AlexaSkillEvent.SkillDisabled", std::string(kTimestamp) + member));
    return received ? to_iso8601(received->event.created_at) : "refused";
  };
  EXPECT_EQ(created(R"(,"eventCreationTime":"2026-03-01T09:30:00Z")"), "2026-03-01T09:30:00.000Z");
  EXPECT_EQ(created(""), "2026-03-01T10:00:01.000Z") << "the timestamp stands for it";
  EXPECT_EQ(created(R"(,"eventCreationTime":"2036-03-01T09:30:00Z")"), "2026-03-01T10:00:05.000Z");
  EXPECT_EQ(created(R"(,"eventCreationTime":"yesterday")"), "refused");
}

TEST(skill_event, permissions_are_kept_by_scope) {
  const auto received = event(message(
      "AlexaSkillEvent.SkillPermissionChanged",
      std::string(kTimestamp) +
          R"(,"body":{"acceptedPermissions":[{"scope":"alexa::devices:all:address:full:read"},{"scope":"b"},7,{}]})"));
  EXPECT_EQ(received->event.detail, "alexa::devices:all:address:full:read b");
}

TEST(skill_event, an_event_without_its_user_is_refused) {
  EXPECT_EQ(event(message("AlexaSkillEvent.SkillDisabled", kTimestamp, kApplication)).error(),
            RequestRefusal::malformed);
}

}  // namespace
}  // namespace couplet::alexa
