// SPDX-License-Identifier: Apache-2.0
#include "alexa/confirmation_number.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/random.hpp"

namespace couplet::alexa {
namespace {

const Instant kNow = from_unix_seconds(1'800'000'000);

KeyRing ring(std::uint8_t id, char fill) {
  std::vector<KeyRing::Key> keys;
  keys.push_back({id, MasterKey(std::string(32, fill))});
  return KeyRing(keys);
}

TEST(ConfirmationNumber, LK_06_is_six_digits_and_the_same_as_often_as_one_asks) {
  SeededRandom random{7};
  const KeyRing keys = ring(1, 'k');
  const AttemptId attempt_id = AttemptId::make(kNow, random);
  const auto number = confirmation_number(keys, attempt_id, 1);
  ASSERT_TRUE(number);
  EXPECT_EQ(number->reveal().size(), 6U);
  EXPECT_EQ(number->reveal().find_first_not_of("0123456789"), std::string_view::npos);
  EXPECT_TRUE(constant_time_equal(*number, *confirmation_number(keys, attempt_id, 1)));
}

TEST(ConfirmationNumber, LK_06_cannot_be_told_from_another_attempts_or_without_the_key) {
  SeededRandom random{7};
  const KeyRing keys = ring(1, 'k');
  std::set<std::string> numbers;
  for (int i = 0; i < 100; ++i)
    numbers.emplace(confirmation_number(keys, AttemptId::make(kNow, random), 1)->reveal());
  EXPECT_GT(numbers.size(), 95U);
  const AttemptId attempt_id = AttemptId::make(kNow, random);
  EXPECT_NE(confirmation_number(keys, attempt_id, 1)->reveal(),
            confirmation_number(ring(1, 'x'), attempt_id, 1)->reveal());
  EXPECT_FALSE(confirmation_number(keys, attempt_id, 2));
}

TEST(ConfirmationNumber, LK_06_is_read_as_people_type_it) {
  for (const char* const typed : {"012345", "012 345", " 01 23 45 ", "012-345"}) {
    const auto number = typed_number(typed);
    ASSERT_TRUE(number) << typed;
    EXPECT_EQ(number->reveal(), "012345");
  }
  for (const char* const typed : {"", " ", "01234", "0123456", "12345a", "+12345", "０１２３４５", "1e5"})
    EXPECT_FALSE(typed_number(typed)) << typed;
}

struct Masked {
  const char* account;
  const char* shown;
};
class MaskAccount : public testing::TestWithParam<Masked> {};

TEST_P(MaskAccount, LK_06_tells_its_owner_and_nobody_else) {
  EXPECT_EQ(mask_account(GetParam().account), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Each, MaskAccount,
    testing::Values(Masked{"mary@example.org", "m•••@example.org"},
                    Masked{"m•••@example.org", "m•••@example.org"}, Masked{"a@b.c", "a•••@b.c"},
                    Masked{"a@b", "a•••"}, Masked{"x@Ride Hailer support: your number is 123456", "x•••"},
                    Masked{"x@-a.b", "x•••"}, Masked{"x@a..b", "x•••"}, Masked{"x@a.b.", "x•••"},
                    Masked{"@handle", "@•••"}, Masked{"\"odd@local\"@example.org", "\"•••@example.org"},
                    Masked{"Ärger@example.org", "Ä•••@example.org"}, Masked{"+49 170 1234567", "•••67"},
                    Masked{"(0170) 12-34", "•••34"}, Masked{"12345", "1•••"}, Masked{"Mary", "M•••"},
                    Masked{"花子", "花•••"}, Masked{"x", "x•••"}));

}  // namespace
}  // namespace couplet::alexa
