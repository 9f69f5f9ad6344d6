// SPDX-License-Identifier: Apache-2.0
// Somebody else's signing certificate with the chain above it, as PEM from outside: whether it is to be
// trusted, and whether its key made a signature. Every check is OpenSSL's or stands in x509_chain.cpp.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/result.hpp"

namespace couplet {

/// The authorities to which a chain may lead. Immutable. Thread: any.
class TrustStore {
 public:
  /// `ca_file` is PEM; empty: the system's authorities. The error is for people.
  [[nodiscard]] static Result<TrustStore, std::string> load(const std::string& ca_file);
  struct Authorities;
  [[nodiscard]] const Authorities& authorities() const { return *authorities_; }

 private:
  explicit TrustStore(std::shared_ptr<const Authorities> authorities)
      : authorities_(std::move(authorities)) {}
  std::shared_ptr<const Authorities> authorities_;
};

enum class ChainFault {
  malformed,      // no certificate in it, one that cannot be read, or more than a chain needs
  wrong_name,     // the first certificate is not for that DNS name
  wrong_usage,    // its key may not sign, or it is an authority itself
  not_rsa,        // its key is of another kind
  not_valid_now,  // one of the chain has expired, or is not valid yet
  weak,           // a key under 2,048 bits, or a signature with MD5 or SHA-1
  untrusted,      // the chain leads to no known authority, or through something that may not issue
};
/// "wrong_name", …; for logs.
[[nodiscard]] std::string_view chain_fault_text(ChainFault fault);

/// The first certificate of a file whose chain was found good. Immutable, cheap to copy. Thread: any.
class SigningCertificate {
 public:
  /// The first certificate is the one that signs; those after it may stand in any order.
  /// Spec:   RFC 5280 6, 4.2.1.6 (SAN, DNS name, whole), 4.2.1.3; requirements AX-09, AX-10, AX-12
  [[nodiscard]] static Result<SigningCertificate, ChainFault> verify(std::string_view pem,
                                                                     const TrustStore& trust,
                                                                     std::string_view dns_name, Instant now);

  /// Every certificate of the chain is valid at `now` (AX-11).
  [[nodiscard]] bool valid_at(Instant now) const { return not_before_ <= now && now <= not_after_; }
  /// RSASSA-PKCS1-v1_5 with SHA-256 over exactly these octets (AX-02).
  [[nodiscard]] bool has_signed(ByteView octets, ByteView signature) const;

 private:
  struct Key;
  SigningCertificate() = default;
  std::shared_ptr<const Key> key_;
  Instant not_before_{};  // the latest of the chain
  Instant not_after_{};   // the earliest of the chain
};

}  // namespace couplet
