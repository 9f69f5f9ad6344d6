// SPDX-License-Identifier: Apache-2.0
#include "oauth/authorization_request.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/form.hpp"

namespace couplet::oauth {
namespace {

constexpr std::string_view kIssuer = "https://couplet.example";
constexpr std::string_view kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const std::vector<std::string> kRegions = {"https://pitangui.amazon.com/api/skill/link/M1EXAMPLEVENDOR",
                                           "https://layla.amazon.com/api/skill/link/M1EXAMPLEVENDOR",
                                           "https://alexa.amazon.co.jp/api/skill/link/M1EXAMPLEVENDOR"};

ClientRegistry clients() {
  std::vector<Client> made(4);
  const char* const names[] = {"alexa", "one", "off", "strict"};
  for (std::size_t i = 0; i < made.size(); ++i) {
    made[i].client_id = ClientId(names[i]);
    made[i].redirect_uris = kRegions;
    made[i].scopes = {"profile", "rides"};
  }
  made[1].redirect_uris = {"https://one.example/cb?app=1"};
  made[2].enabled = false;
  made[3].require_pkce = true;
  return ClientRegistry(std::move(made));
}

// A request as Alexa sends it; each row of the table spoils one thing.
struct Query {
  std::vector<std::pair<std::string, std::string>> fields{{"client_id", "alexa"},
                                                          {"response_type", "code"},
                                                          {"state", "eyJhIjoxfQ=="},
                                                          {"scope", "rides"},
                                                          {"redirect_uri", kRegions[1]}};
  std::string more;

