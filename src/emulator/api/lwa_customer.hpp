// SPDX-License-Identifier: Apache-2.0
// api.amazon.com/auth/o2/tokeninfo and /user/profile: whose token this is.
#pragma once
#include "base/task.hpp"
#include "emulator/state/amazon_tokens.hpp"
#include "emulator/state/directory.hpp"
#include "emulator/switches/switches.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

class LwaCustomer {
 public:
  LwaCustomer(const Directory& directory, const AmazonTokens& tokens, const Switches& switches,
              const Clock& clock)
      : directory_(directory), tokens_(tokens), switches_(switches), clock_(clock) {}

  /// `exp` is the number of seconds left. Errors: 400 invalid_token
  Task<http::Response> token_info(const http::Request& request);
  /// Errors: 400 invalid_token; 401 insufficient_scope for a token that is good for linking only
  Task<http::Response> profile(const http::Request& request);

 private:
  const Directory& directory_;
  const AmazonTokens& tokens_;
  const Switches& switches_;
  const Clock& clock_;
};

}  // namespace couplet::emulator
