// SPDX-License-Identifier: Apache-2.0
#include "oauth/token_request.hpp"

namespace couplet::oauth {
namespace {

constexpr std::string_view kAuthorizationCode = "authorization_code";
constexpr std::string_view kRefreshToken = "refresh_token";

Result<TokenRequest> parse_authorization_code_request(const FormParameters& form) {
  const auto code = form.get("code");
  const auto redirect_uri = form.get("redirect_uri");
  if (!code) return fail(OAuthErrorCode::invalid_request, "code_missing");
  if (!redirect_uri) return fail(OAuthErrorCode::invalid_request, "redirect_uri_missing");
  AuthorizationCodeRequest request{AuthorizationCode(std::string(*code)), std::string(*redirect_uri),
                                   std::nullopt};
  if (const auto code_verifier = form.get("code_verifier"))
    request.code_verifier.emplace(std::string(*code_verifier));
  return request;
}

Result<TokenRequest> parse_refresh_token_request(const FormParameters& form) {
  const auto refresh_token = form.get("refresh_token");
  if (!refresh_token) return fail(OAuthErrorCode::invalid_request, "refresh_token_missing");
  RefreshTokenRequest request{RefreshToken(std::string(*refresh_token)), std::nullopt};
  if (const auto scope = form.get("scope")) request.scope.emplace(*scope);
  return request;
}

}  // namespace

Result<TokenRequest> parse_token_request(const FormParameters& form) {
  const auto type = form.get("grant_type");
  if (!type) return fail(OAuthErrorCode::invalid_request, "grant_type_missing");
  if (*type == kAuthorizationCode) return parse_authorization_code_request(form);
  if (*type == kRefreshToken) return parse_refresh_token_request(form);
  return fail(OAuthErrorCode::unsupported_grant_type, "grant_type_unknown");
}

std::string_view grant_type(const TokenRequest& request) {
  return std::holds_alternative<AuthorizationCodeRequest>(request) ? kAuthorizationCode : kRefreshToken;
}

}  // namespace couplet::oauth