  void set(std::string_view name, std::string value) {
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    fields.emplace_back(name, std::move(value));
  }
  [[nodiscard]] auto parse() const {
    FormWriter writer;
    for (const auto& [name, value] : fields) writer.add(name, value);
    return parse_authorization_request(writer.text() + more, clients());
  }
};

struct Row {
  std::string_view name;
  std::function<void(Query&)> spoil;
  std::string_view cause;  // empty: the request is good
  OAuthErrorCode code = OAuthErrorCode::invalid_request;
  bool redirects = false;
};

auto set(std::string_view name, std::string value) {
  return [=](Query& q) { q.set(name, value); };
}
auto with_challenge(std::string challenge, std::string method) {
  return [=](Query& q) { q.set("code_challenge", challenge), q.set("code_challenge_method", method); };
}
using enum OAuthErrorCode;

const Row kRows[] = {
    {"AZ_01_as_alexa_sends_it", [](Query&) {}, ""},
    {"AZ_01_an_empty_scope_is_none", set("scope", ""), ""},
    {"AZ_02_unknown_parameters", [](Query& q) { q.more = "&foo=bar&ui_theme=x"; }, ""},
    {"AZ_04_unknown_client", set("client_id", "nobody"), "client_unknown"},
    {"AZ_04_no_client", set("client_id", ""), "client_unknown"},
    {"AZ_04_disabled_client", set("client_id", "off"), "client_disabled"},
    {"AZ_05_no_redirect_uri_of_several", set("redirect_uri", ""), "redirect_uri_missing"},
    {"AZ_06_no_response_type", set("response_type", ""), "response_type_missing", invalid_request, true},
    {"AZ_07_token", set("response_type", "token"), "response_type_unsupported", unsupported_response_type,
     true},
    {"AZ_07_case", set("response_type", "CODE"), "response_type_unsupported", unsupported_response_type,
     true},
    {"AZ_07_both", set("response_type", "code token"), "response_type_unsupported", unsupported_response_type,
     true},
    {"AZ_08_foreign_scope", set("scope", "rides admin"), "scope_not_granted", invalid_scope, true},
    {"AZ_08_quoted_scope", set("scope", "\"rides\""), "scope_malformed", invalid_scope, true},
    {"AZ_11_state_beyond_the_limit", set("state", std::string(kClientStateLimitBytes + 1, 's')),
     "state_too_long"},
    {"AZ_11_long_state", set("state", std::string(kClientStateLimitBytes, 's')), ""},
    {"AZ_22_another_vendor", set("redirect_uri", "https://layla.amazon.com/api/skill/link/M2EXAMPLEVENDOR"),
     "redirect_uri_unregistered"},
    {"PK_01_s256", with_challenge(std::string(kChallenge), "S256"), ""},
    {"PK_02_plain_by_name", with_challenge(std::string(kChallenge), "plain"),
     "code_challenge_method_unsupported", invalid_request, true},
    {"PK_02_plain_by_default", set("code_challenge", std::string(kChallenge)),
     "code_challenge_method_unsupported", invalid_request, true},
    {"PK_02_plain_without_challenge", set("code_challenge_method", "plain"), "code_challenge_missing",
     invalid_request, true},
    {"PK_03_case", with_challenge(std::string(kChallenge), "s256"), "code_challenge_method_unsupported",
     invalid_request, true},
    {"PK_03_unknown", with_challenge(std::string(kChallenge), "S512"), "code_challenge_method_unsupported",
     invalid_request, true},
    {"PK_03_empty", with_challenge(std::string(kChallenge), ""), "code_challenge_method_unsupported",
     invalid_request, true},
    {"PK_04_42_characters", with_challenge(std::string(kChallenge.substr(1)), "S256"),
     "code_challenge_malformed", invalid_request, true},
    {"PK_04_44_characters", with_challenge("A" + std::string(kChallenge), "S256"), "code_challenge_malformed",
     invalid_request, true},
    {"PK_04_padding", with_challenge(std::string(kChallenge.substr(1)) + "=", "S256"),
     "code_challenge_malformed", invalid_request, true},
    {"PK_04_other_alphabet", with_challenge("+" + std::string(kChallenge.substr(1)), "S256"),
     "code_challenge_malformed", invalid_request, true},
    {"PK_09_required", set("client_id", "strict"), "code_challenge_required", invalid_request, true},
    {"PK_09_required_and_there",
     [](Query& q) { q.set("client_id", "strict"), with_challenge(std::string(kChallenge), "S256")(q); }, ""},
    {"RU_09_bad_escape", [](Query& q) { q.more = "&x=%zz"; }, "query_malformed"},
};

TEST(authorization_request, each_row_is_answered_as_it_says) {
  for (const Row& row : kRows) {
    Query query;
    row.spoil(query);
    const auto parsed = query.parse();
    if (row.cause.empty()) {
      EXPECT_TRUE(parsed) << row.name;
      continue;
    }
    ASSERT_FALSE(parsed) << row.name;
    EXPECT_EQ(parsed.error().error.log_detail, row.cause) << row.name;
    EXPECT_EQ(parsed.error().error.code, row.code) << row.name;
    ASSERT_EQ(parsed.error().redirect_back.has_value(), row.redirects) << row.name;
    if (!row.redirects) continue;
    EXPECT_FALSE(parsed.error().client_id.empty()) << row.name;
    EXPECT_EQ(parsed.error().redirect_back->redirect_uri, kRegions[1]) << row.name;
    EXPECT_EQ(parsed.error().redirect_back->oauth_state->reveal(), "eyJhIjoxfQ==") << row.name;
  }
}

TEST(AZ_03, a_repeated_parameter_is_refused_without_a_redirect) {
  for (const char* name :
       {"client_id", "redirect_uri", "state", "scope", "response_type", "code_challenge", "foo"}) {
    Query query;
    query.set(name, "x");
    query.more = "&" + std::string(name) + "=y";
    const auto parsed = query.parse();
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().error.code, OAuthErrorCode::invalid_request) << name;
    EXPECT_FALSE(parsed.error().redirect_back) << name;
  }
}

TEST(AZ_05, the_only_redirect_uri_may_be_left_out) {
  Query query;
  query.set("client_id", "one");
  query.set("redirect_uri", "");
  EXPECT_EQ(query.parse().value().redirect_uri, "https://one.example/cb?app=1");
}

TEST(AZ_01, what_was_asked_for_is_taken_over) {
  Query query;
  with_challenge(std::string(kChallenge), "S256")(query);
  const auto request = query.parse().value();
  EXPECT_EQ(request.client_id.text(), "alexa");
  EXPECT_EQ(request.redirect_uri, kRegions[1]);
  EXPECT_EQ(request.scope, "rides");
  EXPECT_EQ(request.oauth_state->reveal(), "eyJhIjoxfQ==");
  EXPECT_EQ(request.code_challenge, kChallenge);
  query.set("scope", "");
  EXPECT_EQ(query.parse().value().scope, "profile rides");
}

TEST(AZ_17, an_approved_code_is_bound_to_all_that_was_asked_for) {
  SeededRandom random{1};
  const KeyRing keys{{{1, MasterKey(std::string(32, 'k'))}}};
  const Instant now = from_unix_seconds(1'800'000'000);
  const auto minted = mint_authorization_code(now, random, keys);
  Query query;
  with_challenge(std::string(kChallenge), "S256")(query);
  const auto registry = clients();
  const auto record = approved_code(query.parse().value(), SkillName("ride-hailer"), UserId("user-alice"),
                                    minted, *registry.find("alexa"), now);
  EXPECT_EQ(record.selector, minted.selector);
  EXPECT_EQ(record.code_hash, minted.code_hash);
  EXPECT_EQ(record.client_id.text(), "alexa");
  EXPECT_EQ(record.skill.text(), "ride-hailer");
  EXPECT_EQ(record.user.text(), "user-alice");
  EXPECT_EQ(record.scope, "rides");
  EXPECT_EQ(record.redirect_uri, kRegions[1]);
  EXPECT_EQ(record.code_challenge, kChallenge);
  EXPECT_EQ(record.origin, GrantOrigin::alexa);
  EXPECT_EQ(record.expires_at, now + minutes{5});
  EXPECT_FALSE(record.spent_at);
}

TEST(AZ_22, each_region_has_its_own_redirect_url) {
  for (const std::string& uri : kRegions) {
    Query query;
    query.set("redirect_uri", uri);
    EXPECT_EQ(query.parse().value().redirect_uri, uri);
  }
}

TEST(RU_03, no_variant_of_a_registered_uri_gets_a_redirect) {
  const std::string good = kRegions[1];
  const std::string path = "/api/skill/link/M1EXAMPLEVENDOR";
  const std::vector<std::string> variants = {good + "/",
                                             good + "?x=1",
                                             good + "#",
                                             good + "#x",
                                             good + "/evil",
                                             good + "/..;/",
                                             good + ";a=b",
                                             good + "%2e%2e/",
                                             good + "%2F",
                                             good + "%252F",
                                             good + "\r\nX: y",
                                             good + "\t",
                                             good + " ",
                                             " " + good,
                                             good + std::string(1, '\0'),
                                             good + "\\",
                                             good.substr(0, good.size() - 1),
                                             good + good,
                                             "HTTPS" + good.substr(5),
                                             "http" + good.substr(5),
                                             "https://LAYLA.amazon.com" + path,
                                             "https://layla.amazon.com:443" + path,
                                             "https://layla.amazon.com." + path,
                                             "https://evil.layla.amazon.com" + path,
                                             "https://layla.amazon.com.evil.example" + path,
                                             "https://layla.amazon.com@evil.example" + path,
                                             "https://layla.amazon.com/api/../api/skill/link/M1EXAMPLEVENDOR",
                                             "https://layla.amazon.com//api/skill/link/M1EXAMPLEVENDOR",
                                             "https://layla.amazon.com/api/skill/link/m1examplevendor",
                                             "//layla.amazon.com" + path,
                                             path,
                                             "javascript:alert(1)",
                                             "https:\\\\layla.amazon.com" + path};
  EXPECT_GE(variants.size(), 30U);
  for (const std::string& variant : variants) {
    Query query;
    query.set("redirect_uri", variant);
    const auto parsed = query.parse();
    ASSERT_FALSE(parsed) << variant;
    EXPECT_EQ(parsed.error().error.log_detail, "redirect_uri_unregistered") << variant;
    EXPECT_FALSE(parsed.error().redirect_back) << variant;
  }
}

TEST(AZ_10, success_carries_code_state_and_issuer_and_nothing_else) {
  const AuthorizationCode code("cc_x");
  EXPECT_EQ(success_redirect({"https://h/cb", ClientState("s t")}, code, kIssuer),
            "https://h/cb?code=cc_x&state=s%20t&iss=https%3A%2F%2Fcouplet.example");
  EXPECT_EQ(success_redirect({"https://h/cb", std::nullopt}, code, kIssuer),
            "https://h/cb?code=cc_x&iss=https%3A%2F%2Fcouplet.example");
}

TEST(RU_06, a_registered_query_stays_in_front) {
  EXPECT_EQ(success_redirect({"https://h/cb?app=1", std::nullopt}, AuthorizationCode("cc_x"), kIssuer),
            "https://h/cb?app=1&code=cc_x&iss=https%3A%2F%2Fcouplet.example");
}

TEST(AZ_09, an_error_carries_the_exact_state_and_the_issuer) {
  EXPECT_EQ(error_redirect({"https://h/cb", ClientState("s")}, OAuthErrorCode::access_denied, kIssuer),
            "https://h/cb?error=access_denied&error_description=the%20user%20refused&state=s"
            "&iss=https%3A%2F%2Fcouplet.example");
}

TEST(AZ_10, an_answer_by_the_app_says_so) {
  const RedirectBack to{"https://h/cb", std::nullopt};
  EXPECT_TRUE(
      success_redirect(to, AuthorizationCode("cc_x"), kIssuer, AnsweredBy::app).ends_with("&source=app"));
  EXPECT_TRUE(
      error_redirect(to, OAuthErrorCode::access_denied, kIssuer, AnsweredBy::app).ends_with("&source=app"));
}

TEST(AZ_11, every_octet_of_a_state_comes_back) {
  std::string state;
  for (int octet = 0; octet < 256; ++octet) state += static_cast<char>(octet);
  Query query;
  query.set("state", state);
  const auto request = query.parse().value();
  ASSERT_EQ(request.oauth_state->reveal(), state);
  const std::string url = success_redirect(way_back(request), AuthorizationCode("cc_x"), kIssuer);
  EXPECT_EQ(FormParameters::parse(url.substr(url.find('?') + 1)).value().get("state"), state);
  EXPECT_TRUE(std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f; })) << "RU-09";
}

}  // namespace
}  // namespace couplet::oauth
