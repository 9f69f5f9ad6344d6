// SPDX-License-Identifier: Apache-2.0
#include "server/oauth/token_endpoint.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "server/oauth/testing/oauth_test_world.hpp"

namespace couplet::server {
namespace {

using Fault = FaultyGrants::Fault;

const std::string kVerifier(43, 'v');
const std::string kOtherCredentials = "&client_id=other&client_secret=other-secret";

class Token : public ::testing::Test, protected OAuthWorld {
 protected:
  std::string code_with_challenge() {
    return new_code([](AuthorizationCodeRecord& record) {
      record.code_challenge = oauth::s256_code_challenge(oauth::CodeVerifier(kVerifier));
    });
  }
};

TEST_F(Token, TK_16_a_code_becomes_a_working_pair) {
  const Answer answer = exchange(new_code());
  ASSERT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.text("token_type"), "Bearer");
  EXPECT_EQ(answer.text("scope"), "profile rides");
  EXPECT_GE(find_integer(answer.body, "expires_in"), 3300);
  EXPECT_TRUE(answer.text("refresh_token").starts_with("cr_"));
  EXPECT_EQ(introspect(answer.text("access_token")).text("sub"), "user-alice");
  EXPECT_EQ(refresh(answer.text("refresh_token")).status(), 200);
}

TEST_F(Token, TK_13_answers_are_json_and_never_cached) {
  for (const Answer& answer : {exchange(new_code()), exchange("cc_unknown")}) {
    EXPECT_EQ(answer.header("Content-Type"), "application/json");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_EQ(answer.header("Pragma"), "no-cache");
  }
}

TEST_F(Token, RT_01_refresh_writes_nothing_and_keeps_the_refresh_token) {
  const std::string refresh_token = exchange(new_code()).text("refresh_token");
  grants.write_count = 0;
  std::string last;
  for (int i = 0; i < 10; ++i) {
    const Answer answer = refresh(refresh_token);
    ASSERT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.text("refresh_token"), refresh_token);
    EXPECT_NE(answer.text("access_token"), last);
    EXPECT_FALSE(answer.body.contains("scope"));
    last = answer.text("access_token");
  }
  EXPECT_EQ(grants.write_count, 0);
}

TEST_F(Token, RT_02_a_narrowed_refresh_does_not_shrink_the_grant) {
  const std::string refresh_token = exchange(new_code()).text("refresh_token");
  const Answer narrowed = refresh(refresh_token, "&scope=rides" + kAlexaCredentials);
  EXPECT_EQ(narrowed.text("scope"), "rides");
  EXPECT_EQ(introspect(narrowed.text("access_token")).text("scope"), "rides");
  EXPECT_EQ(refresh(refresh_token, "&scope=admin" + kAlexaCredentials).text("error"), "invalid_scope");
  EXPECT_EQ(introspect(refresh(refresh_token).text("access_token")).text("scope"), "profile rides");
}

TEST_F(Token, RT_14_earlier_access_tokens_stay_valid) {
  const Answer first = exchange(new_code());
  refresh(first.text("refresh_token"));
  EXPECT_EQ(find_bool(introspect(first.text("access_token")).body, "active"), true);
}

TEST_F(Token, TK_02_nothing_is_read_from_the_query) {
  Post in_query;
  in_query.query = exchange_body(new_code());
  EXPECT_EQ(post(in_query).status(), 401);
  Post credentials_in_query(exchange_body(new_code(), ""));
  credentials_in_query.query = "client_id=alexa&client_secret=alexa-secret";
  EXPECT_EQ(post(credentials_in_query).text("error"), "invalid_client");
}

TEST_F(Token, CA_01_basic_authenticates_too) {
  Post basic{exchange_body(new_code(), "")};
  const std::string header = "Basic " + to_base64(as_byte_view("alexa:alexa-secret"));
  basic.headers.emplace_back("authorization", header);
  EXPECT_EQ(post(basic).status(), 200);
  basic.body = exchange_body(new_code(), "&client_id=alexa");
  EXPECT_EQ(post(basic).status(), 200);
}

TEST_F(Token, CA_05_wrong_secret_and_unknown_client_get_one_answer) {
  const Answer wrong = exchange(new_code(), "&client_id=alexa&client_secret=wrong");
  const Answer unknown = exchange(new_code(), "&client_id=nobody&client_secret=wrong");
  EXPECT_EQ(wrong.status(), 401);
  EXPECT_TRUE(wrong.header("WWW-Authenticate").starts_with("Basic "));
  EXPECT_EQ(unknown.status(), wrong.status());
  EXPECT_EQ(unknown.response.body, wrong.response.body);
  EXPECT_EQ(unknown.response.headers, wrong.response.headers);
}

