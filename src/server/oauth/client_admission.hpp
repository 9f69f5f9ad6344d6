// SPDX-License-Identifier: Apache-2.0
// What every authenticated POST at /oauth/* begins with: read the form, find out which client it is, hold
// back bad credentials that keep coming. Good ones are never held back: behind a proxy that is not trusted,
// Alexa and whoever guesses at its secret have one address.
#pragma once
#include <optional>

#include "base/form.hpp"
#include "http/message.hpp"
#include "oauth/client_registry.hpp"
#include "oauth/error.hpp"
#include "server/common/failure_limiter.hpp"

namespace couplet::server {

struct AdmittedRequest {
  FormParameters form;
  const Client* client = nullptr;  // never null; belongs to the registry
};

struct AdmissionRefusal {
  oauth::OAuthError error;
  std::optional<seconds> retry_after;  // set when it failed too often: 429

  [[nodiscard]] http::Response response() const;
};

/// Spec:    requirements TK-02..08, CA-01..14
/// Effects: a wrong secret is counted against the client at this address, and logged (LG-03)
[[nodiscard]] Result<AdmittedRequest, AdmissionRefusal> admit_client(const http::Request& request,
                                                                     const oauth::ClientRegistry& clients,
                                                                     const KeyRing& keys,
                                                                     FailureLimiter& limiter);

}  // namespace couplet::server
