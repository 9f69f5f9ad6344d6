// SPDX-License-Identifier: Apache-2.0
// POST /oauth/token. A thin shell: the decisions are in src/oauth, this reads and writes the store around
// them.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "http/message.hpp"
#include "oauth/access_token.hpp"
#include "oauth/client_registry.hpp"
#include "oauth/grant_authorization_code.hpp"
#include "oauth/grant_refresh_token.hpp"
#include "server/common/oauth_response.hpp"
#include "server/oauth/client_admission.hpp"
#include "server/oauth/token_trace.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Redeems authorization codes and refresh tokens.
/// Spec:    RFC 6749 3.2, 4.1.3, 6; requirements TK, CA, CD, RT
/// Errors:  503 with Retry-After when the store does not answer within the deadline (TK-19)
/// Effects: a code exchange is one durable write; a refresh is one read, and a write where the policy rotates
/// Thread:  one endpoint an I/O thread; what it is given outlives that thread's io_context
class TokenEndpoint {
 public:
  TokenEndpoint(storage::GrantStore& grants, storage::LinkStore& links, const oauth::ClientRegistry& clients,
                const oauth::AccessTokenIssuer& issuer, const KeyRing& keys, const Clock& clock,
                Random& random, FailureLimiter& limiter, milliseconds store_deadline = kStoreDeadline);

  Task<http::Response> handle(const http::Request& request);

 private:
  struct Outcome {
    oauth::Result<std::string> body;      // of the 200 answer
    std::optional<GrantId> grant_id;      // for the log
    std::optional<UserId> user;           // for the log
    std::optional<AttemptId> attempt_id;  // whose trace is told; only when the code was genuine

    static Outcome refused(oauth::OAuthError error);
    static Outcome about(const AuthorizationCodeRecord& record, oauth::Result<std::string> body);
    static Outcome about(const Grant& grant, oauth::Result<std::string> body);
    [[nodiscard]] http::Response response() &&;
  };
  struct Asked;

  Task<Outcome> redeem(const Client& client, oauth::TokenRequest request,
                       std::chrono::nanoseconds give_up_at);
  Task<Outcome> exchange_code(const Client& client, oauth::AuthorizationCodeRequest request,
                              std::chrono::nanoseconds give_up_at);
  Task<Outcome> spend(const Client& client, AuthorizationCodeRecord record, Instant now);
  Task<Outcome> carry_out(oauth::CodeRefusal refusal, std::optional<AuthorizationCodeRecord> record,
                          Instant now);
  Task<Outcome> refresh(const Client& client, oauth::RefreshTokenRequest request);
  Outcome answer(const Client& client, const oauth::RefreshTokenRequest& request, const Grant& grant,
                 oauth::AllowedRefresh allowed) const;
  Task<Outcome> carry_out(oauth::RefreshRefusal refusal, std::optional<Grant> grant);

  http::Response finish(const Asked& asked, Outcome outcome) const;
  void tell_refused(const boost::asio::any_io_executor& executor, const http::Request& request,
                    std::chrono::nanoseconds started, const AdmissionRefusal& refusal);
  [[nodiscard]] milliseconds since(std::chrono::nanoseconds started) const;

  storage::GrantStore& grants_;
  const oauth::ClientRegistry& clients_;
  const oauth::AccessTokenIssuer& issuer_;
  const KeyRing& keys_;
  const Clock& clock_;
  Random& random_;
  FailureLimiter& limiter_;
  milliseconds store_deadline_;
  TokenTrace trace_;
};

}  // namespace couplet::server
