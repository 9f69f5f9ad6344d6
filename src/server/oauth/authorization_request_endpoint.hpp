// SPDX-License-Identifier: Apache-2.0
// /v1/authorization-requests/{challenge}: the provider's login page reads what is asked, and answers it for
// the user who is signed in there.
#pragma once
#include "base/random.hpp"
#include "oauth/login_challenge.hpp"
#include "server/common/caller.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Errors:  400 invalid_challenge, expired_challenge; 401, 403 of the caller; 409 already_answered
class AuthorizationRequestEndpoint {
 public:
  AuthorizationRequestEndpoint(const Config& config, const CallerAuthentication& callers,
                               storage::GrantStore& grants, const Clock& clock, Random& random);
  /// GET → 200 { client_id, skill, display_name, scope:[…], redirect_host, expires_at }
  Task<http::Response> show(const http::Request& request);
  /// POST …/accept { "user" } → 200 { redirect_to } with the code. Once: a code was stored under the
  /// challenge's id
  Task<http::Response> accept(const http::Request& request);
  /// POST …/deny → 200 { redirect_to } with access_denied (AZ-15)
  Task<http::Response> deny(const http::Request& request);

 private:
  struct Opened {
    Caller caller;
    const Skill* skill = nullptr;
    const Client* client = nullptr;
    oauth::LoginChallenge challenge;
  };
  /// The challenge, once the caller was found to have a right to it.
  [[nodiscard]] Result<Opened, http::Response> open(const http::Request& request) const;
  /// A problem when a code was stored for this challenge, or the store cannot tell.
  Task<std::optional<http::Response>> answered_before(CodeSelector id);
  Task<http::Response> mint(Opened opened, UserId user);

  const Config& config_;
  const CallerAuthentication& callers_;
  storage::GrantStore& grants_;
  const Clock& clock_;
  Random& random_;
};

/// 200 { redirect_to }
[[nodiscard]] http::Response redirect_answer(const std::string& redirect_to);

}  // namespace couplet::server
