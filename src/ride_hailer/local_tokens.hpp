// SPDX-License-Identifier: Apache-2.0
// Checks a JWT access token (RFC 9068) by its signature and claims: no call for each token, and it goes on
// while Couplet is down. The price: a token revoked elsewhere is good until it expires.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "ride_hailer/published_keys.hpp"

namespace couplet::ride_hailer {

/// What a token has to say to be one for us.
struct ExpectedToken {
  std::string issuer;
  std::string audience;
};

class LocalTokens final : public TokenCheck {
 public:
  LocalTokens(PublishedKeys& keys, ExpectedToken expected, const Clock& clock)
      : keys_(keys), expected_(std::move(expected)), clock_(clock) {}

  /// Spec:    RFC 9068 4; RFC 8725 3.1, 3.11 (`typ` at+jwt, ES256 only, the key that `kid` names)
  /// Errors:  inactive; unavailable (the key could not be fetched)
  Task<Result<TokenOwner, TokenFault>> owner_of(AccessToken token) override;
  void forget(std::string_view user_id) override;

 private:
  struct Seen;
  struct Check;
  static const Check kChecks[];

  PublishedKeys& keys_;
  ExpectedToken expected_;
  const Clock& clock_;
  std::map<std::string, Instant, std::less<>> ended_;  // by user: what was issued before is dead
};

}  // namespace couplet::ride_hailer
