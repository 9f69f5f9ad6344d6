// SPDX-License-Identifier: Apache-2.0
// What is asked of the authorization endpoint, and the redirect that answers it. A client that is not known
// for certain, or a redirect_uri that is not its own, never gets a redirect of any kind (RFC 6749 4.1.2.1).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "domain/grant.hpp"
#include "domain/ids.hpp"
#include "oauth/client_registry.hpp"
#include "oauth/error.hpp"
#include "oauth/token_format.hpp"

namespace couplet::oauth {

using ClientState = Secret<struct ClientStateTag>;  // the client's own `state`, octet for octet (AZ-11)

struct AuthorizationRequest {
  ClientId client_id;
  std::string redirect_uri;  // one of the client's, byte for byte
  std::string scope;         // what was asked for, or all that the client may have
  std::optional<ClientState> oauth_state;
  std::optional<std::string> code_challenge;  // S256
  bool names_scope = false;                   // false: `scope` is all that the client may have
};

/// Where an answer may go: known only once client and redirect_uri are beyond doubt.
struct RedirectBack {
  std::string redirect_uri;
  std::optional<ClientState> oauth_state;
};
[[nodiscard]] RedirectBack way_back(const AuthorizationRequest& request);

struct AuthorizationRefusal {
  OAuthError error;
  ClientId client_id;                         // empty without a way back
  std::optional<RedirectBack> redirect_back;  // absent: an error page is all there may be (RU-04)
};

inline constexpr std::size_t kClientStateLimitBytes = 4096;

/// Shape:   response_type=code, client_id, redirect_uri, scope?, state?, code_challenge?,
/// code_challenge_method=S256?;
///          a redirect_uri may be left out where the client has exactly one (AZ-05); others are ignored
///          (AZ-02)
/// Spec:    RFC 6749 3.1, 4.1.1, 4.1.2.1; RFC 7636 4.3, 4.4.1; requirements AZ-01..AZ-08, RU-01..RU-04,
///          PK-02..PK-04, PK-09
/// Errors:  without a way back: repeated parameter, bad escape, client, redirect_uri. With one: everything
/// else
[[nodiscard]] couplet::Result<AuthorizationRequest, AuthorizationRefusal> parse_authorization_request(
    std::string_view query, const ClientRegistry& clients);

/// What is stored when the user has agreed: the code is bound to everything that was asked for.
[[nodiscard]] AuthorizationCodeRecord approved_code(const AuthorizationRequest& request,
                                                    const SkillName& skill, const UserId& user,
                                                    const MintedAuthorizationCode& minted,
                                                    const Client& client, Instant now);

/// By which road the answer reaches Alexa; the app says so with `source=app` (alexa-protocol 3.3).
enum class AnsweredBy { browser, app };

/// Spec:    RFC 6749 4.1.2; RFC 9207 2; requirements AZ-10, RU-06
[[nodiscard]] std::string success_redirect(const RedirectBack& to, const AuthorizationCode& code,
                                           std::string_view issuer, AnsweredBy by = AnsweredBy::browser);
/// Spec:    RFC 6749 4.1.2.1; RFC 9207 2; requirement AZ-09
[[nodiscard]] std::string error_redirect(const RedirectBack& to, OAuthErrorCode code, std::string_view issuer,
                                         AnsweredBy by = AnsweredBy::browser);

}  // namespace couplet::oauth
