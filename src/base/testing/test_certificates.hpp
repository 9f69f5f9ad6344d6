// SPDX-License-Identifier: Apache-2.0
// Certificates as a test wants them, right or wrong, and signatures with their keys. Keys are made once a
// process: RSA takes time.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/encoding.hpp"

namespace couplet::testing {

enum class KeyKind { rsa_2048, rsa_1024, ec_p256 };

struct CertificateRecipe {
  std::string common_name;
  std::string subject_alt_name{};   // as in an OpenSSL configuration: "DNS:a.example,URI:…"; empty: none
  std::string basic_constraints{};  // "critical,CA:TRUE,pathlen:0"; empty: none
  std::string key_usage{};          // "critical,digitalSignature"; empty: none
  Instant not_before{};
  Instant not_after{};
  KeyKind key_kind = KeyKind::rsa_2048;
  int key_number = 0;             // certificates with the same kind and number share a key
  const char* digest = "SHA256";  // of the signature on it
};

class TestCertificate {
 public:
  /// Signed by `issuer`, or by its own key.
  static TestCertificate issue(const CertificateRecipe& recipe, const TestCertificate* issuer = nullptr);

  [[nodiscard]] std::string pem() const;
  /// PKCS#1 v1.5 (or ECDSA) with this digest, made with the certificate's key.
  [[nodiscard]] Bytes sign(std::string_view octets, const char* digest = "SHA256") const;

 private:
  struct Parts;
  explicit TestCertificate(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const Parts> parts_;
};

/// A root, an intermediate and a leaf for echo-api.amazon.com as Amazon's are, valid around `now`; each
/// recipe may be changed before issue().
struct ChainRecipe {
  explicit ChainRecipe(Instant now);
  CertificateRecipe root, intermediate, leaf;
};

struct TestChain {
  explicit TestChain(const ChainRecipe& recipe);
  TestCertificate root, intermediate, leaf;
  /// As served: the leaf, then the intermediate.
  [[nodiscard]] std::string pem() const { return leaf.pem() + intermediate.pem(); }
};

/// A file that goes with the object; for `ca_file`.
class TemporaryPem {
 public:
  explicit TemporaryPem(const std::string& content);
  ~TemporaryPem();
  TemporaryPem(const TemporaryPem&) = delete;
  TemporaryPem& operator=(const TemporaryPem&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace couplet::testing
