// SPDX-License-Identifier: Apache-2.0
#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <boost/json/value_from.hpp>
#include <concepts>
#include <sstream>
#include <string>
#include <type_traits>

#include "base/json.hpp"
#include "base/log.hpp"

namespace couplet {
namespace {

using RefreshToken = Secret<struct RefreshTokenTag>;
using AmazonRefreshToken = Secret<struct AmazonRefreshTokenTag>;

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };
template <class T>
concept Comparable = requires(const T& a, const T& b) { a == b; };
template <class T>
concept Loggable = requires(const T& value) { log::Field("key", value); };
template <class T>
concept FitsJson = json::has_value_from<T>::value;

// The same questions asked of text, so that a broken concept cannot pass for a safe type.
static_assert(Streamable<std::string> && Comparable<std::string> && Loggable<std::string> &&
              FitsJson<std::string>);
static_assert(!Streamable<RefreshToken> && !Comparable<RefreshToken> && !Loggable<RefreshToken> &&
              !FitsJson<RefreshToken>);
static_assert(!std::convertible_to<RefreshToken, std::string> &&
              !std::convertible_to<RefreshToken, std::string_view>);
static_assert(!std::convertible_to<std::string, RefreshToken> &&
              !std::convertible_to<const char*, RefreshToken>);
static_assert(!std::constructible_from<RefreshToken, AmazonRefreshToken> &&
              !std::assignable_from<RefreshToken&, AmazonRefreshToken>);

TEST(secret, gives_its_text_only_when_asked) {
  const RefreshToken token("text");
  EXPECT_EQ(token.reveal(), "text");
  EXPECT_FALSE(token.empty());
  EXPECT_TRUE(RefreshToken().empty());
}

TEST(secret, a_moved_from_secret_is_empty) {
  RefreshToken first("short");
  const RefreshToken second(std::move(first));
  EXPECT_EQ(second.reveal(), "short");
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that it is wiped is the point
}

TEST(secret, compares_in_constant_time_over_the_whole_text) {
  EXPECT_TRUE(constant_time_equal(RefreshToken("abc"), RefreshToken("abc")));
  EXPECT_FALSE(constant_time_equal(RefreshToken("abc"), RefreshToken("abd")));
  EXPECT_FALSE(constant_time_equal(RefreshToken("abc"), RefreshToken("ab")));
}

}  // namespace
}  // namespace couplet
