// SPDX-License-Identifier: Apache-2.0
// Signed tokens (RFC 7515, 7517, 7519) through libcjose. Algorithms are pinned: ES256 to sign; ES256 and RS256 to verify,
// each only with a key of its own type. "none" and the HMAC family do not exist here.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace couplet {

using PrivateJwk = Secret<struct PrivateJwkTag>;  // a P-256 private key as JWK text

enum class KeyError {
  malformed,    // not a JWK
  unsupported,  // not a P-256 private key
};

/// An ES256 key pair. Thread: one; give each I/O thread its own copy.
class SigningKey {
 public:
  static Result<SigningKey, KeyError> from_jwk(const PrivateJwk& jwk);
  /// A new key as JWK text, with its RFC 7638 thumbprint as `kid`.
  static PrivateJwk generate();

  SigningKey(SigningKey&&) noexcept;
  SigningKey& operator=(SigningKey&&) noexcept;
  ~SigningKey();

  /// header.payload.signature; `typ` as in RFC 9068 ("at+jwt"). Throws std::runtime_error only when OpenSSL is broken.
  [[nodiscard]] std::string sign(std::string_view payload, std::string_view typ) const;
  [[nodiscard]] const std::string& kid() const;
  /// The public half, with kid, use and alg, for a JWK set.
  [[nodiscard]] json::object public_jwk() const;

 private:
  struct Impl;
  explicit SigningKey(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

enum class JwsError {
  malformed,        // not a compact JWS, or its header or payload is not a JSON object
  wrong_typ,        // the typ header is not the expected one
  unknown_key,      // no key of the set has this kid
  wrong_algorithm,  // not the algorithm of that key's type (RFC 8725 3.1)
  bad_signature,
};

/// Public keys of somebody else, or our own. Thread: one at a time.
class JwkSet {
 public:
  /// {"keys":[…]}; keys of other types or uses are left out.
  static Result<JwkSet, KeyError> from_json(std::string_view text);
  JwkSet(JwkSet&&) noexcept;
  JwkSet& operator=(JwkSet&&) noexcept;
  ~JwkSet();

  /// Checks the signature only; the claims are the caller's to check. `typ` empty: any. A token without a kid is
  /// accepted when the set has exactly one key.
  [[nodiscard]] Result<json::object, JwsError> verify(std::string_view compact, std::string_view typ) const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct Impl;
  explicit JwkSet(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace couplet
