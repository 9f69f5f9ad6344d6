// SPDX-License-Identifier: Apache-2.0
// What is said to Amazon and what its answers mean (alexa-protocol 1.5-1.8, 9.4). Bytes in, values out;
// answers come from outside and may be anything (LW-08).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alexa/amazon_tokens.hpp"
#include "alexa/oauth_state.hpp"
#include "base/result.hpp"
#include "domain/skill.hpp"

namespace couplet::alexa {

/// Why a call to Amazon did not give what was asked for.
struct AmazonFailure {
  std::string code;              // a code of the error table: "invalid_grant", "timeout", "unavailable", …
  int http_status = 0;           // 0: no answer
  bool outcome_unknown = false;  // Amazon may have done it all the same
  std::optional<seconds> retry_after{};  // Amazon's Retry-After, where it said one
};
template <class T>
using AmazonResult = Result<T, AmazonFailure>;

/// 429, 5xx, no answer, no connection. Whatever else Amazon says, it will say again.
[[nodiscard]] bool is_worth_another_try(const AmazonFailure& failure);

/// Form body of POST /auth/o2/token; `redirect_uri` is the one of the consent request.
[[nodiscard]] std::string code_exchange_body(const Skill& skill, const AmazonCode& code,
                                             std::string_view redirect_uri,
                                             const AmazonCodeVerifier& verifier);
[[nodiscard]] std::string refresh_body(const Skill& skill, const AmazonRefreshToken& token);

/// 200 with both tokens; `expires_in` as a number or as digits in a string. `before` keeps its refresh token
/// when a refresh answer has none. Errors: the guide's codes; bad_answer; unavailable (429, 5xx: outcome
/// unknown)
[[nodiscard]] AmazonResult<AmazonTokens> read_token_answer(int http_status, std::string_view body,
                                                           Instant now, const AmazonTokens* before = nullptr);

/// {"endpoints":["api.eu.amazonalexa.com"]}; only hosts of `allowed` are kept (EN-03). Empty when Amazon
/// could not say.
[[nodiscard]] AmazonResult<std::vector<std::string>> read_endpoint_answer(
    int http_status, std::string_view body, const std::vector<std::string>& allowed);

/// "/v1/users/~current/skills/{skillId}/enablement"
[[nodiscard]] std::string enablement_path(const Skill& skill);
/// JSON body of the enablement call; `redirect_uri` comes back to our token endpoint.
[[nodiscard]] std::string enablement_body(const Skill& skill, std::string_view authorization_code,
                                          std::string_view redirect_uri);

struct Enablement {
  bool enabled = false;  // and linked
  std::optional<AlexaUserId> alexa_user_id;
};
/// Of POST: any 2xx is success (EN-04).
[[nodiscard]] AmazonResult<Enablement> read_enable_answer(int http_status, std::string_view body);
/// Of GET: 200 tells, 404 means not enabled.
[[nodiscard]] AmazonResult<Enablement> read_status_answer(int http_status, std::string_view body);
/// Of DELETE: 2xx and 404 mean it is gone.
[[nodiscard]] AmazonResult<void> read_disable_answer(int http_status);

}  // namespace couplet::alexa
