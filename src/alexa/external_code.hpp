// SPDX-License-Identifier: Apache-2.0
// Where a skill's authorization server is the provider's own: what it is asked for the code that Alexa
// redeems there, and what its answer means. Bytes in, values out; the answer comes from outside and may be
// anything.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "domain/link.hpp"
#include "domain/skill.hpp"

namespace couplet::alexa {

/// The provider's authorization code; never stored, asked for again after a crash.
using ExternalCode = Secret<struct ExternalCodeTag>;

struct ExternalGrant {
  ExternalCode code;
  std::string redirect_uri;  // the one the code was issued for
};

/// Why there is no code.
struct ExternalFailure {
  std::string code;     // of the error table, step enablement: "external_timeout", …
  int http_status = 0;  // 0: no answer
};
template <class T>
using ExternalResult = Result<T, ExternalFailure>;

/// Names one enablement try of one attempt, in every repetition of the call: "kR3v…2Q.1". It is the header
/// webhook-id, so whoever gets the call twice knows it.
[[nodiscard]] std::string external_call_id(const LinkAttempt& attempt);

/// Shape: { attempt_id, try, skill, user, client_id?, redirect_uri, scope }
[[nodiscard]] std::string external_code_body(const Skill& skill, const LinkAttempt& attempt);

/// Shape:  200 or 201 with { code, redirect_uri? }; the code is 1 to 512 characters of VSCHAR (RFC 6749 A.11)
/// Errors: external_unauthorized (401, 403); external_unavailable (429, 5xx); external_refused (other 4xx);
///         external_bad_answer (a redirect, no JSON object, no such code, a redirect_uri that is not the
///         skill's)
[[nodiscard]] ExternalResult<ExternalGrant> read_external_code_answer(int http_status, std::string_view body,
                                                                      const Skill& skill,
                                                                      const LinkAttempt& attempt);

/// True when the same call may be sent again at once: nobody answered, or asked for patience.
[[nodiscard]] bool may_repeat(const ExternalFailure& failure);

}  // namespace couplet::alexa
