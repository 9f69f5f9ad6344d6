// SPDX-License-Identifier: Apache-2.0
#include "emulator/calls/fault_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace couplet::emulator {
namespace {

const CallFacts kCall{Direction::in, "POST", "api.amazon.com", "/auth/o2/token", "anna", "amzn1.ask.skill.1"};

Fault fault_with(FaultMatch match, unsigned count = 1) {
  Fault fault;
  fault.match = std::move(match);
  fault.remaining = count;
  fault.action.status = 500;
  return fault;
}

TEST(FaultBook, every_named_part_must_fit) {
  const FaultMatch wrong[] = {
      {Direction::out, "", "", "", "", ""}, {{}, "api.amazonalexa.com", "", "", "", ""},
      {{}, "", "/v1", "", "", ""},          {{}, "", "", "GET", "", ""},
      {{}, "", "", "", "tom", ""},          {{}, "", "", "", "", "amzn1.ask.skill.other"}};
  for (const FaultMatch& match : wrong) {
    FaultBook book;
    book.add(fault_with(match));
    EXPECT_FALSE(book.take(kCall));
  }
  FaultBook book;
  book.add(fault_with({Direction::in, "api.amazon.com", "/auth", "POST", "anna", "amzn1.ask.skill.1"}));
  EXPECT_TRUE(book.take(kCall));
}

TEST(FaultBook, a_fault_counts_down_and_leaves) {
  FaultBook book;
  book.add(fault_with({}, 2));
  EXPECT_TRUE(book.take(kCall));
  EXPECT_TRUE(book.take(kCall));
  EXPECT_FALSE(book.take(kCall));
}

TEST(FaultBook, for_ever_is_for_ever) {
  FaultBook book;
  Fault fault = fault_with({});
  fault.remaining.reset();
  book.add(fault);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(book.take(kCall));
}

std::string pattern_of(std::uint64_t seed, double probability) {
  FaultBook book;
  const json::object written{{"count", "forever"},
                             {"probability", probability},
                             {"seed", static_cast<std::int64_t>(seed)},
                             {"action", json::object{{"status", 500}}}};
  book.add(*fault_from_json(written));
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += book.take(kCall) ? 'x' : '.';
  return pattern;
}

TEST(FaultBook, a_seed_means_the_same_calls_again) {
  const std::string pattern = pattern_of(7, 0.25);
  EXPECT_EQ(pattern, pattern_of(7, 0.25));
  EXPECT_NE(pattern, pattern_of(8, 0.25));
  EXPECT_NEAR(static_cast<double>(std::ranges::count(pattern, 'x')), 50, 25);
  EXPECT_EQ(pattern_of(7, 0).find('x'), std::string::npos);
  EXPECT_EQ(pattern_of(7, 1).find('.'), std::string::npos);
}

TEST(FaultBook, the_oldest_that_fits_comes_first) {
  FaultBook book;
  Fault second = fault_with({});
  second.action.status = 418;
  book.add(fault_with({}));
  book.add(second);
  EXPECT_EQ(book.take(kCall)->status, 500);
  EXPECT_EQ(book.take(kCall)->status, 418);
}

TEST(FaultBook, is_removed_by_its_id) {
  FaultBook book;
  const auto id = book.add(fault_with({}));
  EXPECT_FALSE(book.remove(id + 1));
  EXPECT_TRUE(book.remove(id));
  EXPECT_FALSE(book.take(kCall));
}

TEST(FaultJson, what_cannot_be_is_refused) {
  for (const char* text : {R"({})",
                           R"({"action":{}})",
                           R"({"action":{"status":99}})",
                           R"({"action":{"reset":"during"}})",
                           R"({"action":{"status":500,"reset":"after"}})",
                           R"({"action":{"delay_ms":-1}})",
                           R"({"action":{"delay_ms":60001}})",
                           R"({"count":0,"action":{"status":500}})",
                           R"({"match":{"direction":"sideways"},"action":{"status":500}})",
                           R"({"match":{"verb":"GET"},"action":{"status":500}})",
                           R"({"match":7,"action":{"status":500}})",
                           R"({"action":{"status":503,"malformed":"sideways"}})",
                           R"({"action":{"huge_bytes":67108865}})",
                           R"({"action":{"drip":0}})",
                           R"({"action":{"redirect":""}})",
                           R"({"count":"often","action":{"status":500}})",
                           R"({"action":{"redirect":"/x","reset":"after"}})",
                           R"({"probability":1.5,"action":{"status":500}})",
                           R"({"seed":-1,"action":{"status":500}})",
                           R"({"when":1,"action":{"status":500}})"})
    EXPECT_FALSE(fault_from_json(*parse_json_object(text))) << text;
}

TEST(FaultJson, reads_what_it_writes) {
  for (
      const char* text :
      {R"({"match":{"direction":"out","host":"a.example","path":"/t","method":"POST"},"count":3,"action":{"delay_ms":20,"reset":"after"}})",
       R"({"match":{"user":"anna","skill_id":"s"},"count":"forever","action":{"malformed":"deep","huge_bytes":9,"drip":5},"probability":5E-1,"seed":3})",
       R"({"match":{},"count":1,"action":{"redirect":"https://a.example/x"}})",
       R"({"match":{},"count":1,"action":{"retry_after":5}})"}) {
    const auto written = parse_json_object(text);
    const auto fault = fault_from_json(*written);
    ASSERT_TRUE(fault) << text;
    json::object again = to_json(*fault);
    again.erase("id");
    EXPECT_EQ(again, *written);
  }
}

TEST(FaultAction, answers_instead_of_the_effect_with_the_headers_that_belong) {
  FaultAction busy;
  busy.retry_after = seconds(7);
  const auto answer = answer_instead(busy);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->headers.back(), std::pair(std::string("Retry-After"), std::string("7")));
  FaultAction away;
  away.redirect = "https://elsewhere.example/";
  EXPECT_EQ(answer_instead(away)->status, 302);
  EXPECT_EQ(answer_instead(away)->headers.back().second, "https://elsewhere.example/");
  away.status = 307;
  EXPECT_EQ(answer_instead(away)->status, 307);
  EXPECT_FALSE(answer_instead(FaultAction{}));
}

