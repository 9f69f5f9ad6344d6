// SPDX-License-Identifier: Apache-2.0
// Who calls the linking API: the provider's backend with an API key, or an app with its user's JWT.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/jws.hpp"
#include "http/message.hpp"
#include "server/common/failure_limiter.hpp"
#include "server/config/config.hpp"

namespace couplet::server {

struct Caller {
  std::string name;               // of the API key, or the issuer; for logs
  std::vector<SkillName> skills;  // what it may link
  std::optional<UserId> user;     // set when the caller is one user: then it acts for nobody else
};

/// The skill and user a request is about, once the caller was found to have a right to them.
struct Target {
  const Skill* skill = nullptr;
  UserId user;
};

/// The provider's id of a user: 1 to 128 bytes of UTF-8 without control characters.
[[nodiscard]] bool is_user_id(std::string_view text);

/// Thread: one; each I/O thread has its own.
class CallerAuthentication {
 public:
  CallerAuthentication(const Config& config, const Clock& clock);

  /// Errors:  a 401 problem with WWW-Authenticate; 429 to an address that keeps sending what was never good
  ///          (CA-13), while a good credential from there still works
  /// Effects: each refusal is logged, and never what was sent (LG-01, LG-03)
  [[nodiscard]] Result<Caller, http::Response> authenticate(const http::Request& request) const;
  /// Reads {skill} and, where the route has one, {user} ("me" for a user's own token).
  /// Errors: 404 unknown_skill, 403 forbidden_skill or forbidden_user, 400 invalid_user
  [[nodiscard]] Result<Target, http::Response> find_target(const Caller& caller,
                                                           const http::Request& request) const;
  /// The two halves of find_target(), for requests that name skill and user elsewhere.
  [[nodiscard]] Result<const Skill*, http::Response> find_skill(const Caller& caller,
                                                                const SkillName& name) const;
  [[nodiscard]] static Result<UserId, http::Response> find_user(const Caller& caller, std::string_view user);

 private:
  /// Why a credential is not good here.
  enum class Fault {
    unknown,    // no key or issuer of ours made it: it may be a guess
    not_valid,  // a user token with a good signature: out of date, or for somebody else
  };
  [[nodiscard]] Result<Caller, Fault> by_api_key(std::string_view key) const;
  [[nodiscard]] Result<Caller, Fault> by_user_jwt(std::string_view jwt) const;
  [[nodiscard]] http::Response refuse(const http::Request& request, std::string_view kind, Fault fault) const;

  const Config& config_;
  const Clock& clock_;
  struct Issuer {
    const UserJwtIssuer* settings;
    JwkSet keys;
  };
  std::vector<Issuer> issuers_;
  mutable FailureLimiter guesses_;  // who is let in does not depend on it
};

}  // namespace couplet::server
