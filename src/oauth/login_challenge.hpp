// SPDX-License-Identifier: Apache-2.0
// login_challenge: an authorization request on its way through the provider's login, sealed, so that nothing
// of it can be edited between the first page and the decision (AZ-18), and nothing is stored for a login that
// never ends.
#pragma once
#include <string>
#include <string_view>

#include "base/key_ring.hpp"
#include "domain/ids.hpp"
#include "oauth/authorization_request.hpp"

namespace couplet::oauth {

struct LoginChallenge {
  CodeSelector
      id;  // of the code that accepting mints: storing it a second time is refused, so one answer is all
  SkillName skill;
  AuthorizationRequest request;
  Instant expires_at{};
};

inline constexpr minutes kLoginChallengeLifetime{10};

enum class ChallengeError {
  invalid,  // altered, truncated, or sealed by somebody else
  expired,
};

/// Only [A-Za-z0-9_-].
[[nodiscard]] std::string seal_challenge(const LoginChallenge& challenge, const KeyRing& keys,
                                         Random& random);
[[nodiscard]] couplet::Result<LoginChallenge, ChallengeError> open_challenge(std::string_view text,
                                                                             const KeyRing& keys,
                                                                             Instant now);

}  // namespace couplet::oauth
