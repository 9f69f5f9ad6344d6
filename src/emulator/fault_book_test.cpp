// SPDX-License-Identifier: Apache-2.0
#include "emulator/fault_book.hpp"

#include <gtest/gtest.h>

namespace couplet::emulator {
namespace {

const CallFacts kCall{Direction::in, "POST", "api.amazon.com", "/auth/o2/token"};

Fault fault_with(FaultMatch match, unsigned count = 1) {
  Fault fault;
  fault.match = std::move(match);
  fault.remaining = count;
  fault.action.status = 500;
  return fault;
}

TEST(FaultBook, every_named_part_must_fit) {
  const FaultMatch wrong[] = {{Direction::out, "", "", ""},
                              {{}, "api.amazonalexa.com", "", ""},
                              {{}, "", "/v1", ""},
                              {{}, "", "", "GET"}};
  for (const FaultMatch& match : wrong) {
    FaultBook book;
    book.add(fault_with(match));
    EXPECT_FALSE(book.take(kCall));
  }
  FaultBook book;
  book.add(fault_with({Direction::in, "api.amazon.com", "/auth", "POST"}));
  EXPECT_TRUE(book.take(kCall));
}

TEST(FaultBook, a_fault_counts_down_and_leaves) {
  FaultBook book;
  book.add(fault_with({}, 2));
  EXPECT_TRUE(book.take(kCall));
  EXPECT_TRUE(book.take(kCall));
  EXPECT_FALSE(book.take(kCall));
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
  for (const char* text :
       {R"({})", R"({"action":{}})", R"({"action":{"status":99}})", R"({"action":{"reset":"during"}})",
        R"({"action":{"status":500,"reset":"after"}})", R"({"action":{"delay_ms":-1}})",
        R"({"action":{"delay_ms":60001}})", R"({"count":0,"action":{"status":500}})",
        R"({"match":{"direction":"sideways"},"action":{"status":500}})",
        R"({"match":{"verb":"GET"},"action":{"status":500}})", R"({"match":7,"action":{"status":500}})",
        R"({"when":1,"action":{"status":500}})"})
    EXPECT_FALSE(fault_from_json(*parse_json_object(text))) << text;
}

TEST(FaultJson, reads_what_it_writes) {
  const auto written = parse_json_object(
      R"({"match":{"direction":"out","host":"a.example","path":"/t","method":"POST"},"count":3,"action":{"delay_ms":20,"reset":"after"}})");
  const auto fault = fault_from_json(*written);
  ASSERT_TRUE(fault);
  json::object again = to_json(*fault);
  again.erase("id");
  EXPECT_EQ(again, *written);
}

}  // namespace
}  // namespace couplet::emulator
