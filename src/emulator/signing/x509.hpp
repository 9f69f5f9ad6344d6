// SPDX-License-Identifier: Apache-2.0
// Keys and certificates as values. x509.cpp is the only file of the emulator with OpenSSL in it.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/random.hpp"

struct evp_pkey_st;
struct x509_st;

namespace couplet::emulator {

enum class KeyKind { rsa_2048, rsa_1024, p_256 };
enum class Hash { md5, sha1, sha256, sha512 };
enum class Padding {
  pkcs1,  // RSASSA-PKCS1-v1_5; ECDSA for a P-256 key
  pss,    // RSASSA-PSS
};

/// Copies share one key. Functions throw std::runtime_error when OpenSSL fails.
class PrivateKey {
 public:
  static PrivateKey generate(KeyKind kind);
  static std::optional<PrivateKey> from_pem(std::string_view pem);
  [[nodiscard]] std::string to_pem() const;
  [[nodiscard]] bool is_rsa() const;
  [[nodiscard]] Bytes sign(std::string_view text, Hash hash, Padding padding = Padding::pkcs1) const;

 private:
  friend class Certificate;
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

struct Extension {
  std::string name;   // OpenSSL's: "subjectAltName", or an OID
  std::string value;  // OpenSSL's words: "critical,CA:TRUE,pathlen:0"
};

/// What a certificate says.
struct CertificateTerms {
  std::string common_name;
  Instant not_before{};
  Instant not_after{};
  std::vector<Extension> extensions;
  Hash hash = Hash::sha256;  // of the issuer's signature
};

struct Identity;

/// Immutable; copies share one certificate.
class Certificate {
 public:
  /// Signed by `issuer`, or by `key` itself when there is none. Throws std::runtime_error.
  static Certificate issue(const CertificateTerms& terms, const PrivateKey& key, const Identity* issuer,
                           Random& random);
  /// The first certificate of the text.
  static std::optional<Certificate> from_pem(std::string_view pem);
  [[nodiscard]] std::string to_pem() const;
  [[nodiscard]] bool belongs_to(const PrivateKey& key) const;
  [[nodiscard]] bool is_signed_by(const PrivateKey& issuer) const;
  [[nodiscard]] bool ends_before(Instant time) const;
  /// A host name or an IP address.
  [[nodiscard]] bool stands_for(const std::string& host) const;

 private:
  explicit Certificate(std::shared_ptr<x509_st> certificate) : certificate_(std::move(certificate)) {}
  std::shared_ptr<x509_st> certificate_;
};

struct Identity {
  PrivateKey key;
  Certificate certificate;
};

}  // namespace couplet::emulator
