// SPDX-License-Identifier: Apache-2.0
// The keys that session tickets are sealed with. They follow from one random secret and the time, so every
// thread has the same ones without sharing anything, and they change twice a day.
#pragma once
#include <openssl/types.h>

#include <array>
#include <memory>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/random.hpp"

namespace couplet::http {

/// Thread: any, as far as `random` is.
class TicketKeys {
 public:
  TicketKeys(const Clock& clock, Random& random)
      : clock_(clock), random_(random), master_(random.bytes<32>()) {}

  /// Tickets of `context` are sealed with these keys from now on.
  /// Spec: RFC 5077 4; RFC 9325 3.4; requirement TL-03
  static void install(std::shared_ptr<const TicketKeys> keys, SSL_CTX& context);

  /// Half a day, by number.
  using Epoch = std::uint64_t;
  [[nodiscard]] Epoch now() const;
  [[nodiscard]] Digest cipher_key(Epoch epoch) const;
  [[nodiscard]] Digest mac_key(Epoch epoch) const;
  [[nodiscard]] std::array<std::byte, 16> new_iv() const { return random_.bytes<16>(); }

 private:
  const Clock& clock_;
  Random& random_;
  Digest master_;
};

}  // namespace couplet::http
