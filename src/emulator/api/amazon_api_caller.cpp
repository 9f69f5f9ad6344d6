// SPDX-License-Identifier: Apache-2.0
#include "emulator/api/amazon_api_caller.hpp"

#include "base/json.hpp"
#include "emulator/calls/note.hpp"

namespace couplet::emulator {

http::Response to_response(const ApiRefusal& refusal) {
  const json::object body{{"message", refusal.message}};
  return with_note(http::json_response(refusal.status, json::serialize(body)), refusal.note);
}

Result<AmazonGrant, ApiRefusal> amazon_api_caller(const http::Request& request, const AmazonTokens& tokens,
                                                  const Switches& switches) {
  const auto header = request.headers.get("Authorization");
  if (!header || request.headers.count("Authorization") > 1)
    return std::unexpected(
        ApiRefusal{400, "Missing or malformed Authorization header", "send one Authorization header"});
  if (!header->starts_with("Bearer ") || header->size() == 7 || header->substr(7).contains(' '))
    return std::unexpected(
        ApiRefusal{400, "Missing or malformed Authorization header",
                   "it must read: Bearer, one space, the token; Bearer in title case, no quotes"});
  TokenStanding standing = tokens.access_token(header->substr(7));
  switch (standing.condition) {
    case TokenCondition::revoked:
      return std::unexpected(
          ApiRefusal{401, "The access token is no longer valid",
                     "the skill was disabled for this user, which revoked the Amazon tokens"});
    case TokenCondition::unknown:
      return std::unexpected(ApiRefusal{403, "The access token is invalid", "no such Amazon access token"});
    case TokenCondition::expired:
      return std::unexpected(ApiRefusal{switches.has({"expired_token_status", "401"}) ? 401 : 403,
                                        "The access token is invalid",
                                        "the Amazon access token has expired: refresh it"});
    case TokenCondition::good: break;
  }
  if (!standing.grant.covers(kLinkingScope))
    return std::unexpected(ApiRefusal{403, "The access token lacks account linking consent",
                                      "the token's scope is " + standing.grant.scope});
  return std::move(standing.grant);
}

}  // namespace couplet::emulator
