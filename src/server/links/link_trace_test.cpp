// SPDX-License-Identifier: Apache-2.0
#include "server/links/link_trace.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "base/testing/run_task.hpp"
#include "domain/reference_code.hpp"
#include "storage/memory/memory_database.hpp"

namespace couplet::server {
namespace {

const Instant kNow = from_unix_seconds(1'800'000'000);
const SkillName kRide("ride-hailer");
const SkillName kSecond("second-skill");

class LinkTraceTest : public testing::Test {
 protected:
  LinkAttempt attempt(const char* user, const SkillName& skill = kRide, Instant at = kNow) {
    LinkAttempt out;
    out.attempt_id = AttemptId::make(at, random);
    out.skill = skill;
    out.user = UserId(user);
    out.platform = Platform::android;
    out.created_at = at;
    out.updated_at = at + milliseconds{1900};
    return out;
  }
  LinkAttempt failed(const char* user, const char* step, const char* code) {
    LinkAttempt out = attempt(user);
    out.status = AttemptStatus::failed;
    out.failed_step = step;
    out.failed_code = code;
    return out;
  }
  static Hop hop(const char* name, int status, const char* cause, int after_ms) {
    return {kNow + milliseconds{after_ms}, name, status, milliseconds{41}, cause};
  }
  void store(const LinkAttempt& attempt, std::vector<Hop> hops = {}) {
    ASSERT_TRUE(run_task(rows->begin_attempt(attempt)));
    ASSERT_TRUE(run_task(rows->append_hops(attempt.attempt_id, std::move(hops))));
  }
  Trace find(const std::string& asked, TraceSubject subject = TraceSubject::anything) {
    return run_task(find_trace(*rows, {kRide, kSecond}, asked, subject)).value();
  }
  /// A link that Alexa made by redeeming a code of its own.
  Grant link_made_by_alexa(const char* user) {
    AuthorizationCodeRecord code;
    code.selector = CodeSelector::make(kNow, random);
    code.skill = kSecond;
    code.user = UserId(user);
    code.origin = GrantOrigin::alexa;
    Grant grant;
    grant.grant_id = GrantId::make(kNow, random);
    grant.skill = kSecond;
    grant.user = UserId(user);
    grant.origin = GrantOrigin::alexa;
    grant.refresh_selector = RefreshSelector::make(kNow, random);
    grant.created_at = kNow;
    EXPECT_TRUE(run_task(rows->insert_code(code)));
    EXPECT_TRUE(run_task(rows->spend_code(code.selector, grant, kNow)));
    return grant;
  }

  SeededRandom random{3};
  std::unique_ptr<storage::Database> database = storage::make_memory_database();
  std::unique_ptr<storage::Store> rows = database->open_store();
};

TEST_F(LinkTraceTest, SG_07_is_found_by_id_by_reference_code_and_by_user) {
  const LinkAttempt first = attempt("alice");
  const LinkAttempt second = attempt("alice", kSecond, kNow + seconds{5});
  store(first, {hop("lwa.token", 200, "", 0)});
  store(second);
  store(attempt("bob"));
  const std::string reference = ReferenceCode::of(first.attempt_id).text();
  for (const std::string& asked : {first.attempt_id.text(), reference}) {
    const Trace trace = find(asked);
    ASSERT_EQ(trace.attempts.size(), 1U) << asked;
    EXPECT_EQ(trace.attempts[0].attempt.attempt_id, first.attempt_id);
    EXPECT_EQ(trace.attempts[0].hops.size(), 1U);
  }
  const Trace alice = find("alice");
  ASSERT_EQ(alice.attempts.size(), 2U);
  EXPECT_EQ(alice.attempts[0].attempt.attempt_id, second.attempt_id) << "the newest first";
  EXPECT_TRUE(find("carol").empty());
}

TEST_F(LinkTraceTest, SG_07_a_user_whose_id_looks_like_a_reference_code_is_found_as_well) {
  store(attempt("K7QM2F9D"));
  EXPECT_EQ(find("K7QM2F9D").attempts.size(), 1U);
  const LinkAttempt other = attempt("alice");
  const std::string reference = ReferenceCode::of(other.attempt_id).text();
  store(other);
  store(attempt(reference.c_str()));
  EXPECT_EQ(find(reference).attempts[0].attempt.user, UserId("alice"));
  EXPECT_EQ(find(reference, TraceSubject::user).attempts[0].attempt.user, UserId(reference));
}

TEST_F(LinkTraceTest, SG_07_all_attempts_of_one_reference_code_are_shown) {
  const LinkAttempt one = attempt("alice");
  LinkAttempt twin = attempt("bob", kRide, kNow + seconds{1});
  auto raw = twin.attempt_id.bytes();
  std::ranges::copy(ReferenceCode::of(one.attempt_id).bytes(), raw.end() - ReferenceCode::kBytes);
  twin.attempt_id = AttemptId(raw);
  store(one);
  store(twin);
  EXPECT_EQ(find(ReferenceCode::of(one.attempt_id).text()).attempts.size(), 2U);
}

TEST_F(LinkTraceTest, SG_07_links_made_in_alexa_are_shown_with_what_ended_them) {
  const Grant grant = link_made_by_alexa("alice");
  Trace trace = find("alice");
  ASSERT_EQ(trace.links.size(), 1U);
  EXPECT_EQ(end_of(trace.links[0]), "");
  EXPECT_TRUE(
      trace_text(trace).contains("Link of alice with second-skill: LINKED\n  made      in the Alexa app"));

  ASSERT_TRUE(run_task(rows->revoke_grant(grant.grant_id, kNow + minutes{1})));
  EXPECT_EQ(end_of(find("alice").links[0]), "its tokens were revoked here");

  ASSERT_TRUE(run_task(rows->unlink(trace.links[0].link, EvidenceSource::event, kNow + minutes{2})));
  trace = find("alice");
  EXPECT_EQ(end_of(trace.links[0]), "the user, in the Alexa app: Alexa sent a signed SkillDisabled");
  EXPECT_TRUE(trace_text(trace).contains("NOT_LINKED"));
}

TEST_F(LinkTraceTest, SG_07_a_refused_enablement_is_explained_by_the_token_endpoints_refusal) {
  const LinkAttempt broken = failed("alice", "enablement", "bad_request");
  store(broken, {hop("lwa.token", 200, "", 0), hop("alexa.endpoint", 200, "", 50),
                 hop("token_endpoint", 401, "invalid_client: client_secret_differs", 120),
                 hop("alexa.enable", 400, "bad_request", 100)});
  const std::string text = trace_text(find("alice"));
  const std::string reference = ReferenceCode::of(broken.attempt_id).text();
  EXPECT_TRUE(text.starts_with("Link attempt " + reference + ": failed, enablement bad_request\n")) << text;
  for (const char* const line :
       {"  08:00:00.000  Couplet → Login with Amazon  trade code     200      41 ms\n",
        "  08:00:00.050  Couplet → Alexa API          find region    200      41 ms\n",
        "  08:00:00.120  Alexa → Couplet              redeem code    401      41 ms\n"
        "                invalid_client: client_secret_differs: Alexa sent a client\n"
        "                secret that is not the client's\n",
        "  08:00:00.100  Couplet → Alexa API          enable skill   400      41 ms\n"
        "                bad_request: 400: Alexa found the request wrong",
        "What happened\n  400: Alexa found the request wrong",
        "  Alexa sent a client secret that is not the client's.\nWhat to do\n",
        "  In the developer console, type the client id and secret"})
    EXPECT_TRUE(text.contains(line)) << line << "\n---\n" << text;
}

TEST_F(LinkTraceTest, SG_07_where_alexa_never_came_the_token_url_is_looked_at) {
  store(failed("alice", "enablement", "bad_answer"),
        {hop("lwa.token", 200, "", 0), hop("alexa.enable", 201, "", 50)});
  const std::string text = trace_text(find("alice"));
  EXPECT_TRUE(
      text.contains("\n  Alexa did not call our token endpoint.\nWhat to do\n  Compare the token URL"))
      << text;
  store(failed("bob", "enablement", "forbidden"), {hop("alexa.enable", 403, "forbidden", 50)});
  EXPECT_FALSE(trace_text(find("bob")).contains("token endpoint"));
}

TEST_F(LinkTraceTest, SG_07_each_end_of_an_attempt_says_what_to_do) {
  const auto text_of = [](const LinkAttempt& attempt) { return trace_text({{{attempt, {}}}, {}}); };
  LinkAttempt linked = attempt("alice");
  linked.status = AttemptStatus::linked;
  EXPECT_TRUE(text_of(linked).contains("holds tokens for this user.\nWhat to do\n  Nothing to do.\n"));
  EXPECT_TRUE(text_of(failed("a", "token", "invalid_client")).contains("until it is mended"));
  EXPECT_TRUE(text_of(failed("a", "token", "timeout")).contains("can start again in the app"));
  EXPECT_TRUE(text_of(failed("a", "authorization", "access_denied")).contains("The user said no."));
  LinkAttempt unsettled = attempt("alice");
  unsettled.status = AttemptStatus::coded;
  EXPECT_TRUE(text_of(unsettled).contains("It is not over yet.\n"));
  unsettled.failed_code = "timeout";
  EXPECT_TRUE(text_of(unsettled).contains("The last thing known: Alexa did not answer in time"));
}

TEST_F(LinkTraceTest, LG_01_no_line_is_wider_than_80_columns_and_nothing_moves_the_cursor) {
  LinkAttempt attempt =
      failed(("ü\x1b[2J" + std::string(200, 'x')).c_str(), "enablement", "external_bad_answer");
  attempt.api_host = std::string(120, 'h');
  const Trace trace{
      {{attempt, {hop("external.code", 0, "external_bad_answer", 0), hop("a.new.call", 200, "", 1)}}}, {}};
  const std::string text = trace_text(trace);
  EXPECT_FALSE(text.contains('\x1b'));
  std::size_t column = 0;
  for (const char c : text) {
    column = c == '\n' ? 0 : column + ((static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0);
    ASSERT_LE(column, 80U) << text;
  }
}

TEST_F(LinkTraceTest, SG_07_as_json_each_hop_has_its_meaning_and_advice) {
  const LinkAttempt broken = failed("alice", "token", "invalid_client");
  store(broken, {hop("lwa.token", 401, "invalid_client", 0)});
  link_made_by_alexa("alice");
  const json::object body = to_json(find("alice"));
  const json::object& attempt = body.at("attempts").at(0).as_object();
  EXPECT_EQ(attempt.at("reference").as_string(), ReferenceCode::of(broken.attempt_id).text());
  const json::object& told = attempt.at("hops").at(0).as_object();
  EXPECT_EQ(told.at("from").as_string(), "Couplet");
  EXPECT_EQ(told.at("to").as_string(), "Login with Amazon");
  EXPECT_EQ(told.at("meaning").as_string(), "Amazon does not know this Alexa client id or secret");
  EXPECT_TRUE(std::string_view(told.at("advice").as_string()).contains("developer console"));
  EXPECT_EQ(body.at("links").at(0).at("origin").as_string(), "alexa");
  EXPECT_TRUE(body.at("links").at(0).at("ended_by").is_null());
}

}  // namespace
}  // namespace couplet::server
