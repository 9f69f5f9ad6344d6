// SPDX-License-Identifier: Apache-2.0
#include "server/common/oauth_response.hpp"

namespace couplet::server {
namespace {

constexpr seconds kRetryAfter{2};

http::Response uncached(int status, std::string json_text) {
  return http::json_response(status, std::move(json_text))
      .header("Cache-Control", "no-store")
      .header("Pragma", "no-cache");
}

}  // namespace

oauth::OAuthError to_oauth(storage::StoreError error, std::source_location where) {
  using oauth::OAuthErrorCode;
  switch (error) {
    case storage::StoreError::unavailable:
      return {OAuthErrorCode::temporarily_unavailable, "store_unavailable", where};
    case storage::StoreError::overloaded:
      return {OAuthErrorCode::temporarily_unavailable, "store_overloaded", where};
    case storage::StoreError::damaged: return {OAuthErrorCode::server_error, "store_damaged", where};
  }
  return {OAuthErrorCode::server_error, "store_error_unknown", where};
}

oauth::OAuthError store_too_late(std::source_location where) {
  return {oauth::OAuthErrorCode::temporarily_unavailable, "store_deadline", where};
}

http::Response oauth_answer(std::string json_text, std::string_view outcome) {
  http::Response response = uncached(200, std::move(json_text));
  response.outcome = outcome;
  return response;
}

http::Response oauth_refusal(oauth::OAuthErrorCode code) {
  http::Response response = uncached(oauth::error_row(code).http_status, oauth::error_json(code));
  response.outcome = oauth::error_row(code).wire_name;
  // RFC 9110 15.5.2: a 401 carries a challenge, however the client tried to authenticate.
  if (response.status == 401)
    response.header("WWW-Authenticate", R"(Basic realm="couplet", charset="UTF-8")");
  if (response.status == 503) response.header("Retry-After", std::to_string(kRetryAfter.count()));
  return response;
}

http::Response bearer_refusal(oauth::OAuthErrorCode code, std::string_view scope) {
  const oauth::ErrorRow& row = oauth::error_row(code);
  if (row.http_status >= 500) return oauth_refusal(code);
  http::Response response = uncached(row.http_status, oauth::error_json(code));
  response.outcome = row.wire_name;
  std::string challenge = R"(Bearer realm="couplet", error=")" + std::string(row.wire_name) +
                          R"(", error_description=")" + std::string(row.public_text) + '"';
  if (!scope.empty()) challenge += R"(, scope=")" + std::string(scope) + '"';
  response.header("WWW-Authenticate", std::move(challenge));
  return response;
}

http::Response bearer_challenge() {
  http::Response response;
  response.status = 401;
  response.outcome = "no_token";
  response.header("WWW-Authenticate", R"(Bearer realm="couplet")").header("Cache-Control", "no-store");
  return response;
}

http::Response oauth_too_many_failures(seconds retry_after) {
  http::Response response = uncached(429, oauth::error_json(oauth::OAuthErrorCode::temporarily_unavailable));
  response.outcome = "too_many_failures";
  response.header("Retry-After", std::to_string(retry_after.count()));
  return response;
}

}  // namespace couplet::server
