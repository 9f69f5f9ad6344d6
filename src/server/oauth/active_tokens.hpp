// SPDX-License-Identifier: Apache-2.0
// Which access tokens work now: what introspection answers and what our own resource endpoint lets in.
#pragma once
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "oauth/access_token.hpp"
#include "oauth/client_registry.hpp"
#include "oauth/introspection.hpp"
#include "server/common/oauth_response.hpp"
#include "storage/store.hpp"

namespace couplet::server {

/// Thread: one an I/O thread; what it is given outlives that thread's io_context
class ActiveTokens {
 public:
  ActiveTokens(storage::GrantStore& grants, const oauth::ClientRegistry& clients,
               const oauth::AccessTokenVerifier& verifier, const Clock& clock,
               milliseconds store_deadline = kStoreDeadline)
      : grants_(grants),
        clients_(clients),
        verifier_(verifier),
        clock_(clock),
        store_deadline_(store_deadline) {}

  using Found = oauth::Result<std::optional<oauth::ActiveToken>>;

  struct Lookup {
    Found found;
    bool ours = true;  // false: this server never issued it, so somebody may be guessing
  };
  /// Absent when the token is good for nothing. One read, so that a revocation holds at once (AT-11).
  /// `owner` is the request's. Errors: temporarily_unavailable, server_error: the store did not answer in
  /// time, or makes no sense
  Task<Lookup> find(oauth::AccessToken access_token, std::shared_ptr<const void> owner) const;

  [[nodiscard]] const oauth::IssuerProfile& profile() const { return verifier_.profile(); }

 private:
  Task<Found> look_up(oauth::AccessTokenClaims claims) const;

  storage::GrantStore& grants_;
  const oauth::ClientRegistry& clients_;
  const oauth::AccessTokenVerifier& verifier_;
  const Clock& clock_;
  milliseconds store_deadline_;
};

}  // namespace couplet::server
