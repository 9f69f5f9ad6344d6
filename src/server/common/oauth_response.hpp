// SPDX-License-Identifier: Apache-2.0
// Answers at /oauth/* as the OAuth RFCs want them: JSON, never cached, 401 with a challenge, 503 with
// Retry-After.
#pragma once
#include <string>

#include "http/message.hpp"
#include "oauth/error.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// How long the store work of one request may take; Alexa gives up at 4.5 s, so a retry still fits (TK-19).
inline constexpr milliseconds kStoreDeadline{1500};

/// A store that cannot answer says nothing about a token: never invalid_grant, never active:false.
[[nodiscard]] oauth::OAuthError to_oauth(storage::StoreError error,
                                         std::source_location where = std::source_location::current());

/// The store did not answer within the deadline.
[[nodiscard]] oauth::OAuthError store_too_late(std::source_location where = std::source_location::current());

/// 200 with `Cache-Control: no-store` (RFC 6749 5.1). `outcome` is for the metrics.
[[nodiscard]] http::Response oauth_answer(std::string json_text, std::string_view outcome = "ok");
/// Status and body from the error's row (RFC 6749 5.2).
[[nodiscard]] http::Response oauth_refusal(oauth::OAuthErrorCode code);
/// As a resource server: with a Bearer challenge that names error and scope (RFC 6750 3; AT-04).
[[nodiscard]] http::Response bearer_refusal(oauth::OAuthErrorCode code, std::string_view scope = {});
/// 401 without an error code: nothing was wrong, there was no token (RFC 6750 3.1; AT-03).
[[nodiscard]] http::Response bearer_challenge();
/// 429 with Retry-After (CA-13).
[[nodiscard]] http::Response oauth_too_many_failures(seconds retry_after);

}  // namespace couplet::server
