// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_statuses_endpoint.hpp"

#include <algorithm>

#include "server/links/testing/linked_world.hpp"

namespace couplet::server {
namespace {

class LinkStatuses : public testing::LinkedWorld {
 protected:
  http::Response ask(std::string_view body, const std::string& credential = std::string(testing::kApiKey)) {
    const std::string authorization = "Bearer " + credential;
    const http::HeaderView::Pairs headers{{"Authorization", authorization}};
    const http::Request request{.method = "POST",
                                .path = "/",
                                .query = "",
                                .headers = http::HeaderView(headers),
                                .body = body,
                                .peer_address = "192.0.2.1",
                                .request_id = "request-1",
                                .tls = true,
                                .path_parameters = {{"skill", skill.name.text()}}};
    return run_task(endpoint.handle(request));
  }
  std::string refusal(std::string_view body, int status) {
    const auto answer = ask(body);
    EXPECT_EQ(answer.status, status) << answer.body;
    return std::string(find_string(parse_json_object(answer.body).value(), "code").value_or(""));
  }
  static std::string users(std::size_t count) {
    json::array list;
    for (std::size_t i = 0; i < count; ++i) list.emplace_back("user-" + std::to_string(i));
    return json::serialize(json::object{{"users", std::move(list)}});
  }

  CallerAuthentication callers{config, clock};
  LinkStatusesEndpoint endpoint{callers, *store, *store};
};

TEST_F(LinkStatuses, each_user_gets_a_line_in_the_order_asked) {
  link("alice");
  must(store->unlink(link("bob", "amzn1.ask.account.B"), EvidenceSource::event, clock.now()));
  const auto answer = ask(R"({"users":["carol","bob","alice","carol"]})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.front().second, "application/x-ndjson");
  const std::string at = to_iso8601(clock.now());
  const std::string carol =
      R"({"user":"carol","status":"NOT_LINKED","origin":null,"checked_at":null,"action":"link"})"
      "\n";
  EXPECT_EQ(answer.body, carol + R"({"user":"bob","status":"NOT_LINKED","origin":null,"checked_at":")" + at +
                             R"(","action":"link"})" + "\n" +
                             R"({"user":"alice","status":"LINKED","origin":"app","checked_at":")" + at +
                             R"(","action":"unlink"})" + "\n" + carol);
}

TEST_F(LinkStatuses, EN_11_a_link_whose_grant_was_revoked_is_none) {
  Grant grant;
  grant.grant_id = GrantId::make(clock.now(), random);
  grant.skill = skill.name;
  grant.user = UserId("alice");
  grant.refresh_selector = RefreshSelector::make(clock.now(), random);
  grant.created_at = clock.now();
  must(store->import_grants({grant}, clock.now()));
  EXPECT_TRUE(ask(R"({"users":["alice"]})").body.contains(R"("action":"manage_in_alexa")"));
  must(store->revoke_grant(grant.grant_id, clock.now()));
  EXPECT_TRUE(ask(R"({"users":["alice"]})").body.contains(R"("status":"NOT_LINKED","origin":null)"));
}

TEST_F(LinkStatuses, a_thousand_users_are_answered_and_more_are_refused) {
  EXPECT_EQ(std::ranges::count(ask(users(1000)).body, '\n'), 1000);
  EXPECT_EQ(refusal(users(1001), 413), "too_many_users");
  EXPECT_EQ(ask(R"({"users":[]})").body, "");
}

TEST_F(LinkStatuses, bad_input_is_named) {
  EXPECT_EQ(refusal("", 400), "invalid_request");
  EXPECT_EQ(refusal(R"(["alice"])", 400), "invalid_request");
  EXPECT_EQ(refusal(R"({"users":"alice"})", 400), "invalid_request");
  EXPECT_EQ(refusal(R"({"users":["alice",7]})", 400), "invalid_user");
  EXPECT_EQ(refusal(R"({"users":["me"]})", 400), "invalid_user");
  EXPECT_EQ(ask(users(1), "cpk_other").status, 401);
}

}  // namespace
}  // namespace couplet::server
