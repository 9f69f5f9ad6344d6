// SPDX-License-Identifier: Apache-2.0
// What proves, in return mode `page`, that whoever finishes a link also started it: the app shows a number to
// its signed-in user, who types it on the return page. The page shows the account, masked, and never the
// number.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/key_ring.hpp"
#include "base/secret.hpp"
#include "domain/ids.hpp"

namespace couplet::alexa {

using ConfirmationNumber = Secret<struct ConfirmationNumberTag>;  // 6 digits

/// With this many wrong numbers an attempt is over: one in 200,000 guesses their way through.
inline constexpr std::uint32_t kMaxWrongNumbers = 5;
inline constexpr std::size_t kAccountHintLimitBytes = 128;

/// Derived from the attempt, so it is stored nowhere and is no part of oauth_state. Absent when the key of
/// that id is no longer in the ring.
[[nodiscard]] std::optional<ConfirmationNumber> confirmation_number(const KeyRing& keys, AttemptId attempt_id,
                                                                    std::uint8_t key_id);

/// The six digits in what a person typed, who may put spaces or hyphens between them; absent when it is
/// anything else.
[[nodiscard]] std::optional<ConfirmationNumber> typed_number(std::string_view text);

/// Enough for its owner to know the account, and for nobody else to learn it: "mary@example.org" →
/// "m•••@example.org", "+49 170 1234567" → "•••67", "Mary" → "M•••".
[[nodiscard]] std::string mask_account(std::string_view account);

}  // namespace couplet::alexa
