// SPDX-License-Identifier: Apache-2.0
#include "emulator/events/skill_event.hpp"

#include <gtest/gtest.h>

#include "emulator/alexa/directive.hpp"
#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

SkillEvent example(SkillEventKind kind) {
  SkillEvent event;
  event.kind = kind;
  event.skill_id = kSkillId;
  event.alexa_user_id = "amzn1.ask.account.EXAMPLE";
  event.api_host = "api.amazonalexa.com";
  event.api_access_token = "eyJ-example";
  event.request_id = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
  event.created_at = *from_iso8601("2025-03-01T10:00:00.900Z");
  return event;
}

TEST(SkillEvents, section_4_2_envelopes_are_as_recorded) {
  EXPECT_EQ(json::value(envelope(example(SkillEventKind::SKILL_ENABLED))), golden("event_enabled"));
  SkillEvent disabled = example(SkillEventKind::SKILL_DISABLED);
  disabled.user_information = Enablements::UserInformation::NOT_PERSISTED;
  EXPECT_EQ(json::value(envelope(disabled)), golden("event_disabled"));
  SkillEvent linked = example(SkillEventKind::SKILL_ACCOUNT_LINKED);
  linked.access_token = ProviderAccessToken("your-access-token");
  EXPECT_EQ(json::value(envelope(linked)), golden("event_account_linked"));
  SkillEvent permission = example(SkillEventKind::SKILL_PERMISSION_ACCEPTED);
  permission.permissions = {"alexa::devices:all:address:full:read"};
  EXPECT_EQ(json::value(envelope(permission)), golden("event_permission_accepted"));
  permission.kind = SkillEventKind::SKILL_PERMISSION_CHANGED;
  EXPECT_EQ(json::value(envelope(permission)), golden("event_permission_changed"));
}

TEST(SkillEvents, a_set_of_permissions_may_be_empty) {
  const json::object message = envelope(example(SkillEventKind::SKILL_PERMISSION_CHANGED));
  const json::array* permissions = find_array(message, "request.body.acceptedPermissions");
  ASSERT_TRUE(permissions);
  EXPECT_TRUE(permissions->empty());
}

TEST(SkillEvents, section_4_2_a_person_has_permissions_of_their_own) {
  SkillEvent event = example(SkillEventKind::SKILL_PERMISSION_ACCEPTED);
  event.permissions = {"alexa::devices:all:address:full:read"};
  event.person_id = "amzn1.ask.person.EXAMPLE";
  event.person_permissions = {"alexa::person_id:read"};
  EXPECT_EQ(json::value(envelope(event)), golden("event_person_permission_accepted"));
  event.person_permissions.clear();
  EXPECT_TRUE(find_array(envelope(event), "request.body.acceptedPersonPermissions")->empty());
  event.kind = SkillEventKind::SKILL_ENABLED;
  EXPECT_EQ(find_object(envelope(event), "request.body"), nullptr);
}

TEST(SkillEvents, kinds_have_two_names_each) {
  EXPECT_EQ(event_kind_from_text("SKILL_DISABLED"), SkillEventKind::SKILL_DISABLED);
  EXPECT_EQ(event_kind_from_text("AlexaSkillEvent.SkillDisabled"), SkillEventKind::SKILL_DISABLED);
  EXPECT_FALSE(event_kind_from_text("SkillDisabled"));
  EXPECT_EQ(request_type(SkillEventKind::SKILL_PERMISSION_CHANGED), "AlexaSkillEvent.SkillPermissionChanged");
}

TEST(Directives, section_6_3_accept_grant_is_as_recorded) {
  Directive directive = accept_grant("1bd5d003-0000-4000-8000-000000000001", AmazonCode("LWA-code"));
  EXPECT_EQ(json::value(to_message(std::move(directive), ProviderAccessToken("your-access-token"))),
            golden("directive_accept_grant"));
}

}  // namespace
}  // namespace couplet::emulator::test
