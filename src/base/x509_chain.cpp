// SPDX-License-Identifier: Apache-2.0
#include "base/x509_chain.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <vector>

namespace couplet {
namespace {

constexpr std::size_t kMostCertificates = 10;
constexpr int kSecurityLevel = 2;  // 112 bits: RSA of 2,048 bits and more, no SHA-1, no MD5

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
void free_list(STACK_OF(X509) * list) { sk_X509_free(list); }  // not what is in it
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Store = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Certificates = std::vector<Certificate>;
using CertificateList = std::unique_ptr<STACK_OF(X509), Freed<free_list>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using MdContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

// Leaves an empty error queue: what OpenSSL says about one request must not show up in another's.
struct CleanErrors {
  CleanErrors() { ERR_clear_error(); }
  ~CleanErrors() { ERR_clear_error(); }
  CleanErrors(const CleanErrors&) = delete;
  CleanErrors& operator=(const CleanErrors&) = delete;
};

// An encrypted block is no certificate; without this, OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

// Empty when one of them cannot be read, or there are too many.
Certificates read_certificates(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Certificates certificates;
  while (X509* const certificate = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
    certificates.emplace_back(certificate);
    if (certificates.size() > kMostCertificates) return {};
  }
  // No further PEM block is the good end; anything else is a block that makes no sense.
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  return ended ? std::move(certificates) : Certificates{};
}

// The whole DNS name in a DNS entry of the SAN; the common name, patterns and other kinds of entry do not
// count.
bool is_for(const X509& certificate, std::string_view dns_name) {
  const Names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const auto* const data = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName));
    if (ascii_lower({data, size}) == dns_name) return true;
  }
  return false;
}

bool may_sign(X509* certificate) {
  const auto flags = X509_get_extension_flags(certificate);
  const bool is_authority = (flags & EXFLAG_CA) != 0;
  const bool has_usage = (flags & EXFLAG_KUSAGE) != 0;
  return !is_authority && has_usage && (X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) != 0;
}

Instant to_instant(const ASN1_TIME* time) {
  std::tm parts{};
  ASN1_TIME_to_tm(time, &parts);
  return from_unix_seconds(timegm(&parts));
}

// Of X509_verify_cert. Whatever is not named here has the same meaning for us.
ChainFault fault_of(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID: return ChainFault::not_valid_now;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK: return ChainFault::weak;
    default: return ChainFault::untrusted;
  }
}

struct Validity {
  Instant not_before = Instant::min();
  Instant not_after = Instant::max();
};

Validity validity_of(const STACK_OF(X509) * chain) {
  Validity validity;
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const X509* const certificate = sk_X509_value(chain, i);
    validity.not_before = std::max(validity.not_before, to_instant(X509_get0_notBefore(certificate)));
    validity.not_after = std::min(validity.not_after, to_instant(X509_get0_notAfter(certificate)));
  }
  return validity;
}

// OpenSSL 3 checks each link: its signature, the issuer's basicConstraints (CA:TRUE, path length) and key
// usage, dates, strength, critical extensions, and that the last one leads to an authority.
Result<Validity, ChainFault> verify_chain(const Certificates& certificates, X509_STORE* authorities,
                                          Instant now) {
  const CertificateList others(sk_X509_new_null());
  for (std::size_t i = 1; i < certificates.size(); ++i) sk_X509_push(others.get(), certificates[i].get());
  const StoreContext context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), authorities, certificates.front().get(), others.get()) != 1)
    return std::unexpected(ChainFault::untrusted);
  X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(rules, unix_seconds(now));
  X509_VERIFY_PARAM_set_auth_level(rules, kSecurityLevel);
  if (X509_verify_cert(context.get()) != 1)
    return std::unexpected(fault_of(X509_STORE_CTX_get_error(context.get())));
  return validity_of(X509_STORE_CTX_get0_chain(context.get()));
}

}  // namespace

struct TrustStore::Authorities {
  Store store;
};
struct SigningCertificate::Key {
  PublicKey key;
};

Result<TrustStore, std::string> TrustStore::load(const std::string& ca_file) {
  const CleanErrors clean;
  auto authorities = std::make_shared<Authorities>(Store(X509_STORE_new()));
  X509_STORE* const store = authorities->store.get();
  const int loaded =
      ca_file.empty() ? X509_STORE_set_default_paths(store) : X509_STORE_load_file(store, ca_file.c_str());
  if (loaded != 1)
    return std::unexpected("cannot read certificate authorities from " +
                           (ca_file.empty() ? "the system's folder" : ca_file));
  return TrustStore(std::move(authorities));
}

std::string_view chain_fault_text(ChainFault fault) {
  switch (fault) {
    case ChainFault::malformed: return "malformed";
    case ChainFault::wrong_name: return "wrong_name";
    case ChainFault::wrong_usage: return "wrong_usage";
    case ChainFault::not_rsa: return "not_rsa";
    case ChainFault::not_valid_now: return "not_valid_now";
    case ChainFault::weak: return "weak";
    case ChainFault::untrusted: return "untrusted";
  }
  return "unknown";
}

Result<SigningCertificate, ChainFault> SigningCertificate::verify(std::string_view pem,
                                                                  const TrustStore& trust,
                                                                  std::string_view dns_name, Instant now) {
  const CleanErrors clean;
  const Certificates certificates = read_certificates(pem);
  if (certificates.empty()) return std::unexpected(ChainFault::malformed);
  X509* const leaf = certificates.front().get();
  if (!is_for(*leaf, dns_name)) return std::unexpected(ChainFault::wrong_name);
  if (!may_sign(leaf)) return std::unexpected(ChainFault::wrong_usage);
  auto key = std::make_shared<Key>(PublicKey(X509_get_pubkey(leaf)));
  if (!key->key || EVP_PKEY_get_base_id(key->key.get()) != EVP_PKEY_RSA)
    return std::unexpected(ChainFault::not_rsa);
  const auto validity = verify_chain(certificates, trust.authorities().store.get(), now);
  if (!validity) return std::unexpected(validity.error());

  SigningCertificate verified;
  verified.key_ = std::move(key);
  verified.not_before_ = validity->not_before;
  verified.not_after_ = validity->not_after;
  return verified;
}

bool SigningCertificate::has_signed(ByteView octets, ByteView signature) const {
  const CleanErrors clean;
  const MdContext context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->key.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(octets.data()),
                          octets.size()) == 1;
}

}  // namespace couplet
