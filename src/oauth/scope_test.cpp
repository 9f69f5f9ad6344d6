// SPDX-License-Identifier: Apache-2.0
#include "oauth/scope.hpp"

#include <gtest/gtest.h>

namespace couplet::oauth {
namespace {

TEST(RT_02, scope_narrows_and_never_widens) {
  struct Row {
    std::string_view granted, requested, expected;
  };
  const Row rows[] = {
      {"a b c", "a b c", "a b c"},
      {"a b c", "b", "b"},
      {"a b c", "c a", "c a"},
      {"a b", "a a b a", "a b"},
      {"a b", "a d", "scope_not_granted"},
      {"ab", "a", "scope_not_granted"},
      {"", "a", "scope_not_granted"},
      {"a b", " a", "scope_malformed"},
      {"a b", "a ", "scope_malformed"},
      {"a b", "a  b", "scope_malformed"},
      {"a b", " ", "scope_malformed"},
      {"a b", "\"a\"", "scope_malformed"},
      {"a b", "a\\", "scope_malformed"},
      {"a b", "a\tb", "scope_malformed"},
      {"a b", "\xc3\xa4", "scope_malformed"},
  };
  for (const Row& row : rows) {
    const auto narrowed = narrow_scope(row.granted, row.requested);
    EXPECT_EQ(narrowed ? *narrowed : narrowed.error().log_detail, row.expected) << row.requested;
    if (!narrowed) EXPECT_EQ(narrowed.error().code, OAuthErrorCode::invalid_scope);
  }
}

}  // namespace
}  // namespace couplet::oauth