TEST_F(Token, TK_14_refusals_have_the_registered_code_and_status) {
  struct Row {
    std::string_view name;
    std::string body;
    int status;
    std::string_view error;
  };
  const std::string a_code = new_code(), refresh_token = exchange(new_code()).text("refresh_token");
  const Row rows[] = {
      {"CA_06_no_credentials", exchange_body(a_code, ""), 401, "invalid_client"},
      {"CA_17_code_of_another_client", exchange_body(a_code, kOtherCredentials), 400, "invalid_grant"},
      {"CA_17_refresh_token_of_another_client", refresh_body(refresh_token, kOtherCredentials), 400,
       "invalid_grant"},
      {"TK_05_repeated", exchange_body(a_code) + "&code=x", 400, "invalid_request"},
      {"TK_09_no_grant_type", "x=y" + kAlexaCredentials, 400, "invalid_request"},
      {"TK_09_unknown_grant_type", "grant_type=foo" + kAlexaCredentials, 400, "unsupported_grant_type"},
      {"TK_10_resource_server_code", exchange_body(a_code, kApiCredentials), 400, "unauthorized_client"},
      {"TK_10_resource_server_refresh", refresh_body(refresh_token, kApiCredentials), 400,
       "unauthorized_client"},
      {"TK_11_unknown_code", exchange_body("cc_" + std::string(64, 'A')), 400, "invalid_grant"},
      {"TK_11_long_code", exchange_body(std::string(5000, 'x')), 400, "invalid_grant"},
      {"TK_11_nul", exchange_body("a%00b"), 400, "invalid_grant"},
      {"TK_15_quotes_and_tags", exchange_body("%22%5C%3Cscript%3E"), 400, "invalid_grant"},
      {"RT_03_code_as_refresh_token", refresh_body(a_code), 400, "invalid_grant"},
      {"RT_03_refresh_token_as_code", exchange_body(refresh_token), 400, "invalid_grant"},
      {"RT_03_unknown", refresh_body("cr_" + std::string(64, 'A')), 400, "invalid_grant"},
  };
  for (const Row& row : rows) {
    const Answer answer = post(Post{row.body});
    EXPECT_EQ(answer.status(), row.status) << row.name;
    EXPECT_EQ(answer.text("error"), row.error) << row.name;
    EXPECT_FALSE(answer.body.contains("access_token")) << row.name;
  }
  EXPECT_EQ(exchange(a_code).status(), 200) << "CD_09: none of these burnt the code for its owner";
}

TEST_F(Token, CD_01_a_code_works_once) {
  const std::string code = new_code();
  EXPECT_EQ(exchange(code).status(), 200);
  for (const seconds later : {seconds{0}, seconds{1}, seconds{30}, seconds{600}}) {
    clock.advance(later);
    EXPECT_EQ(exchange(code).text("error"), "invalid_grant") << later.count();
  }
}

TEST_F(Token, CD_02_replay_by_the_right_client_revokes_what_was_issued) {
  const std::string code = new_code();
  const Answer issued = exchange(code);
  EXPECT_EQ(exchange(code).text("error"), "invalid_grant");
  EXPECT_EQ(refresh(issued.text("refresh_token")).text("error"), "invalid_grant");
  EXPECT_EQ(introspect(issued.text("access_token")).response.body, R"({"active":false})");
}

TEST_F(Token, CD_04_replay_by_another_or_no_client_revokes_nothing) {
  const std::string code = new_code();
  const Answer issued = exchange(code);
  EXPECT_EQ(exchange(code, kOtherCredentials).text("error"), "invalid_grant");
  EXPECT_EQ(exchange(code, "").text("error"), "invalid_client");
  EXPECT_EQ(refresh(issued.text("refresh_token")).status(), 200);
}

