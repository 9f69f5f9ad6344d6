// SPDX-License-Identifier: Apache-2.0
// Tokens that we issued ourselves (external mode) are looked up where they are kept. Nobody else is asked.
#pragma once
#include <utility>

#include "ride_hailer/own_authorization.hpp"
#include "ride_hailer/token_check.hpp"

namespace couplet::ride_hailer {

class OwnIssuedTokens final : public TokenCheck {
 public:
  explicit OwnIssuedTokens(OwnAuthorization& own) : own_(own) {}

  /// Our own tokens are for one skill, and open all that it may do.
  Task<Result<TokenOwner, TokenFault>> owner_of(AccessToken token) override {
    auto user_id = own_.user_of(token);
    if (!user_id) co_return std::unexpected(TokenFault::inactive);
    co_return TokenOwner{std::move(*user_id), "rides"};
  }
  void forget(std::string_view) override {}
  void revoke(std::string_view user_id) override { own_.revoke(user_id); }

 private:
  OwnAuthorization& own_;
};

}  // namespace couplet::ride_hailer
