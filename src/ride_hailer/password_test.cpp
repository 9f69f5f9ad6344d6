// SPDX-License-Identifier: Apache-2.0
#include "ride_hailer/password.hpp"

#include <gtest/gtest.h>

namespace couplet::ride_hailer {
namespace {

TEST(RideHailerPassword, only_the_same_password_matches) {
  SeededRandom random{1};
  const auto hash = PasswordHash::of(Password{"correct horse"}, random);
  EXPECT_TRUE(hash.matches(Password{"correct horse"}));
  EXPECT_FALSE(hash.matches(Password{"correct horsf"}));
  EXPECT_FALSE(hash.matches(Password{""}));
}

}  // namespace
}  // namespace couplet::ride_hailer