TEST_F(Token, CD_03_of_many_at_once_at_most_one_succeeds_and_a_replay_ends_it) {
  const std::string code = new_code();
  grants.reads = Fault::yields;  // all of them read the code before anybody spends it
  boost::asio::io_context context{1};
  std::vector<Answer> answers;
  const Post one{exchange_body(code)};
  const http::Request request = one.request();
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(context, token.handle(request), [&](std::exception_ptr, http::Response response) {
      answers.push_back(answer(std::move(response)));
    });
  context.run_for(seconds{10});
  grants.reads = Fault::none;
  ASSERT_EQ(answers.size(), 20U);
  int succeeded = 0;
  for (const Answer& each : answers) {
    if (each.status() != 200) {
      EXPECT_EQ(each.text("error"), "invalid_grant");
      continue;
    }
    ++succeeded;
    EXPECT_EQ(refresh(each.text("refresh_token")).text("error"), "invalid_grant");
  }
  EXPECT_EQ(succeeded, 1);
}

TEST_F(Token, CD_05_a_code_expires) {
  const std::string code = new_code();
  clock.advance(minutes{5});
  EXPECT_EQ(exchange(code).text("error"), "invalid_grant");
}

TEST_F(Token, CD_08_all_bad_codes_get_the_same_bytes) {
  const std::string expired = new_code();
  clock.advance(minutes{5});
  const std::string spent = new_code();
  exchange(spent);
  const Answer unknown = exchange("cc_" + std::string(64, 'A'));
  for (const Answer& other : {exchange(expired), exchange(spent), exchange(new_code(), kOtherCredentials)}) {
    EXPECT_EQ(other.response.body, unknown.response.body);
    EXPECT_EQ(other.response.headers, unknown.response.headers);
    EXPECT_EQ(other.status(), unknown.status());
  }
}

TEST_F(Token, CD_11_a_scope_in_the_exchange_changes_nothing) {
  const Answer answer = exchange(new_code(), "&scope=admin" + kAlexaCredentials);
  EXPECT_EQ(answer.text("scope"), "profile rides");
}

TEST_F(Token, PK_01_the_right_verifier_is_accepted) {
  EXPECT_EQ(exchange(code_with_challenge(), "&code_verifier=" + kVerifier + kAlexaCredentials).status(), 200);
}

TEST_F(Token, PK_05_one_wrong_verifier_burns_the_code) {
  const std::string code = code_with_challenge();
  EXPECT_EQ(exchange(code, "&code_verifier=" + std::string(43, 'w') + kAlexaCredentials).text("error"),
            "invalid_grant");
  EXPECT_EQ(exchange(code, "&code_verifier=" + kVerifier + kAlexaCredentials).text("error"), "invalid_grant");
}

TEST_F(Token, CD_09_a_wrong_verifier_of_somebody_else_does_not_burn_the_code) {
  const std::string code = code_with_challenge(), wrong = "&code_verifier=" + std::string(43, 'w');
  EXPECT_EQ(exchange(code, wrong + kOtherCredentials).text("error"), "invalid_grant");
  EXPECT_EQ(exchange(code, wrong).text("error"), "invalid_client");
  EXPECT_EQ(exchange(code, "&code_verifier=" + kVerifier + kAlexaCredentials).status(), 200);
}

TEST_F(Token, TK_19_a_store_that_fails_is_503_and_the_code_stays_good) {
  const std::string code = new_code();
  const std::string refresh_token = exchange(new_code()).text("refresh_token");
  for (const storage::StoreError error :
       {storage::StoreError::unavailable, storage::StoreError::overloaded}) {
    grants.error = error;
    grants.reads = Fault::fails;
    for (const Answer& answer : {exchange(code), refresh(refresh_token)}) {
      EXPECT_EQ(answer.status(), 503);
      EXPECT_EQ(answer.text("error"), "temporarily_unavailable");
      EXPECT_EQ(answer.header("Retry-After"), "2");
      EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    }
    grants.reads = Fault::none;
    grants.writes = Fault::fails;
    EXPECT_EQ(exchange(code).status(), 503);
    grants.writes = Fault::none;
  }
  EXPECT_EQ(refresh(refresh_token).status(), 200);
  EXPECT_EQ(exchange(code).status(), 200);
}

TEST_F(Token, TK_19_a_replay_that_could_not_be_acted_upon_is_503) {
  const std::string code = new_code();
  exchange(code);
  grants.writes = Fault::fails;
  EXPECT_EQ(exchange(code).status(), 503);
  grants.writes = Fault::none;
  EXPECT_EQ(exchange(code).text("error"), "invalid_grant");
}

TEST_F(Token, TK_19_damaged_rows_are_a_server_error_and_no_invalid_grant) {
  grants.reads = Fault::fails;
  grants.error = storage::StoreError::damaged;
  EXPECT_EQ(exchange(new_code()).text("error"), "server_error");
  EXPECT_EQ(exchange(new_code()).status(), 500);
}

