// SPDX-License-Identifier: Apache-2.0
// The few primitives Couplet uses, from OpenSSL 3. Algorithms are fetched once; every object here is immutable
// after construction and may be used from any thread.
#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.hpp"
#include "base/random.hpp"

namespace couplet {

using Digest = std::array<std::byte, 32>;

[[nodiscard]] Digest sha256(ByteView data);
[[nodiscard]] inline Digest sha256(std::string_view text) { return sha256(as_byte_view(text)); }

/// Same time whatever differs; false at once for different lengths.
[[nodiscard]] bool constant_time_equal(ByteView a, ByteView b);

/// HMAC-SHA-256 under one key.
class HmacKey {
 public:
  explicit HmacKey(ByteView key);
  ~HmacKey();
  HmacKey(HmacKey&&) noexcept;
  HmacKey& operator=(HmacKey&&) noexcept;
  [[nodiscard]] Digest operator()(ByteView data) const;
  [[nodiscard]] Digest operator()(std::string_view text) const { return (*this)(as_byte_view(text)); }

 private:
  struct Keyed;
  std::unique_ptr<Keyed> keyed_;
};

/// HKDF-SHA-256 (RFC 5869), no salt: one 32-byte key a purpose out of one master key.
[[nodiscard]] Digest derive_key(ByteView master, std::string_view purpose);

/// AES-256-GCM. A sealed box is nonce (12) ‖ ciphertext ‖ tag (16); the nonce is random.
class AeadKey {
 public:
  explicit AeadKey(const Digest& key) : key_(key) {}
  ~AeadKey();
  AeadKey(AeadKey&&) noexcept = default;
  AeadKey& operator=(AeadKey&&) noexcept = default;
  [[nodiscard]] Bytes seal(ByteView plain, ByteView associated, Random& random) const;
  /// Absent when the box, the key or the associated data is not the one it was sealed with.
  [[nodiscard]] std::optional<Bytes> open(ByteView box, ByteView associated) const;

 private:
  Digest key_;
};

}  // namespace couplet
