// SPDX-License-Identifier: Apache-2.0
// Consent pages that are shown and not yet decided. The form's one-time token leads back to the request that
// was checked, so a decision can neither be forged by another page nor sent twice. Thread: the emulator's.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "emulator/doors/authorization_request.hpp"

namespace couplet::emulator {

class PendingConsents {
 public:
  PendingConsents(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
  /// The token for the page's form.
  std::string add(AuthorizationRequest request);
  /// Once only, from the same door, within half an hour.
  std::optional<AuthorizationRequest> take(Front front, std::string_view form_token);
  void clear() { pending_.clear(); }

 private:
  struct Pending {
    AuthorizationRequest request;
    Instant expires_at;
  };
  void forget_old();

  const Clock& clock_;
  Random& random_;
  std::map<std::string, Pending, std::less<>> pending_;
};

}  // namespace couplet::emulator
