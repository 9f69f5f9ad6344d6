// SPDX-License-Identifier: Apache-2.0
#include "base/testing/test_certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>

namespace couplet::testing {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

void require(bool good, const std::string& what) {
  if (!good) throw std::runtime_error("test certificates: " + what);
}

EVP_PKEY* new_key(KeyKind kind) {
  switch (kind) {
    case KeyKind::rsa_2048: return EVP_RSA_gen(2048);
    case KeyKind::rsa_1024: return EVP_RSA_gen(1024);
    case KeyKind::ec_p256: return EVP_EC_gen("P-256");
  }
  return nullptr;
}

Key key_of(KeyKind kind, int number) {
  static std::mutex mutex;
  static std::map<std::pair<KeyKind, int>, Key> keys;
  const std::lock_guard lock(mutex);
  Key& key = keys[{kind, number}];
  if (!key) key.reset(new_key(kind), EVP_PKEY_free);
  return key;
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "extension " + value);
}

void set_time(ASN1_TIME* field, Instant at) {
  require(ASN1_TIME_set(field, unix_seconds(at)) != nullptr, "time");
}

}  // namespace

struct TestCertificate::Parts {
  Key key;
  Certificate certificate;
};

TestCertificate TestCertificate::issue(const CertificateRecipe& recipe, const TestCertificate* issuer) {
  static std::atomic<long> last_serial{0};
  auto parts = std::make_shared<Parts>(key_of(recipe.key_kind, recipe.key_number), Certificate(X509_new()));
  X509* const certificate = parts->certificate.get();
  const Parts& by = issuer ? *issuer->parts_ : *parts;
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++last_serial);
  set_time(X509_getm_notBefore(certificate), recipe.not_before);
  set_time(X509_getm_notAfter(certificate), recipe.not_after);
  X509_set_pubkey(certificate, parts->key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(recipe.common_name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(by.certificate.get()));
  add_extension(certificate, by.certificate.get(), NID_basic_constraints, recipe.basic_constraints);
  add_extension(certificate, by.certificate.get(), NID_key_usage, recipe.key_usage);
  add_extension(certificate, by.certificate.get(), NID_subject_alt_name, recipe.subject_alt_name);
  require(X509_sign(certificate, by.key.get(), EVP_get_digestbyname(recipe.digest)) > 0, "signing");
  return TestCertificate(std::move(parts));
}

std::string TestCertificate::pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(bio.get(), parts_->certificate.get()) == 1, "PEM");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Bytes TestCertificate::sign(std::string_view octets, const char* digest) const {
  const MdContext context(EVP_MD_CTX_new());
  const auto* const data = reinterpret_cast<const unsigned char*>(octets.data());
  std::size_t size = 0;
  require(EVP_DigestSignInit(context.get(), nullptr, EVP_get_digestbyname(digest), nullptr,
                             parts_->key.get()) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &size, data, octets.size()) == 1,
          "signature");
  Bytes signature(size);
  require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, data,
                         octets.size()) == 1,
          "signature");
  signature.resize(size);
  return signature;
}

ChainRecipe::ChainRecipe(Instant now)
    : root{.common_name = "Test Root",
           .basic_constraints = "critical,CA:TRUE",
           .key_usage = "critical,keyCertSign,cRLSign",
           .not_before = now - std::chrono::days{3650},
           .not_after = now + std::chrono::days{3650},
           .key_number = 1},
      intermediate{.common_name = "Test Intermediate",
                   .basic_constraints = "critical,CA:TRUE,pathlen:0",
                   .key_usage = "critical,keyCertSign,cRLSign,digitalSignature",
                   .not_before = now - std::chrono::days{365},
                   .not_after = now + std::chrono::days{365},
                   .key_number = 2},
      leaf{.common_name = "echo-api.amazon.com",
           .subject_alt_name = "DNS:echo-api.amazon.com",
           .key_usage = "critical,digitalSignature,keyEncipherment",
           .not_before = now - std::chrono::days{30},
           .not_after = now + std::chrono::days{30},
           .key_number = 3} {}

TestChain::TestChain(const ChainRecipe& recipe)
    : root(TestCertificate::issue(recipe.root)),
      intermediate(TestCertificate::issue(recipe.intermediate, &root)),
      leaf(TestCertificate::issue(recipe.leaf, &intermediate)) {}

TemporaryPem::TemporaryPem(const std::string& content)
    : path_((std::filesystem::temp_directory_path() / "couplet-pem-XXXXXX").string()) {
  const int file = mkstemp(path_.data());
  require(file >= 0, "no temporary file");
  const auto written = write(file, content.data(), content.size());
  close(file);
  require(written == static_cast<ssize_t>(content.size()), "cannot write " + path_);
}

TemporaryPem::~TemporaryPem() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace couplet::testing
