// SPDX-License-Identifier: Apache-2.0
// The master keys of one installation and what is derived from them. The first key writes, all of them read,
// so a key can be replaced without downtime: put the new one in front, re-seal, then drop the old one.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/crypto.hpp"
#include "base/secret.hpp"

namespace couplet {

using MasterKey = Secret<struct MasterKeyTag>;  // 32 bytes

/// What a derived key is for; one key never serves two purposes.
enum class SealPurpose { oauth_state, launch_ticket, amazon_tokens, login_challenge, access_tokens };
enum class MacPurpose {
  issued_tokens,
  client_secrets,
  pkce_verifier,
  log_fingerprint,
  refresh_successors,
  confirmation_number
};

/// A keyed hash together with the key that made it, as it is stored: key id, then 32 bytes.
struct KeyedHash {
  std::uint8_t key_id = 0;
  Digest digest{};
  friend bool operator==(const KeyedHash&, const KeyedHash&) = default;
};

class KeyRing {
 public:
  struct Key {
    std::uint8_t id;
    MasterKey key;
  };
  /// At least one key, ids distinct: checked by the configuration; throws std::invalid_argument otherwise.
  explicit KeyRing(const std::vector<Key>& keys);

  /// Key id ‖ AES-256-GCM box; `associated` binds it to its row.
  [[nodiscard]] Bytes seal(SealPurpose purpose, ByteView plain, std::string_view associated,
                           Random& random) const;
  /// Absent when it was altered, moved to another row, or its key is not in the ring.
  [[nodiscard]] std::optional<Bytes> open(SealPurpose purpose, ByteView box,
                                          std::string_view associated) const;

  [[nodiscard]] KeyedHash hash(MacPurpose purpose, std::string_view domain, ByteView data) const;
  /// Constant time in the data. False when the key that made `known` is gone.
  [[nodiscard]] bool matches(MacPurpose purpose, std::string_view domain, ByteView data,
                             const KeyedHash& known) const;
  /// The same hash under a named key of the ring, for values that are derived and never stored.
  [[nodiscard]] std::optional<Digest> derive(MacPurpose purpose, std::string_view domain, ByteView data,
                                             std::uint8_t key_id) const;
  [[nodiscard]] std::uint8_t writing_key_id() const { return writing_; }

  /// Names a secret in logs without giving it away (LG-04): 12 hex digits.
  [[nodiscard]] std::string fingerprint(std::string_view secret) const;

 private:
  struct Derived;
  [[nodiscard]] const Derived* find(std::uint8_t id) const;

  std::map<std::uint8_t, std::shared_ptr<const Derived>> keys_;
  std::uint8_t writing_ = 0;
};

}  // namespace couplet
