// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/x509.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <stdexcept>

namespace couplet::emulator {

namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using SigningContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using ExtensionOwner = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

Bio reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

const EVP_MD* digest_of(Hash hash) {
  switch (hash) {
    case Hash::md5: return EVP_md5();
    case Hash::sha1: return EVP_sha1();
    case Hash::sha256: return EVP_sha256();
    case Hash::sha512: return EVP_sha512();
  }
  throw std::runtime_error("unknown hash");
}

/// By name or by OID; a value in OpenSSL's words.
void add_extension(X509* certificate, X509* issuer, const Extension& wanted) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionOwner made(X509V3_EXT_nconf(nullptr, &context, wanted.name.c_str(), wanted.value.c_str()));
  require(made && X509_add_ext(certificate, made.get(), -1) == 1, "cannot add a certificate extension");
}

void set_serial(X509* certificate, Random& random) {
  auto bytes = random.bytes<8>();
  bytes[0] = (bytes[0] & std::byte{0x7f}) | std::byte{0x40};  // positive, never zero
  std::uint64_t serial = 0;
  for (const std::byte byte : bytes) serial = serial << 8 | std::to_integer<std::uint64_t>(byte);
  require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1,
          "cannot set a serial number");
}

void set_name(X509_NAME* name, const std::string& common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1, "cannot set a name");
}

}  // namespace

PrivateKey PrivateKey::generate(KeyKind kind) {
  EVP_PKEY* made =
      kind == KeyKind::p_256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(kind == KeyKind::rsa_1024 ? 1024u : 2048u);
  require(made != nullptr, "cannot make a key");
  return PrivateKey(std::shared_ptr<EVP_PKEY>(made, EVP_PKEY_free));
}

std::optional<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  EVP_PKEY* read = PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, nullptr, nullptr);
  if (!read) return std::nullopt;
  return PrivateKey(std::shared_ptr<EVP_PKEY>(read, EVP_PKEY_free));
}

std::string PrivateKey::to_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "cannot write a key");
  return text_of(bio.get());
}

bool PrivateKey::is_rsa() const { return EVP_PKEY_is_a(key_.get(), "RSA") == 1; }

Bytes PrivateKey::sign(std::string_view text, Hash hash, Padding padding) const {
  const SigningContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  require(
      context && EVP_DigestSignInit(context.get(), &key_context, digest_of(hash), nullptr, key_.get()) == 1,
      "cannot begin to sign");
  if (padding == Padding::pss)
    require(EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1, "cannot set the padding");
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  require(EVP_DigestSign(context.get(), nullptr, &size, data, text.size()) == 1, "cannot sign");
  Bytes signature(size);
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  require(EVP_DigestSign(context.get(), out, &size, data, text.size()) == 1, "cannot sign");
  signature.resize(size);
  return signature;
}

Certificate Certificate::issue(const CertificateTerms& terms, const PrivateKey& key, const Identity* issuer,
                               Random& random) {
  const std::shared_ptr<X509> made(X509_new(), X509_free);
  require(made != nullptr, "cannot make a certificate");
  X509* certificate = made.get();
  X509* signer = issuer ? issuer->certificate.certificate_.get() : certificate;
  X509_set_version(certificate, X509_VERSION_3);
  set_serial(certificate, random);
  ASN1_TIME_set(X509_getm_notBefore(certificate), unix_seconds(terms.not_before));
  ASN1_TIME_set(X509_getm_notAfter(certificate), unix_seconds(terms.not_after));
  set_name(X509_get_subject_name(certificate), terms.common_name);
  require(X509_set_pubkey(certificate, key.key_.get()) == 1, "cannot set a public key");
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  for (const Extension& extension : terms.extensions) add_extension(certificate, signer, extension);
  const PrivateKey& signing_key = issuer ? issuer->key : key;
  require(X509_sign(certificate, signing_key.key_.get(), digest_of(terms.hash)) > 0,
          "cannot sign a certificate");
  return Certificate(made);
}

std::optional<Certificate> Certificate::from_pem(std::string_view pem) {
  X509* read = PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr);
  if (!read) return std::nullopt;
  return Certificate(std::shared_ptr<X509>(read, X509_free));
}

std::string Certificate::to_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(bio.get(), certificate_.get()) == 1, "cannot write a certificate");
  return text_of(bio.get());
}

bool Certificate::belongs_to(const PrivateKey& key) const {
  return X509_check_private_key(certificate_.get(), key.key_.get()) == 1;
}

bool Certificate::is_signed_by(const PrivateKey& issuer) const {
  return X509_verify(certificate_.get(), issuer.key_.get()) == 1;
}

bool Certificate::ends_before(Instant time) const {
  std::time_t limit = unix_seconds(time);
  return X509_cmp_time(X509_get0_notAfter(certificate_.get()), &limit) < 0;
}

bool Certificate::stands_for(const std::string& host) const {
  const bool is_address =
      std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return is_address ? X509_check_ip_asc(certificate_.get(), host.c_str(), 0) == 1
                    : X509_check_host(certificate_.get(), host.c_str(), host.size(), 0, nullptr) == 1;
}

}  // namespace couplet::emulator
