// SPDX-License-Identifier: Apache-2.0
#include "oauth/bearer_token.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace couplet::oauth {
namespace {

constexpr std::string_view kScheme = "bearer";

// RFC 6750 2.1: b64token, with its padding at the end only.
bool is_b64token(std::string_view text) {
  const std::size_t end = text.find_last_not_of('=');
  if (end == std::string_view::npos) return false;
  return std::ranges::all_of(text.substr(0, end + 1), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~+/").contains(c);
  });
}

}  // namespace

Result<std::optional<AccessToken>> read_bearer_token(const AuthorizationHeader& header,
                                                     std::string_view query, std::string_view body) {
  if (header.count > 1) return fail(OAuthErrorCode::invalid_request, "two_authorization_headers");
  if (!body.empty()) return fail(OAuthErrorCode::invalid_request, "body_not_wanted");
  const auto parameters = FormParameters::parse(query);
  if (!parameters) return fail(OAuthErrorCode::invalid_request, "query_malformed");
  // A URL ends up in logs and histories (RFC 9700 4.3.2).
  if (parameters->get("access_token")) return fail(OAuthErrorCode::invalid_request, "token_in_query");
  if (!header.value) return std::nullopt;
  const std::size_t space = header.value->find(' ');
  if (ascii_lower(header.value->substr(0, space)) != kScheme) return std::nullopt;
  if (space == std::string_view::npos) return fail(OAuthErrorCode::invalid_request, "token_missing");
  std::string_view token = header.value->substr(space + 1);
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  if (!is_b64token(token)) return fail(OAuthErrorCode::invalid_request, "token_malformed");
  return AccessToken(std::string(token));
}

}  // namespace couplet::oauth