TEST_F(Token, TK_19_a_store_that_never_answers_is_503_at_the_deadline) {
  const std::string code = new_code();
  const std::string refresh_token = exchange(new_code()).text("refresh_token");
  grants.reads = Fault::silent;
  EXPECT_EQ(refresh(refresh_token).status(), 503);
  EXPECT_EQ(exchange(code).header("Retry-After"), "2");
  grants.reads = Fault::none;
  grants.writes = Fault::silent;
  EXPECT_EQ(exchange(code).status(), 503);
}

TEST_F(Token, TK_19_the_deadline_is_well_inside_amazons_limit) {
  EXPECT_EQ(kStoreDeadline, milliseconds{1500});
}

TEST_F(Token, TK_19_a_code_is_not_spent_for_a_caller_who_was_told_to_come_back) {
  const std::string code = new_code();
  grants.reads = Fault::held;
  boost::asio::io_context context{1};
  std::optional<int> status;
  const Post one{exchange_body(code)};
  const http::Request request = one.request();
  boost::asio::co_spawn(context, token.handle(request),
                        [&](std::exception_ptr, http::Response response) { status = response.status; });
  while (!status && context.run_one_for(seconds{10}) > 0) {
  }
  EXPECT_EQ(status, 503);
  clock.advance(deadline);
  grants.reads = Fault::none;
  grants.write_count = 0;
  grants.release();
  context.run_for(seconds{10});
  EXPECT_EQ(grants.write_count, 0);
  EXPECT_EQ(exchange(code).status(), 200);
}

TEST_F(Token, CA_13_failures_are_held_back_at_their_address_only) {
  Post wrong{exchange_body(new_code(), "&client_id=alexa&client_secret=wrong")};
  for (std::uint32_t i = 0; i < FailureLimits{}.per_client_and_address; ++i)
    ASSERT_EQ(post(wrong).status(), 401);
  const Answer held_back = post(wrong);
  EXPECT_EQ(held_back.status(), 429);
  EXPECT_EQ(held_back.header("Retry-After"), "60");
  Post elsewhere = wrong;
  elsewhere.peer_address = "192.0.2.2";
  EXPECT_EQ(post(elsewhere).status(), 401);
  clock.advance(minutes{1});
  EXPECT_EQ(post(wrong).status(), 401);
}

TEST_F(Token, CA_13_guesses_never_hold_back_the_right_secret_from_the_same_address) {
  const std::string refresh_token = exchange(new_code()).text("refresh_token");
  const std::string guess = "&client_id=alexa&client_secret=guess";
  while (refresh(refresh_token, guess).status() != 429) {
  }
  for (const char* client_id : {"a", "b", "c", "d"})  // until the address itself has to wait
    for (int i = 0; i < 20; ++i)
      refresh(refresh_token, "&client_secret=guess&client_id=" + std::string(client_id));
  EXPECT_EQ(refresh(refresh_token, "&client_secret=guess&client_id=e").status(), 429);
  EXPECT_EQ(refresh(refresh_token).status(), 200);
  EXPECT_EQ(exchange(new_code()).status(), 200);
}

class TokenTrace : public Token {
 protected:
  TokenTrace() {
    LinkAttempt attempt;
    attempt.attempt_id = attempt_id;
    attempt.skill = SkillName("ride-hailer");
    attempt.user = UserId("user-alice");
    attempt.created_at = attempt.updated_at = clock.now();
    EXPECT_TRUE(run_task(store->begin_attempt(attempt)));
  }
  std::string code_of_attempt() {
    return new_code([this](AuthorizationCodeRecord& record) { record.attempt_id = attempt_id; });
  }
  std::vector<Hop> hops() { return run_task(store->find_hops(attempt_id)).value(); }

  AttemptId attempt_id = AttemptId::make(clock.now(), random);
};

TEST_F(TokenTrace, a_code_exchange_is_told_in_the_trace_of_its_attempt) {
  const std::string code = code_of_attempt();
  exchange(code);
  clock.advance(seconds{1});
  exchange(code);
  ASSERT_EQ(hops().size(), 2U);
  EXPECT_EQ(hops()[0].name, "token_endpoint");
  EXPECT_EQ(hops()[0].status, 200);
  EXPECT_EQ(hops()[0].cause, "");
  EXPECT_EQ(hops()[1].status, 400);
  EXPECT_EQ(hops()[1].cause, "invalid_grant: code_replayed");
}

