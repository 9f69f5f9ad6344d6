// SPDX-License-Identifier: Apache-2.0
// Whose access token is this, and what may it do? Three ways to find out, by configuration: ask Couplet
// (`IntrospectedTokens`), look at the signature (`LocalTokens`), or look it up where the tokens are our own
// (`OwnIssuedTokens`).
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"
#include "ride_hailer/couplet_client.hpp"

namespace couplet::ride_hailer {

enum class TokenFault {
  inactive,     // this token is good for nothing
  unavailable,  // nobody could say; not a word about the token
};

struct TokenOwner {
  std::string user_id;
  std::string scope;  // space-separated

  [[nodiscard]] bool may(std::string_view wanted) const;
};

/// Thread: one.
class TokenCheck {
 public:
  virtual ~TokenCheck() = default;
  /// An outage is never taken for a bad token: Alexa drops a link over a credential error.
  virtual Task<Result<TokenOwner, TokenFault>> owner_of(AccessToken token) = 0;
  /// After an unlink in our own app the user's tokens are dead at once, whatever is remembered.
  virtual void forget(std::string_view user_id) = 0;
  /// Once Alexa no longer holds the link: tokens of our own have to be ended by us.
  virtual void revoke(std::string_view user_id) { forget(user_id); }
};

}  // namespace couplet::ride_hailer
