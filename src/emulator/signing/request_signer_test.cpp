// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/request_signer.hpp"

#include <gtest/gtest.h>

#include <set>

#include "emulator/amazon_under_test.hpp"
#include "emulator/calls/note.hpp"
#include "emulator/signing/certificate_authority.hpp"
#include "emulator/signing/chain_endpoint.hpp"
#include "emulator/signing/request_referee.hpp"

namespace couplet::emulator::test {
namespace {

constexpr const char* kEndpoint = "https://skill.example.org/alexa";

json::object message(const std::string& type) {
  const json::object application{{"applicationId", kSkillId}};
  return {{"version", "1.0"},
          {"context",
           json::object{
               {"System", json::object{{"application", application},
                                       {"user", json::object{{"userId", "amzn1.ask.account.ABCDEFGH"}}}}}}},
          {"request",
           json::object{{"type", type}, {"requestId", "request-1"}, {"timestamp", "2026-03-01T10:00:00Z"}}}};
}

class SignedRequests : public ::testing::Test {
 protected:
  SignedRequests()
      : referee(certificates.root_pem(), kSkillId, [this](const std::string& name) { return fetch(name); }) {}

  /// What a careful verifier keeps of the answer.
  std::string fetch(const std::string& file_name) {
    const http::Response answer = get("/echo.api/" + file_name);
    const bool late = note_of(answer).contains("late");
    const bool whole = answer.status == 200 && answer.body.size() <= 64 * 1024 && !answer.endless;
    return whole && !late ? answer.body + " " : "";
  }
  http::Response get(const std::string& path) {
    const http::HeaderView::Pairs none;
    const std::string_view target = path;
    const std::size_t question = std::min(target.find('?'), target.size());
    const http::Request request{.method = "GET",
                                .path = target.substr(0, question),
                                .query = target.substr(std::min(question + 1, target.size())),
                                .headers = http::HeaderView(none),
                                .body = "",
                                .peer_address = "127.0.0.1",
                                .request_id = "test",
                                .tls = true,
                                .path_parameters = {}};
    boost::asio::io_context context(1);
    http::Response response;
    boost::asio::co_spawn(context, files.answer(request),
                          [&](const std::exception_ptr& failure, http::Response answer) {
                            if (failure) std::rethrow_exception(failure);
                            response = std::move(answer);
                          });
    context.run();
    return response;
  }
  std::set<Rule> broken(const std::string& type, const WrongWay* way = nullptr) {
    return referee.broken(signer.signed_call(kEndpoint, message(type), way), clock.now());
  }

