// SPDX-License-Identifier: Apache-2.0
// The query that a browser or phone brings to the Alexa app's page or to Login with Amazon, and its rules.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "emulator/state/directory.hpp"
#include "emulator/state/pkce.hpp"
#include "emulator/switches/switches.hpp"

namespace couplet::emulator {

/// The two doors to one consent.
enum class Front {
  alexa_app,  // https://alexa.amazon.com/spa/skill-account-linking-consent
  lwa,        // https://www.amazon.com/ap/oa
};

struct AuthorizationRequest {
  Front front = Front::lwa;
  std::string skill_id;
  std::string client_id;
  std::string redirect_uri;
  std::string scope;
  std::string oauth_state;
  std::optional<CodeChallenge> challenge;
};

/// The client or where to answer it is in doubt: an error page, never a redirect (RFC 6749 4.1.2.1).
struct ErrorPage {
  std::string text;
};

/// Goes back to redirect_uri as error, error_description and state.
struct ErrorRedirect {
  std::string redirect_uri;
  std::string error;
  std::string error_description;
  std::string oauth_state;  // may be empty: it was the thing that was missing
};

using CheckedAuthorization = std::variant<AuthorizationRequest, ErrorPage, ErrorRedirect>;
[[nodiscard]] CheckedAuthorization check_authorization(Front front, std::string_view query,
                                                       const Directory& directory, const Switches& switches);

/// The rows of the authorization error table; the page can answer with any of them.
struct AuthorizationErrorRow {
  std::string_view error;
  std::string_view error_description;
};
inline constexpr std::array kAuthorizationErrors{
    AuthorizationErrorRow{"invalid_request",
                          "The request is missing a required parameter or has an invalid value"},
    AuthorizationErrorRow{"unauthorized_client",
                          "The client is not authorized to request account linking consent"},
    AuthorizationErrorRow{"access_denied", "The customer denied the request"},
    AuthorizationErrorRow{"unsupported_response_type", "The response type is not supported"},
    AuthorizationErrorRow{"invalid_scope", "An unknown scope was requested"},
    AuthorizationErrorRow{"server_error", "The authorization server encountered an unexpected error"},
    AuthorizationErrorRow{"temporarily_unavailable", "The authorization server is temporarily unavailable"}};
/// Absent when it is no row of the table.
[[nodiscard]] const AuthorizationErrorRow* find_authorization_error(std::string_view error);

[[nodiscard]] std::string redirect_with_error(const ErrorRedirect& answer);
[[nodiscard]] std::string redirect_with_code(const AuthorizationRequest& request, const AmazonCode& code,
                                             const Switches& switches);

}  // namespace couplet::emulator
