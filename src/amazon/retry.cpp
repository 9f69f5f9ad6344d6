// SPDX-License-Identifier: Apache-2.0
#include "amazon/retry.hpp"

#include <algorithm>

namespace couplet::amazon {
namespace {

constexpr milliseconds kFirstPause{250};
constexpr milliseconds kLongestPause{60'000};

}  // namespace

milliseconds pause_after_try(unsigned tries, Random& random) {
  const unsigned doublings = 2 * std::min(tries > 0 ? tries - 1 : 0, 8U);
  const auto longest = std::min(kFirstPause * (std::int64_t{1} << doublings), kLongestPause);
  const auto roll = std::to_integer<std::int64_t>(random.bytes<1>()[0]);  // 0 … 255
  return longest / 2 + longest * roll / (2 * 255);
}

std::optional<milliseconds> pause_before_retry(const alexa::AmazonFailure& failure, unsigned tries,
                                               milliseconds spent, Random& random) {
  if (!alexa::is_worth_another_try(failure) || tries >= kMostTries) return std::nullopt;
  const milliseconds pause =
      std::max<milliseconds>(pause_after_try(tries, random), failure.retry_after.value_or(seconds{0}));
  return spent + pause > kTryWithin ? std::nullopt : std::optional(pause);
}

}  // namespace couplet::amazon