  FakeClock clock{*from_iso8601("2026-03-01T10:00:00Z")};
  SeededRandom random{7};
  RequestCertificates certificates{std::nullopt, clock, random};
  RequestSigner signer{certificates, clock};
  ChainEndpoint files{certificates, milliseconds(30)};
  RequestReferee referee;
};

std::set<std::string> texts(const std::set<Rule>& rules) {
  std::set<std::string> found;
  for (const Rule rule : rules) found.emplace(rule_text(rule));
  return found;
}

/// Ways that cannot be wrong in one thing only: another certificate stands where the leaf should.
bool breaks_more(const WrongWay& way) { return way.name == "leaf_last"; }

TEST_F(SignedRequests, section_5_a_right_request_breaks_no_rule) {
  EXPECT_EQ(texts(broken("LaunchRequest")), std::set<std::string>{});
  const http::OutgoingRequest call = signer.signed_call(kEndpoint, message("LaunchRequest"));
  EXPECT_EQ(call.url, kEndpoint);
  EXPECT_EQ(call.body, json::serialize(message("LaunchRequest")));
}

TEST_F(SignedRequests, section_5_1_the_older_signature_is_sha1_over_the_same_octets) {
  const http::OutgoingRequest call = signer.signed_call(kEndpoint, message("LaunchRequest"));
  const auto chain = certificates.chain();
  const auto sent =
      std::ranges::find(call.headers, "Signature", [](const auto& header) { return header.first; });
  ASSERT_NE(sent, call.headers.end());
  EXPECT_EQ(sent->second, to_base64(chain->key.sign(call.body, Hash::sha1)));
}

TEST_F(SignedRequests, every_wrong_way_is_wrong_in_the_way_it_says_and_in_no_other) {
  for (const WrongWay& way : wrong_ways()) {
    const std::set<std::string> found = texts(broken("LaunchRequest", &way));
    const std::set<std::string> expected = way.breaks == Rule::none
                                               ? std::set<std::string>{}
                                               : std::set<std::string>{std::string(rule_text(way.breaks))};
    if (breaks_more(way))
      EXPECT_TRUE(found.contains(std::string(rule_text(way.breaks)))) << way.name;
    else
      EXPECT_EQ(found, expected) << way.name << ": " << way.does;
  }
}

TEST_F(SignedRequests, every_wrong_way_applies_to_events_as_its_row_says) {
  for (const WrongWay& way : wrong_ways()) {
    if (way.answer != ChainAnswer::pem) continue;  // nothing to do with the message
    const bool accepted = broken("AlexaSkillEvent.SkillDisabled", &way).empty();
    EXPECT_EQ(accepted, expected_statuses(way, true) == std::vector<int>{200}) << way.name;
  }
}

TEST_F(SignedRequests, rotation_makes_a_new_file_and_keeps_the_old_one) {
  const auto first = certificates.chain();
  const auto second = certificates.rotate();
  EXPECT_NE(first->file_name(), second->file_name());
  EXPECT_EQ(get("/echo.api/" + first->file_name()).body, first->pem);
  EXPECT_EQ(get("/echo.api/" + second->file_name()).body, second->pem);
  EXPECT_NE(first->key.to_pem(), second->key.to_pem());
  EXPECT_EQ(texts(broken("LaunchRequest")), std::set<std::string>{});
}

TEST_F(SignedRequests, a_file_number_is_not_used_again_by_a_later_emulator) {
  const auto first = certificates.chain();
  clock.advance(seconds(1));
  RequestCertificates later(std::nullopt, clock, random);
  EXPECT_GT(later.chain()->number, first->number);
}

TEST_F(SignedRequests, each_message_can_have_a_chain_url_of_its_own) {
  std::set<std::string> urls;
  for (const char* type : {"LaunchRequest", "IntentRequest", "SessionEndedRequest"}) {
    const auto call = signer.signed_call(kEndpoint, message(type), find_wrong_way("url_never_seen"));
    const auto sent = std::ranges::find(call.headers, std::string("SignatureCertChainUrl"),
                                        [](const auto& header) { return header.first; });
    ASSERT_NE(sent, call.headers.end());
    EXPECT_FALSE(sent->second.contains('{')) << sent->second;
    urls.insert(sent->second);
  }
  EXPECT_EQ(urls.size(), 3u);
}

TEST_F(SignedRequests, a_lured_verifier_finds_a_good_chain_elsewhere) {
  const auto chain = certificates.chain();
  EXPECT_EQ(get("/bucket/" + chain->file_name()).body, chain->pem);
  EXPECT_EQ(get("/echo.api/echo-api-cert-1.pem").status, 404);
  EXPECT_EQ(get("/echo.api/" + chain->file_name() + ".bak").status, 404);
}

TEST_F(SignedRequests, odd_answers_have_the_good_chain_behind_them) {
  const auto moved = certificates.chain(chains::good, ChainAnswer::redirect);
  const http::Response redirect = get("/echo.api/" + moved->file_name());
  EXPECT_EQ(redirect.status, 302);
  const std::string location = header_of(redirect, "Location");
  EXPECT_EQ(get(location.substr(std::string("https://s3.amazonaws.com").size())).body, moved->pem);
  const auto huge = certificates.chain(chains::good, ChainAnswer::huge);
  const http::Response answer = get("/echo.api/" + huge->file_name());
  EXPECT_TRUE(answer.body.starts_with(huge->pem));
  EXPECT_GT(answer.body.size(), 64u * 1024);
}

TEST_F(SignedRequests, a_slow_answer_is_slow) {
  const auto chain = certificates.chain(chains::good, ChainAnswer::slow);
  const SystemClock real;
  const auto began = real.monotonic();
  get("/echo.api/" + chain->file_name());
  EXPECT_GE(real.monotonic() - began, milliseconds(30));
}

TEST_F(SignedRequests, a_chain_may_have_no_end) {
  const auto drips = certificates.chain(chains::good, ChainAnswer::drips);
  const http::Response slow = get("/echo.api/" + drips->file_name());
  EXPECT_TRUE(slow.endless);
  EXPECT_EQ(slow.body, drips->pem);
  EXPECT_LE(slow.bytes_per_second, 10u);
  const auto endless = certificates.chain(chains::good, ChainAnswer::endless);
  const http::Response fast = get("/echo.api/" + endless->file_name());
  EXPECT_TRUE(fast.endless);
  EXPECT_TRUE(fast.body.starts_with(endless->pem));
  EXPECT_GT(fast.bytes_per_second, 64u * 1024);
}

TEST(WrongWays, names_are_unique_and_there_are_enough) {
  std::set<std::string_view> names;
  for (const WrongWay& way : wrong_ways()) {
    EXPECT_TRUE(names.insert(way.name).second) << way.name;
    EXPECT_EQ(find_wrong_way(way.name), &way);
    EXPECT_FALSE(way.does.empty());
  }
  EXPECT_GE(names.size(), 40u);
  EXPECT_EQ(find_wrong_way("no such way"), nullptr);
}

}  // namespace
}  // namespace couplet::emulator::test
