// SPDX-License-Identifier: Apache-2.0
#include "domain/client.hpp"

namespace couplet {

KeyedHash hash_client_secret(const KeyRing& keys, const ClientId& client_id, const ClientSecret& secret) {
  return keys.hash(MacPurpose::client_secrets, client_id.text(), as_byte_view(secret.reveal()));
}

}  // namespace couplet
