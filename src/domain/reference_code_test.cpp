// SPDX-License-Identifier: Apache-2.0
#include "domain/reference_code.hpp"

#include <gtest/gtest.h>

#include <set>

namespace couplet {
namespace {

const Instant kNow = from_unix_seconds(1'800'000'000);

TEST(ReferenceCode, is_eight_characters_in_two_groups_without_look_alikes) {
  SeededRandom random{7};
  std::set<std::string> seen;
  for (int i = 0; i < 2000; ++i) {
    const std::string text = ReferenceCode::of(AttemptId::make(kNow, random)).text();
    ASSERT_EQ(text.size(), 9U);
    EXPECT_EQ(text[4], '-');
    EXPECT_EQ(text.find_first_of("01IO"), std::string::npos) << text;
    seen.insert(text);
  }
  EXPECT_EQ(seen.size(), 2000U) << "attempts of one moment have codes of their own";
}

TEST(ReferenceCode, the_same_attempt_always_has_the_same_one) {
  SeededRandom random{8};
  const AttemptId id = AttemptId::make(kNow, random);
  EXPECT_EQ(ReferenceCode::of(id), ReferenceCode::of(*AttemptId::from_text(id.text())));
  EXPECT_TRUE(std::ranges::equal(ReferenceCode::of(id).bytes(), ByteView(id.bytes()).last(5)));
}

TEST(ReferenceCode, is_read_as_people_type_it) {
  SeededRandom random{9};
  for (int i = 0; i < 200; ++i) {
    const ReferenceCode code = ReferenceCode::of(AttemptId::make(kNow, random));
    std::string typed = code.text();
    EXPECT_EQ(ReferenceCode::from_text(typed), code);
    typed.erase(4, 1);
    std::ranges::transform(typed, typed.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    EXPECT_EQ(ReferenceCode::from_text(" " + typed), code);
  }
}

TEST(ReferenceCode, anything_else_is_none) {
  for (const char* const text :
       {"", "K7QM-2F9", "K7QM-2F9DD", "K7QM-2F90", "K7QM-2FID", "K7QM_2F9D", "Ä7QM-2F9D"})
    EXPECT_FALSE(ReferenceCode::from_text(text)) << text;
}

}  // namespace
}  // namespace couplet
