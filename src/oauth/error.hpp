// SPDX-License-Identifier: Apache-2.0
// Why a request at /oauth/* is refused. The wire gets the registered code and a fixed text from the table
// below; the log gets `log_detail` and the source line. Nothing crosses from one to the other.
#pragma once
#include <algorithm>
#include <array>
#include <source_location>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace couplet::oauth {

/// Spelled as on the wire.
enum class OAuthErrorCode {
  invalid_request,            // a parameter is missing, repeated or malformed
  invalid_client,             // the client did not prove who it is
  invalid_grant,              // the code or refresh token is not good for this client, now
  unauthorized_client,        // the client is known but has no right to do this
  unsupported_grant_type,     // not a grant type of this server
  unsupported_response_type,  // something else than a code was asked for
  invalid_scope,              // malformed, or more than was granted
  access_denied,              // the user said no
  invalid_token,              // the access token is good for nothing
  insufficient_scope,         // the access token is good, but not for this
  server_error,               // what is stored makes no sense
  temporarily_unavailable,    // no answer from the store in time; says nothing about the token
};

struct ErrorRow {
  OAuthErrorCode code;
  std::string_view wire_name;
  int http_status;
  std::string_view public_text;
  std::string_view section;
};

inline constexpr std::array<ErrorRow, 12> kErrors = {{
    {OAuthErrorCode::invalid_request, "invalid_request", 400, "the request is malformed", "RFC 6749 5.2"},
    {OAuthErrorCode::invalid_client, "invalid_client", 401, "client authentication failed", "RFC 6749 5.2"},
    {OAuthErrorCode::invalid_grant, "invalid_grant", 400, "the grant is not valid", "RFC 6749 5.2"},
    {OAuthErrorCode::unauthorized_client, "unauthorized_client", 400, "the client may not do this",
     "RFC 6749 5.2"},
    {OAuthErrorCode::unsupported_grant_type, "unsupported_grant_type", 400, "the grant type is not supported",
     "RFC 6749 5.2"},
    {OAuthErrorCode::unsupported_response_type, "unsupported_response_type", 400,
     "the response type is not supported", "RFC 6749 4.1.2.1"},
    {OAuthErrorCode::invalid_scope, "invalid_scope", 400, "the scope is malformed or exceeds the grant",
     "RFC 6749 5.2"},
    {OAuthErrorCode::access_denied, "access_denied", 400, "the user refused", "RFC 6749 4.1.2.1"},
    {OAuthErrorCode::invalid_token, "invalid_token", 401, "the access token is not valid", "RFC 6750 3.1"},
    {OAuthErrorCode::insufficient_scope, "insufficient_scope", 403, "the access token lacks a scope",
     "RFC 6750 3.1"},
    {OAuthErrorCode::server_error, "server_error", 500, "the server could not handle the request",
     "RFC 6749 4.1.2.1"},
    {OAuthErrorCode::temporarily_unavailable, "temporarily_unavailable", 503, "try again later",
     "RFC 6749 4.1.2.1; RFC 9110 15.6.4"},
}};
static_assert(kErrors.size() == static_cast<std::size_t>(OAuthErrorCode::temporarily_unavailable) + 1,
              "one row a code");
static_assert(std::ranges::all_of(kErrors,
                                  [](const ErrorRow& row) {
                                    return &row == &kErrors[static_cast<std::size_t>(row.code)];
                                  }),
              "the rows stand in the order of the enumerators");

[[nodiscard]] constexpr const ErrorRow& error_row(OAuthErrorCode code) {
  return kErrors[static_cast<std::size_t>(code)];
}

struct OAuthError {
  OAuthErrorCode code = OAuthErrorCode::server_error;
  std::string log_detail;  // a fixed cause such as "code_expired"; never text from outside
  std::source_location where;
};

template <class T>
using Result = couplet::Result<T, OAuthError>;

[[nodiscard]] std::unexpected<OAuthError> fail(OAuthErrorCode code, std::string_view log_detail,
                                               std::source_location where = std::source_location::current());

/// {"error":"…","error_description":"…"}
[[nodiscard]] std::string error_json(OAuthErrorCode code);

}  // namespace couplet::oauth
