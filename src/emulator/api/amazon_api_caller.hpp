// SPDX-License-Identifier: Apache-2.0
// Who calls api.amazonalexa.com: the bearer check that comes before everything else there.
#pragma once
#include <string>

#include "base/result.hpp"
#include "emulator/state/amazon_tokens.hpp"
#include "emulator/switches/switches.hpp"
#include "http/message.hpp"

namespace couplet::emulator {

/// A refusal with the body that Amazon sends, {"message": …}, and the reason for the developer.
struct ApiRefusal {
  int status = 400;
  std::string message;
  std::string note;
};
[[nodiscard]] http::Response to_response(const ApiRefusal& refusal);

/// Errors: 400 no or a malformed Authorization header ("Bearer" is case-sensitive); 401 the token was revoked
/// when the
///         skill was disabled; 403 the token is unknown, expired, or was not given for account linking
Result<AmazonGrant, ApiRefusal> amazon_api_caller(const http::Request& request, const AmazonTokens& tokens,
                                                  const Switches& switches);

}  // namespace couplet::emulator
