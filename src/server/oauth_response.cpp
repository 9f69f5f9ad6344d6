// SPDX-License-Identifier: Apache-2.0
#include "server/oauth_response.hpp"

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

http::Response oauth_answer(std::string json_text) { return uncached(200, std::move(json_text)); }

http::Response oauth_refusal(oauth::OAuthErrorCode code) {
  http::Response response = uncached(oauth::error_row(code).http_status, oauth::error_json(code));
  // RFC 9110 15.5.2: a 401 carries a challenge, however the client tried to authenticate.
  if (response.status == 401)
    response.header("WWW-Authenticate", R"(Basic realm="couplet", charset="UTF-8")");
  if (response.status == 503) response.header("Retry-After", std::to_string(kRetryAfter.count()));
  return response;
}

http::Response oauth_too_many_failures(seconds retry_after) {
  http::Response response = uncached(429, oauth::error_json(oauth::OAuthErrorCode::temporarily_unavailable));
  response.header("Retry-After", std::to_string(retry_after.count()));
  return response;
}

}  // namespace couplet::server
