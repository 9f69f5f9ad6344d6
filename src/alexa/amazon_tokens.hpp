// SPDX-License-Identifier: Apache-2.0
// The token pair Amazon gave us for one user, and how it is kept: sealed, and bound to the row it belongs to,
// so that two rows' boxes cannot be swapped (SE-03).
#pragma once
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "base/secret.hpp"
#include "domain/ids.hpp"

namespace couplet::alexa {

using AmazonCode = Secret<struct AmazonCodeTag>;
using AmazonAccessToken = Secret<struct AmazonAccessTokenTag>;
using AmazonRefreshToken = Secret<struct AmazonRefreshTokenTag>;

struct AmazonTokens {
  AmazonAccessToken access_token;
  AmazonRefreshToken refresh_token;
  Instant expires_at{};  // of the access token
};

[[nodiscard]] Bytes seal_tokens(const AmazonTokens& tokens, AttemptId row, const KeyRing& keys,
                                Random& random);
[[nodiscard]] Bytes seal_tokens(const AmazonTokens& tokens, const SkillName& skill, const UserId& user,
                                const KeyRing& keys, Random& random);

/// Absent when the box was altered, belongs to another row, or its key is gone.
[[nodiscard]] std::optional<AmazonTokens> open_tokens(ByteView box, AttemptId row, const KeyRing& keys);
[[nodiscard]] std::optional<AmazonTokens> open_tokens(ByteView box, const SkillName& skill,
                                                      const UserId& user, const KeyRing& keys);

}  // namespace couplet::alexa
