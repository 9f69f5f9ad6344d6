// SPDX-License-Identifier: Apache-2.0
// Skill events from the link to the skill's endpoint, as the control interface shows and steers them.
#include "emulator/control/control_events.hpp"

#include <gtest/gtest.h>

#include "emulator/amazon_under_test.hpp"

namespace couplet::emulator::test {
namespace {

const std::string kApi = "http://127.0.0.1:8090/_emulator/api";
constexpr const char* kEvents = "https://skill.example.org/events";

EmulatorSettings settings_with_events() {
  EmulatorSettings settings = example_settings();
  settings.skills[0].events = {
      kEvents,
      {SkillEventKind::SKILL_ENABLED, SkillEventKind::SKILL_DISABLED, SkillEventKind::SKILL_ACCOUNT_LINKED}};
  return settings;
}

class SkillEventsOverControl : public ::testing::Test {
 protected:
  void SetUp() override {
    amazon.provider.answer = [this](const http::OutgoingRequest& request) -> ScriptedProvider::Answer {
      if (request.url != kEvents) return json_answer(200, good_tokens());
      return event_answer;
    };
  }
  http::Response put(const std::string& path, const std::string& body) {
    return amazon.send({.method = "PUT",
                        .url = kApi + path,
                        .headers = {{"Content-Type", "application/json"}},
                        .body = body});
  }
  http::Response remove(const std::string& path) {
    return amazon.send({.method = "DELETE", .url = kApi + path, .headers = {}, .body = ""});
  }
  http::Response post(const std::string& path, const std::string& body = "{}") {
    return amazon.post_json(kApi + path, body);
  }
  http::Response send_event(const std::string& kind, const std::string& more = "") {
    return post("/events", R"({"user":"anna","skill_id":")" + std::string(kSkillId) + R"(","event":")" +
                               kind + "\"" + more + "}");
  }
  /// What the skill got, in order.
  std::vector<json::object> received() {
    std::vector<json::object> events;
    for (const http::OutgoingRequest& request : amazon.provider.requests)
      if (request.url == kEvents) events.push_back(*parse_json_object(request.body));
    return events;
  }
  std::vector<std::string> received_types() {
    std::vector<std::string> types;
    for (const json::object& event : received()) types.push_back(text_of(event, "request.type"));
    return types;
  }
  std::string link() { return text_of(body_of(amazon.link(amazon.amazon_token())), "user.id"); }
  void disable() { remove("/users/anna/links/" + std::string(kSkillId)); }

