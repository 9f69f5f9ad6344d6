// SPDX-License-Identifier: Apache-2.0
// An OAuth client of this authorization server (Alexa is one), as the configuration names it. Constant after
// start.
#pragma once
#include <chrono>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "domain/ids.hpp"

namespace couplet {

using ClientSecret = Secret<struct ClientSecretTag>;

struct Client {
  ClientId client_id;
  std::vector<KeyedHash> client_secret_hashes;  // one, or two while a secret is being replaced (CA-14)
  std::vector<std::string> redirect_uris;       // compared byte for byte (RU-01)
  std::vector<std::string> scopes;              // what it may ask for
  seconds access_token_lifetime{3600};          // at least 360 s (AT-05)
  seconds access_token_jitter{300};             // taken off at random, so that not all tokens expire together
  seconds authorization_code_lifetime{300};     // must outlive one enablement call; at most 600 s (CD-05)
  bool may_introspect = false;                  // a resource server's credential (IN-01)
  bool enabled = true;
  bool require_pkce = false;  // an authorization request without code_challenge is refused (PK-09)
  bool tolerate_unasked_code_verifier =
      false;  // a code_verifier for a code without challenge is refused (PK-07)
};

/// Client secrets have 256 random bits, so a keyed hash is enough (SE-02).
[[nodiscard]] KeyedHash hash_client_secret(const KeyRing& keys, const ClientId& client_id,
                                           const ClientSecret& secret);

}  // namespace couplet