std::string spoiled_by(Malformed malformed,
                       std::string body = R"({"access_token":"abc","expires_in":3600})") {
  FaultAction action;
  action.malformed = malformed;
  return spoiled(std::move(body), action);
}

TEST(FaultAction, each_malformed_body_is_broken_in_its_own_way) {
  EXPECT_FALSE(parse_json(spoiled_by(Malformed::not_json)));
  EXPECT_FALSE(parse_json(spoiled_by(Malformed::truncated)));
  EXPECT_EQ(parse_json(spoiled_by(Malformed::deep)).error(), JsonError::too_deep);
  EXPECT_FALSE(parse_json(spoiled_by(Malformed::invalid_utf8)));
  EXPECT_FALSE(parse_json(spoiled_by(Malformed::invalid_utf8, "{}")));
  EXPECT_FALSE(parse_json(spoiled_by(Malformed::invalid_utf8, "")));
  const auto wrong = parse_json_object(spoiled_by(Malformed::wrong_types));
  ASSERT_TRUE(wrong) << "well formed, and of the wrong types";
  EXPECT_FALSE(find_string(*wrong, "access_token"));
  EXPECT_FALSE(find_integer(*wrong, "expires_in"));
}

TEST(FaultAction, a_huge_body_is_still_json) {
  FaultAction action;
  action.huge_bytes = 100'000;
  const std::string body = spoiled(R"({"a":1})", action);
  EXPECT_EQ(body.size(), 100'000U);
  EXPECT_TRUE(parse_json(body));
}

}  // namespace
}  // namespace couplet::emulator
