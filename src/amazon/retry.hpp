// SPDX-License-Identifier: Apache-2.0
// Whether a call to Amazon is made again, and when: a few times, with growing, jittered pauses, and only
// while somebody still waits for it (LW-06).
#pragma once
#include <optional>

#include "alexa/amazon_messages.hpp"
#include "base/random.hpp"

namespace couplet::amazon {

inline constexpr unsigned kMostTries = 3;
/// No further try begins later than this after the first one.
inline constexpr seconds kTryWithin{10};

/// Between 125 and 250 ms after the first try, four times that after each further one.
[[nodiscard]] milliseconds pause_after_try(unsigned tries, Random& random);

/// How long to wait before the next try; absent when there is none. Retry-After is obeyed, or there is no
/// try. Units:   `tries` made so far, at least 1; `spent` since the first one began
[[nodiscard]] std::optional<milliseconds> pause_before_retry(const alexa::AmazonFailure& failure,
                                                             unsigned tries, milliseconds spent,
                                                             Random& random);

}  // namespace couplet::amazon
