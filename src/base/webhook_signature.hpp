// SPDX-License-Identifier: Apache-2.0
// How Couplet signs the calls it makes to the provider's own systems: Standard Webhooks, scheme v1
// (HMAC-SHA-256). The receiver needs any of its libraries, or ten lines.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/secret.hpp"

namespace couplet {

/// "whsec_", then the base64 of 24 to 64 random bytes.
using WebhookSecret = Secret<struct WebhookSecretTag>;

/// Thread: any.
class WebhookSigner {
 public:
  /// Absent when it is not of the form above.
  [[nodiscard]] static std::optional<WebhookSigner> from_secret(const WebhookSecret& secret);

  /// The value of the header webhook-signature, over "ID.TIMESTAMP.BODY": "v1," and base64.
  /// Units: whole seconds since 1970, as in the header webhook-timestamp
  [[nodiscard]] std::string sign(std::string_view id, std::int64_t timestamp, std::string_view body) const;

 private:
  explicit WebhookSigner(ByteView key) : key_(key) {}
  HmacKey key_;
};

}  // namespace couplet