TEST_F(TokenTrace, who_does_not_hold_the_code_writes_nothing_into_the_trace) {
  std::string forged = code_of_attempt();
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  EXPECT_EQ(exchange(forged).text("error"), "invalid_grant");
  EXPECT_TRUE(hops().empty());
}

TEST_F(TokenTrace, SG_07_a_call_that_is_refused_for_its_client_is_told_too) {
  const std::string code = code_of_attempt();
  exchange(code, "&client_id=alexa&client_secret=not-the-one");
  clock.advance(seconds{1});
  exchange(code, "&client_id=somebody&client_secret=x");
  std::string forged = code;
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  exchange(forged, "&client_id=alexa&client_secret=not-the-one");
  ASSERT_EQ(hops().size(), 2U);
  EXPECT_EQ(hops()[0].status, 401);
  EXPECT_EQ(hops()[0].cause, "invalid_client: client_secret_differs");
  EXPECT_EQ(hops()[1].cause, "invalid_client: client_unknown");
  EXPECT_EQ(exchange(code).status(), 200) << "the code is as good as before";
}

TEST_F(TokenTrace, SG_07_a_call_that_cannot_be_read_is_told_too) {
  const std::string code = code_of_attempt();
  const Answer answer =
      post(Post{"grant_type=authorization_code&code=" + code + std::string(kAlexaCredentials)});
  EXPECT_EQ(answer.text("error"), "invalid_request");
  ASSERT_EQ(hops().size(), 1U);
  EXPECT_EQ(hops()[0].status, 400);
  EXPECT_TRUE(hops()[0].cause.starts_with("invalid_request: ")) << hops()[0].cause;
}

TEST_F(TokenTrace, the_answer_does_not_depend_on_the_trace) {
  // An attempt that is not there: whatever the store says to that, the exchange is good.
  attempt_id = AttemptId::make(clock.now(), random);
  EXPECT_EQ(exchange(code_of_attempt()).status(), 200);
}

TEST_F(Token, LG_01_no_secret_is_logged_and_LG_03_LG_04_each_event_is) {
  ::testing::internal::CaptureStderr();
  log::start(log::Level::debug, "couplet");
  const std::string code = new_code();
  const Answer issued = exchange(code);
  refresh(issued.text("refresh_token"));
  exchange(code);
  exchange(code, "&client_id=alexa&client_secret=marked-wrong-secret");
  exchange(code, "&client_id=marked-secret-in-the-wrong-field&client_secret=x");
  introspect(issued.text("access_token"));
  log::stop();
  const std::string lines = ::testing::internal::GetCapturedStderr();

  for (const std::string& secret : {code, issued.text("refresh_token"), issued.text("access_token"),
                                    std::string("alexa-secret"), std::string("marked-")})
    EXPECT_EQ(lines.find(secret), std::string::npos) << lines;
  for (const std::string& expected :
       {std::string(R"("event":"token.issued")"), std::string(R"("event":"token.refused")"),
        std::string(R"("event":"client.refused")"), std::string(R"("cause":"code_replayed")"),
        std::string(R"("cause":"client_secret_differs")"), std::string(R"("request_id":"request-1")"),
        std::string(R"("user":"user-alice")"), std::string(R"("address":"192.0.2.1")"),
        R"("fingerprint":")" + keys.fingerprint(code) + '"',
        R"("fingerprint":")" + keys.fingerprint(issued.text("refresh_token")) + '"'})
    EXPECT_NE(lines.find(expected), std::string::npos) << expected << '\n' << lines;
}

TEST_F(Token, TM_03_links_live_on_across_2038_leap_days_and_2100) {
  const std::string refresh_token = exchange(new_code()).text("refresh_token");
  for (const std::int64_t border : {1'835'395'200LL, 2'147'483'648LL, 4'102'444'800LL, 4'107'542'400LL}) {
    clock.advance(from_unix_seconds(border) - minutes{1} - clock.now());
    const std::string code = new_code();
    clock.advance(minutes{2});
    const Answer issued = exchange(code);
    ASSERT_EQ(issued.status(), 200) << border;
    EXPECT_GT(find_integer(introspect(issued.text("access_token")).body, "exp"), border + 360) << border;
    const Answer refreshed = refresh(refresh_token);
    EXPECT_EQ(find_bool(introspect(refreshed.text("access_token")).body, "active"), true) << border;
  }
}

}  // namespace
}  // namespace couplet::server
