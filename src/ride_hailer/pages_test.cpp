// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace couplet::ride_hailer {
namespace {

constexpr std::string_view kNasty = R"(<script>"'&)";

std::string header(const http::Response& response, std::string_view name) {
  const auto found = std::ranges::find(response.headers, name,
                                       [](const auto& pair) { return std::string_view(pair.first); });
  return found == response.headers.end() ? "" : found->second;
}

struct RideHailerPages : testing::Test {
  SeededRandom random{3};
  User user{"user-alice", "Alice", "alice", PasswordHash::of(Password{"p"}, random)};
  User nasty{"user-nasty", std::string(kNasty), "nasty", user.password_hash};
  Pages pages{"https://rides.example.org", {}};
  Instant now = from_unix_seconds(1'760'000'000);

  [[nodiscard]] std::string alexa(const std::optional<LinkState>& state, std::string_view url = "") const {
    return pages.alexa({user, "csrf", {}}, state, url).body;
  }
};

TEST_F(RideHailerPages, every_value_from_outside_is_escaped) {
  const Notice notice{Notice::Kind::bad, std::string(kNasty), std::string(kNasty)};
  const std::vector<Ride> rides{{std::string(kNasty), Ride::Via::app, now}};
  const LinkState manage{LinkState::Status::linked, LinkState::Action::manage_in_alexa, {}};
  const Pages with_demo_users{"http://x", {{"id", "n", std::string(kNasty), Password{std::string(kNasty)}}}};
  const std::string bodies[] = {
      pages.home({nasty, std::string(kNasty), notice}, rides, now).body,
      pages.alexa({nasty, std::string(kNasty), notice}, manage, kNasty).body,
      pages.alexa({nasty, std::string(kNasty), notice}, LinkState{}, "").body,
      pages.alexa_finish({nasty, std::string(kNasty), {}}).body,
      pages.message(404, kNasty, kNasty).body,
      with_demo_users
          .sign_in(200, {std::string(kNasty), std::string(kNasty), std::string(kNasty), std::string(kNasty)})
          .body,
  };
  for (const auto& body : bodies) {
    EXPECT_EQ(body.find(kNasty), std::string::npos);
    EXPECT_NE(body.find("&lt;script&gt;&quot;&#39;&amp;"), std::string::npos);
  }
}

TEST_F(RideHailerPages, BR_01_BR_02_BR_03_headers_are_on_every_page) {
  for (const auto& page :
       {pages.sign_in(401, {}), pages.home({user, "c", {}}, {}, now), pages.alexa({user, "c", {}}, {}, ""),
        pages.alexa_finish({user, "c", {}}), pages.message(403, "t", "x")}) {
    const std::string policy = header(page, "Content-Security-Policy");
    EXPECT_TRUE(policy.starts_with("default-src 'none'")) << policy;
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_NE(policy.find("base-uri 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(header(page, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(header(page, "X-Frame-Options"), "DENY");
    EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(page, "Cache-Control"), "no-store");
    EXPECT_NE(header(page, "Strict-Transport-Security"), "");
    EXPECT_EQ(page.body.find("style="), std::string::npos);
    EXPECT_EQ(page.body.find("onclick"), std::string::npos);
  }
}

TEST_F(RideHailerPages, BR_02_only_the_alexa_page_lets_a_form_lead_to_other_sites) {
  EXPECT_TRUE(header(pages.home({user, "c", {}}, {}, now), "Content-Security-Policy")
                  .ends_with("form-action 'self'"));
  EXPECT_TRUE(header(pages.sign_in(200, {}), "Content-Security-Policy").ends_with("form-action 'self'"));
  EXPECT_TRUE(header(pages.alexa({user, "c", {}}, {}, ""), "Content-Security-Policy")
                  .ends_with("form-action 'self' https:"));
}

TEST_F(RideHailerPages, the_button_is_the_one_that_couplet_asks_for) {
  using Action = LinkState::Action;
  const auto unlinked = alexa(LinkState{LinkState::Status::not_linked, Action::link, {}});
  EXPECT_NE(unlinked.find("Not linked with Alexa"), std::string::npos);
  EXPECT_NE(unlinked.find(">Link with Alexa</button>"), std::string::npos);
  EXPECT_EQ(unlinked.find("Unlink</button>"), std::string::npos);

  const auto linked = alexa(LinkState{LinkState::Status::linked, Action::unlink, {}});
  EXPECT_NE(linked.find(">Linked with Alexa<"), std::string::npos);
  EXPECT_NE(linked.find(">Unlink</button>"), std::string::npos);
  EXPECT_EQ(linked.find(">Link with Alexa</button>"), std::string::npos);

  const auto managed =
      alexa(LinkState{LinkState::Status::linked, Action::manage_in_alexa, {}}, "https://alexa.amazon.com/x");
  EXPECT_NE(managed.find(R"(href="https://alexa.amazon.com/x")"), std::string::npos);
  EXPECT_EQ(managed.find("Unlink</button>"), std::string::npos);
}

TEST_F(RideHailerPages, an_outage_is_not_a_guess) {
  const auto silent = alexa(std::nullopt);
  EXPECT_NE(silent.find("We cannot tell right now"), std::string::npos);
  EXPECT_EQ(silent.find("inked with Alexa"), std::string::npos);
  EXPECT_EQ(silent.find("Unlink</button>"), std::string::npos);
  const auto unknown = alexa(LinkState{LinkState::Status::unknown, LinkState::Action::link, {}});
  EXPECT_NE(unknown.find("We cannot tell right now"), std::string::npos);
}

TEST_F(RideHailerPages, demo_users_show_only_where_they_are_given) {
  const Pages demo{"http://x", {{"id", "Alice", "alice", Password{"wonderland"}}}};
  EXPECT_NE(demo.sign_in(200, {}).body.find("wonderland"), std::string::npos);
  EXPECT_EQ(pages.sign_in(200, {}).body.find("Demo accounts"), std::string::npos);
}

TEST_F(RideHailerPages, ages_are_told_in_words) {
  EXPECT_EQ(how_long_ago(now, now + seconds{59}), "just now");
  EXPECT_EQ(how_long_ago(now, now + seconds{60}), "1 minute ago");
  EXPECT_EQ(how_long_ago(now, now + minutes{59}), "59 minutes ago");
  EXPECT_EQ(how_long_ago(now, now + minutes{125}), "2 hours ago");
  EXPECT_EQ(how_long_ago(now, now + std::chrono::days{2}), "2025-10-09");
}

}  // namespace
}  // namespace couplet::ride_hailer
