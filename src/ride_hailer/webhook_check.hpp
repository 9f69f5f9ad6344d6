// SPDX-License-Identifier: Apache-2.0
// Does a signed call come from Couplet? Standard Webhooks, scheme v1. In another language take one of its
// libraries.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/secret.hpp"
#include "http/message.hpp"

namespace couplet::ride_hailer {

using CallSecret = Secret<struct CallSecretTag>;  // "whsec_…", as in Couplet's configuration

/// Thread: any.
class WebhookCheck {
 public:
  /// Absent when the secret is not of that form.
  [[nodiscard]] static std::optional<WebhookCheck> with(const CallSecret& secret);

  /// The call's id, once signature and age are good; the same id again is the same call again.
  [[nodiscard]] std::optional<std::string> genuine_id(const http::Request& request, Instant now) const;

 private:
  explicit WebhookCheck(ByteView key) : key_(key) {}
  HmacKey key_;
};

}  // namespace couplet::ride_hailer