  boost::asio::io_context context{1};  // lives longer than the emulator that waits on it
  ScriptedProvider::Answer event_answer = json_answer(200, R"({"version":"1.0","response":{}})");
  AmazonUnderTest amazon{settings_with_events()};
};

using Types = std::vector<std::string>;

TEST_F(SkillEventsOverControl, section_4_2_a_link_tells_that_it_is_enabled_and_linked) {
  const std::string alexa_user = link();
  post("/events/deliver");
  ASSERT_EQ(received_types(), (Types{"AlexaSkillEvent.SkillEnabled", "AlexaSkillEvent.SkillAccountLinked"}));
  const json::object enabled = received()[0];
  EXPECT_FALSE(find_object(enabled, "session"));
  EXPECT_FALSE(find_object(enabled, "request.body"));
  EXPECT_FALSE(find_string(enabled, "context.System.user.accessToken"));
  const json::object linked = received()[1];
  EXPECT_EQ(text_of(linked, "version"), "1.0");
  EXPECT_EQ(text_of(linked, "context.System.application.applicationId"), kSkillId);
  EXPECT_EQ(text_of(linked, "context.System.user.userId"), alexa_user);
  EXPECT_EQ(text_of(linked, "context.System.user.accessToken"), "provider-access");
  EXPECT_EQ(text_of(linked, "context.System.apiEndpoint"), "https://api.eu.amazonalexa.com");
  EXPECT_EQ(text_of(linked, "request.body.accessToken"), "provider-access");
  for (const char* time : {"timestamp", "eventCreationTime", "eventPublishingTime"})
    EXPECT_EQ(text_of(linked, std::string("request.") + time), "2026-03-01T10:00:00Z");
  EXPECT_NE(text_of(enabled, "request.requestId"), text_of(linked, "request.requestId"));
}

TEST_F(SkillEventsOverControl, section_4_2_disabling_says_whether_the_user_is_kept) {
  const std::string alexa_user = link();
  disable();
  put("/switches", R"({"user_information":"PERSISTED"})");
  link();
  disable();
  post("/events/deliver");
  const std::vector<json::object> events = received();
  ASSERT_EQ(events.size(), 6u);
  EXPECT_EQ(text_of(events[2], "request.type"), "AlexaSkillEvent.SkillDisabled");
  EXPECT_EQ(text_of(events[2], "context.System.user.userId"), alexa_user);
  EXPECT_FALSE(find_string(events[2], "context.System.user.accessToken"));
  EXPECT_EQ(text_of(events[2], "request.body.userInformationPersistenceStatus"), "NOT_PERSISTED");
  EXPECT_EQ(text_of(events[5], "request.body.userInformationPersistenceStatus"), "PERSISTED");
}

TEST_F(SkillEventsOverControl, section_4_3_a_relink_tells_only_that_it_is_linked) {
  const std::string token = amazon.amazon_token();
  amazon.link(token);
  amazon.link(token);
  post("/events/deliver");
  EXPECT_EQ(received_types(), (Types{"AlexaSkillEvent.SkillEnabled", "AlexaSkillEvent.SkillAccountLinked",
                                     "AlexaSkillEvent.SkillAccountLinked"}));
}

TEST_F(SkillEventsOverControl, section_4_3_delete_by_the_backend_tells_too_or_as_the_switch_has_it) {
  const auto link_and_delete = [this] {
    const std::string token = amazon.amazon_token();
    amazon.link(token);
    const http::Response gone =
        amazon.send({.method = "DELETE",
                     .url = std::string("https://api.eu.amazonalexa.com/v1/users/~current/skills/") +
                            kSkillId + "/enablement",
                     .headers = {{"Authorization", "Bearer " + token}},
                     .body = ""});
    EXPECT_EQ(gone.status, 204);
    post("/events/deliver");
  };
  link_and_delete();
  EXPECT_EQ(received_types().back(), "AlexaSkillEvent.SkillDisabled");
  put("/switches", R"({"delete_event":"absent"})");
  link_and_delete();
  EXPECT_EQ(received_types().back(), "AlexaSkillEvent.SkillAccountLinked");
}

TEST_F(SkillEventsOverControl, section_4_2_the_timestamp_of_a_repetition_follows_its_switch) {
  event_answer = json_answer(503, "{}");
  send_event("SKILL_DISABLED", R"(,"alexa_user_id":"amzn1.ask.account.X","queue":true)");
  put("/switches", R"({"event_timestamp":"as_sent"})");
  amazon.clock.advance(minutes(30));
  post("/events/deliver");
  ASSERT_EQ(received().size(), 1u);
  EXPECT_EQ(text_of(received()[0], "request.timestamp"), "2026-03-01T10:30:00Z");
  EXPECT_EQ(text_of(received()[0], "request.eventCreationTime"), "2026-03-01T10:00:00Z");
}

TEST_F(SkillEventsOverControl, what_is_not_certain_follows_the_switches) {
  put("/switches", R"({"link_event_order":"linked_first","relink_events":"enabled_and_linked",)"
                   R"("skill_disabled_body":"absent","event_api_access_token":"absent"})");
  const std::string token = amazon.amazon_token();
  amazon.link(token);
  amazon.link(token);
  disable();
  post("/events/deliver");
  const std::string linked = "AlexaSkillEvent.SkillAccountLinked";
  const std::string enabled = "AlexaSkillEvent.SkillEnabled";
  EXPECT_EQ(received_types(), (Types{linked, enabled, linked, enabled, "AlexaSkillEvent.SkillDisabled"}));
  for (const json::object& event : received())
    EXPECT_FALSE(find_string(event, "context.System.apiAccessToken"));
  EXPECT_FALSE(find_object(received().back(), "request.body"));
}

TEST_F(SkillEventsOverControl, disabling_by_voice_tells_too) {
  const std::string disable_it =
      R"({"user":"anna","skill_id":")" + std::string(kSkillId) + R"(","disable":true})";
  EXPECT_EQ(post("/voice", disable_it).status, 404);
  link();
  EXPECT_EQ(post("/voice", disable_it).status, 200);
  post("/events/deliver");
  EXPECT_EQ(received_types().back(), "AlexaSkillEvent.SkillDisabled");
}

TEST_F(SkillEventsOverControl, section_4_1_a_region_may_have_an_endpoint_of_its_own) {
  const std::string skill = "/skills/" + std::string(kSkillId);
  EXPECT_EQ(put(skill, R"({"events":{"regions":{"EU":"https://eu.example.org/events"}}})").status, 200);
  const std::string alexa_user = R"(,"alexa_user_id":"amzn1.ask.account.X")";
  send_event("SKILL_DISABLED", alexa_user);
  EXPECT_EQ(amazon.provider.requests.back().url, "https://eu.example.org/events") << "anna's region";
  put(skill, R"({"events":{"regions":{"FE":"https://fe.example.org/events"}}})");
  send_event("SKILL_DISABLED", alexa_user);
  EXPECT_EQ(amazon.provider.requests.back().url, kEvents);
  for (const char* bad : {R"({"EU":"nowhere"})", R"({"MARS":"https://x.example"})", R"({"EU":1})", "[]"})
    EXPECT_EQ(put(skill, R"({"events":{"regions":)" + std::string(bad) + "}}").status, 400) << bad;
}

TEST_F(SkillEventsOverControl, only_subscriptions_are_sent) {
  put("/skills/" + std::string(kSkillId), R"({"events":{"subscriptions":["SKILL_DISABLED"]}})");
  link();
  disable();
  post("/events/deliver");
  EXPECT_EQ(received_types(), Types{"AlexaSkillEvent.SkillDisabled"});
}

TEST_F(SkillEventsOverControl, section_4_3_a_late_delivery_keeps_its_octets) {
  event_answer = json_answer(503, "{}");
  const http::Response first = send_event("SKILL_DISABLED", R"(,"alexa_user_id":"amzn1.ask.account.X")");
  EXPECT_EQ(find_integer(body_of(first), "last_status"), 503);
  EXPECT_EQ(find_integer(body_of(first), "attempts"), 1);
  amazon.clock.advance(minutes(30));
  event_answer = json_answer(200, "");
  post("/events/deliver");
  const auto& requests = amazon.provider.requests;
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].body, requests[1].body);
  const json::object state = body_of(amazon.get(kApi + "/events"));
  EXPECT_TRUE(find_array(state, "pending")->empty());
  EXPECT_EQ(text_of((*find_array(state, "finished"))[0].as_object(), "outcome"), "acknowledged");
}

TEST_F(SkillEventsOverControl, events_sent_by_hand_say_what_they_are_asked_to) {
  const http::Response sent = send_event(
      "AlexaSkillEvent.SkillPermissionChanged",
      R"(,"alexa_user_id":"amzn1.ask.account.X","request_id":"r-1","created_at":"2026-03-01T09:10:00Z","permissions":["alexa::profile:email:read"])");
  EXPECT_EQ(text_of(body_of(sent), "outcome"), "acknowledged");
  const json::object event = received().at(0);
  EXPECT_EQ(text_of(event, "request.requestId"), "r-1");
  EXPECT_EQ(text_of(event, "request.timestamp"), "2026-03-01T09:10:00Z");
  const json::array* permissions = find_array(event, "request.body.acceptedPermissions");
  ASSERT_TRUE(permissions);
  EXPECT_EQ(text_of((*permissions)[0].as_object(), "scope"), "alexa::profile:email:read");
}

TEST_F(SkillEventsOverControl, a_recognised_speaker_may_have_accepted_permissions) {
  send_event(
      "SKILL_PERMISSION_CHANGED",
      R"(,"alexa_user_id":"x","person":"amzn1.ask.person.P","person_permissions":["alexa::person_id:read"])");
  const json::object event = received().at(0);
  EXPECT_EQ(text_of(event, "context.System.person.personId"), "amzn1.ask.person.P");
  EXPECT_EQ(json::serialize(*find_object(event, "request.body")),
            R"({"acceptedPermissions":[],"acceptedPersonPermissions":[{"scope":"alexa::person_id:read"}]})");
}

TEST_F(SkillEventsOverControl, subscription_events_name_what_the_user_wants_to_hear_of) {
  const std::string user = R"(,"alexa_user_id":"amzn1.ask.account.X","subscriptions":["one"])";
  send_event("SKILL_PROACTIVE_SUBSCRIPTION_CHANGED", user);
  send_event("AlexaSkillEvent.NotificationSubscriptionChanged", user);
  const std::vector<json::object> events = received();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(json::serialize(*find_object(events[0], "request.body")),
            R"({"subscriptions":[{"eventName":"one"}]})");
  EXPECT_EQ(json::serialize(*find_object(events[1], "request.body")),
            R"({"subscriptions":[{"topicId":"one"}]})");
}

TEST_F(SkillEventsOverControl, an_event_that_cannot_be_is_refused_with_the_reason) {
  EXPECT_EQ(send_event("SKILL_DISABLED").status, 400);  // nobody there, and no alexa_user_id
  EXPECT_EQ(send_event("SKILL_ACCOUNT_LINKED", R"(,"alexa_user_id":"x")").status, 400);
  for (const char* more : {R"(,"wrong":"no such way")", R"(,"colour":"red")", R"(,"created_at":"yesterday")",
                           R"(,"user_information":"MAYBE")", R"(,"permissions":[1])", R"(,"person":"")",
                           R"(,"person":"p","person_permissions":"all")", R"(,"person_permissions":[])"})
    EXPECT_EQ(send_event("SKILL_DISABLED", std::string(R"(,"alexa_user_id":"x")") + more).status, 400)
        << more;
  EXPECT_EQ(send_event("SKILL_EATEN").status, 400);
  EXPECT_TRUE(received().empty());
}

TEST_F(SkillEventsOverControl, a_wrong_way_spoils_one_event) {
  const http::Response sent =
      send_event("SKILL_DISABLED", R"(,"alexa_user_id":"amzn1.ask.account.X","wrong":"age_3610_s")");
  EXPECT_EQ(text_of(received().at(0), "request.timestamp"), "2026-03-01T08:59:50Z");
  EXPECT_EQ(text_of(body_of(sent), "wrong"), "age_3610_s");
}

TEST_F(SkillEventsOverControl, held_events_are_delivered_in_any_order_one_asks_for) {
  EXPECT_EQ(put("/events/mode", R"({"held":true})").status, 200);
  link();
  disable();
  const json::object state = body_of(amazon.get(kApi + "/events"));
  const json::array& pending = *find_array(state, "pending");
  ASSERT_EQ(pending.size(), 3u);
  EXPECT_TRUE(received().empty());
  const std::string last = std::to_string(*find_integer(pending[2].as_object(), "id"));
  EXPECT_EQ(post("/events/" + last + "/deliver").status, 200);
  EXPECT_EQ(post("/events/" + last + "/deliver").status, 404);
  put("/events/mode", R"({"order":"reversed"})");
  post("/events/deliver");
  EXPECT_EQ(received_types(), (Types{"AlexaSkillEvent.SkillDisabled", "AlexaSkillEvent.SkillAccountLinked",
                                     "AlexaSkillEvent.SkillEnabled"}));
}

TEST_F(SkillEventsOverControl, copies_have_one_request_id) {
  put("/events/mode", R"({"copies":2})");
  send_event("SKILL_DISABLED", R"(,"alexa_user_id":"amzn1.ask.account.X")");
  post("/events/deliver");
  ASSERT_EQ(received().size(), 2u);
  EXPECT_EQ(text_of(received()[0], "request.requestId"), text_of(received()[1], "request.requestId"));
}

TEST_F(SkillEventsOverControl, modes_are_checked) {
  for (const char* mode : {R"({"held":1})", R"({"copies":0})", R"({"delay_seconds":3601})",
                           R"({"order":"any"})", R"({"wrong":"nothing"})", R"({"speed":9})", "[]"})
    EXPECT_EQ(put("/events/mode", mode).status, 400) << mode;
  EXPECT_EQ(put("/events/mode", R"({"delay_seconds":60,"wrong":"no_san"})").body,
            R"({"held":false,"delay_seconds":60,"copies":1,"order":"as_created","wrong":"no_san"})");
}

TEST_F(SkillEventsOverControl, pending_events_can_be_dropped) {
  put("/events/mode", R"({"held":true})");
  link();
  const json::object state = body_of(amazon.get(kApi + "/events"));
  const std::string first =
      std::to_string(*find_integer((*find_array(state, "pending"))[0].as_object(), "id"));
  EXPECT_EQ(remove("/events/" + first).status, 204);
  EXPECT_EQ(remove("/events/" + first).status, 404);
  EXPECT_EQ(remove("/events").status, 204);
  post("/events/deliver");
  EXPECT_TRUE(received().empty());
}

TEST_F(SkillEventsOverControl, the_loop_delivers_by_itself) {
  amazon.emulator.start(context);
  link();  // on a context of its own; the loop finds the events when it begins
  event_answer = json_answer(200, "");
  while (received().size() < 2 && context.run_one() > 0) {
  }
  amazon.emulator.stop();
  context.run();
  EXPECT_TRUE(amazon.emulator.world().events.pending().empty());
}

TEST_F(SkillEventsOverControl, wrong_ways_are_listed_with_what_must_happen) {
  const json::object body = body_of(amazon.get(kApi + "/wrong-ways"));
  const json::array* ways = find_array(body, "wrong_ways");
  ASSERT_TRUE(ways);
  EXPECT_GE(ways->size(), 40u);
  const auto stale = std::ranges::find_if(
      *ways, [](const json::value& way) { return text_of(way.as_object(), "name") == "age_151_s"; });
  ASSERT_NE(stale, ways->end());
  EXPECT_EQ(text_of(stale->as_object(), "on_request.verdict"), "refused");
  EXPECT_EQ(text_of(stale->as_object(), "on_event.verdict"), "accepted");
}

TEST_F(SkillEventsOverControl, rotation_changes_the_chain_url) {
  const std::string before = text_of(body_of(amazon.get(kApi + "/signing")), "chain_url");
  const std::string after = text_of(body_of(post("/signing/rotate")), "chain_url");
  EXPECT_TRUE(before.starts_with("https://s3.amazonaws.com/echo.api/echo-api-cert-")) << before;
  EXPECT_NE(before, after);
}

TEST_F(SkillEventsOverControl, pages_of_other_sites_may_not_change_anything) {
  const http::Headers evil{{"Origin", "https://evil.example"}};
  for (const auto& [method, path] : {std::pair{"POST", "/events"},
                                     {"DELETE", "/events"},
                                     {"DELETE", "/events/1"},
                                     {"PUT", "/events/mode"},
                                     {"POST", "/events/deliver"},
                                     {"POST", "/events/1/deliver"},
                                     {"POST", "/signing/rotate"}})
    EXPECT_EQ(amazon.send({.method = method, .url = kApi + path, .headers = evil, .body = "{}"}).status, 403)
        << method << path;
}

}  // namespace
}  // namespace couplet::emulator::test
