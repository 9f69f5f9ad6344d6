// SPDX-License-Identifier: Apache-2.0
// Asks Couplet about each token, and remembers a good answer for at most 30 seconds: a revocation holds at
// once, or nearly so.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "ride_hailer/token_check.hpp"

namespace couplet::ride_hailer {

class IntrospectedTokens final : public TokenCheck {
 public:
  /// `audience` empty: any.
  IntrospectedTokens(CoupletClient& couplet, std::string audience, const Clock& clock)
      : couplet_(couplet), audience_(std::move(audience)), clock_(clock) {}

  /// Only good answers are remembered: a bad one is asked again.
  Task<Result<TokenOwner, TokenFault>> owner_of(AccessToken token) override;
  void forget(std::string_view user_id) override;

 private:
  struct Known {
    TokenOwner owner;
    std::chrono::nanoseconds good_until{0};  // monotonic
  };
  void remember(const Digest& digest, TokenOwner owner);

  CoupletClient& couplet_;
  std::string audience_;
  const Clock& clock_;
  std::map<Digest, Known> known_;  // by SHA-256 of the token
};

}  // namespace couplet::ride_hailer
