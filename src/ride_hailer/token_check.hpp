// SPDX-License-Identifier: Apache-2.0
// Whose access token is this? Asks Couplet, and remembers a good answer for at most 30 seconds; or looks it
// up where the tokens are our own.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "ride_hailer/couplet_client.hpp"
#include "ride_hailer/own_authorization.hpp"

namespace couplet::ride_hailer {

enum class TokenFault {
  inactive,     // Couplet says this token is good for nothing
  unavailable,  // nobody could say; not a word about the token
};

/// Thread: one.
class TokenCheck {
 public:
  /// `own` is null where Couplet issues the tokens.
  TokenCheck(CoupletClient& couplet, const Clock& clock, OwnAuthorization* own = nullptr)
      : couplet_(couplet), clock_(clock), own_(own) {}

  /// The user id. Only good answers are remembered: a bad one is asked again, an outage is never taken for
  /// one.
  Task<Result<std::string, TokenFault>> user_of(AccessToken token);
  /// After an unlink in our own app the tokens are dead at once, not 30 seconds later.
  void forget(std::string_view user_id);
  /// Once Alexa no longer holds the link: tokens of our own have to be ended by us.
  void revoke(std::string_view user_id);

 private:
  struct Known {
    std::string user_id;
    std::chrono::nanoseconds good_until{0};  // monotonic
  };
  void remember(const Digest& digest, std::string user_id);

  CoupletClient& couplet_;
  const Clock& clock_;
  OwnAuthorization* own_;
  std::map<Digest, Known> known_;  // by SHA-256 of the token
};

}  // namespace couplet::ride_hailer
