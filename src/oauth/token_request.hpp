// SPDX-License-Identifier: Apache-2.0
// What is asked of the token endpoint, taken out of the form.
#pragma once
#include <optional>
#include <string>
#include <variant>

#include "base/form.hpp"
#include "oauth/error.hpp"
#include "oauth/pkce.hpp"
#include "oauth/token_format.hpp"

namespace couplet::oauth {

/// RFC 6749 4.1.3. A `scope` here changes nothing: what was approved is what is granted (CD-11).
struct AuthorizationCodeRequest {
  AuthorizationCode code;
  std::string redirect_uri;
  std::optional<CodeVerifier> code_verifier;
};

/// RFC 6749 6.
struct RefreshTokenRequest {
  RefreshToken refresh_token;
  std::optional<std::string> scope;
};

using TokenRequest = std::variant<AuthorizationCodeRequest, RefreshTokenRequest>;

/// Spec:    RFC 6749 4.1.3, 5.2, 6; requirements TK-07, TK-09..TK-12
/// Errors:  invalid_request (a parameter is missing); unsupported_grant_type
[[nodiscard]] Result<TokenRequest> parse_token_request(const FormParameters& form);

/// "authorization_code" or "refresh_token"
[[nodiscard]] std::string_view grant_type(const TokenRequest& request);

}  // namespace couplet::oauth
