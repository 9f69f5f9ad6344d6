// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/signing_chains.hpp"

#include <algorithm>
#include <utility>

namespace couplet::emulator {

namespace {

constexpr std::chrono::days kLeafLife{397};
constexpr std::chrono::days kIntermediateLife{1825};
constexpr std::chrono::days kDay{1};

constexpr const char* kIntermediateName = "Couplet emulator request signing";

CertificateTerms leaf_terms(Instant now) {
  return {.common_name = kRequestSignerName,
          .not_before = now - kDay,
          .not_after = now + kLeafLife,
          .extensions = {{"basicConstraints", "critical,CA:FALSE"},
                         {"keyUsage", "critical,digitalSignature"},
                         {"extendedKeyUsage", "serverAuth"},
                         {"subjectAltName", std::string("DNS:") + kRequestSignerName},
                         {"subjectKeyIdentifier", "hash"},
                         {"authorityKeyIdentifier", "keyid"}}};
}

CertificateTerms intermediate_terms(Instant now) {
  return {.common_name = kIntermediateName,
          .not_before = now - kDay,
          .not_after = now + kIntermediateLife,
          .extensions = {{"basicConstraints", "critical,CA:TRUE,pathlen:0"},
                         {"keyUsage", "critical,keyCertSign,cRLSign"},
                         {"subjectKeyIdentifier", "hash"},
                         {"authorityKeyIdentifier", "keyid"}}};
}

void set_extension(CertificateTerms& terms, const std::string& name, std::string value) {
  const auto found = std::ranges::find(terms.extensions, name, &Extension::name);
  if (found == terms.extensions.end())
    terms.extensions.push_back({name, std::move(value)});
  else
    found->value = std::move(value);
}

void drop_extension(CertificateTerms& terms, const std::string& name) {
  std::erase_if(terms.extensions, [&](const Extension& extension) { return extension.name == name; });
}

/// A leaf for `key` under `issuer`, then the issuer.
MadeChain chain_of(const Workshop& workshop, const CertificateTerms& terms, const PrivateKey& key,
                   const Identity& issuer) {
  const Certificate leaf = Certificate::issue(terms, key, &issuer, workshop.random);
  return {key, leaf.to_pem() + issuer.certificate.to_pem()};
}

MadeChain with_terms(const Workshop& workshop, const CertificateTerms& terms) {
  return chain_of(workshop, terms, workshop.leaf_key, workshop.intermediate);
}

MadeChain with_san(const Workshop& workshop, std::string names) {
  CertificateTerms terms = leaf_terms(workshop.now);
  set_extension(terms, "subjectAltName", std::move(names));
  return with_terms(workshop, terms);
}

/// The good leaf under an intermediate of other terms.
MadeChain with_issuer_terms(const Workshop& workshop, const CertificateTerms& terms) {
  const PrivateKey& key = workshop.intermediate.key;
  const Identity issuer{key, Certificate::issue(terms, key, &workshop.root, workshop.random)};
  return chain_of(workshop, leaf_terms(workshop.now), workshop.leaf_key, issuer);
}

MadeChain with_key(const Workshop& workshop, KeyKind kind) {
  return chain_of(workshop, leaf_terms(workshop.now), PrivateKey::generate(kind), workshop.intermediate);
}

MadeChain with_hash(const Workshop& workshop, Hash hash) {
  CertificateTerms terms = leaf_terms(workshop.now);
  terms.hash = hash;
  return with_terms(workshop, terms);
}

Certificate good_leaf(const Workshop& workshop) {
  return Certificate::issue(leaf_terms(workshop.now), workshop.leaf_key, &workshop.intermediate,
                            workshop.random);
}

}  // namespace

Certificate new_intermediate(const PrivateKey& key, const Identity& root, Instant now, Random& random) {
  return Certificate::issue(intermediate_terms(now), key, &root, random);
}

namespace chains {

MadeChain good(const Workshop& workshop) { return with_terms(workshop, leaf_terms(workshop.now)); }

MadeChain with_root(const Workshop& workshop) {
  MadeChain made = good(workshop);
  made.pem += workshop.root.certificate.to_pem();
  return made;
}

MadeChain more_names(const Workshop& workshop) {
  return with_san(workshop, std::string("DNS:other.amazon.com,DNS:") + kRequestSignerName);
}

MadeChain self_signed_leaf(const Workshop& workshop) {
  const Certificate leaf =
      Certificate::issue(leaf_terms(workshop.now), workshop.leaf_key, nullptr, workshop.random);
  return {workshop.leaf_key, leaf.to_pem()};
}

MadeChain missing_intermediate(const Workshop& workshop) {
  return {workshop.leaf_key, good_leaf(workshop).to_pem()};
}

MadeChain leaf_last(const Workshop& workshop) {
  return {workshop.leaf_key, workshop.intermediate.certificate.to_pem() + good_leaf(workshop).to_pem()};
}

MadeChain swapped_intermediate(const Workshop& workshop) {
  const Certificate other =
      new_intermediate(PrivateKey::generate(KeyKind::rsa_2048), workshop.root, workshop.now, workshop.random);
  return {workshop.leaf_key, good_leaf(workshop).to_pem() + other.to_pem()};
}

MadeChain foreign_root(const Workshop& workshop) {
  CertificateTerms terms = intermediate_terms(workshop.now);
  terms.common_name = "Nobody's root";
  set_extension(terms, "basicConstraints", "critical,CA:TRUE,pathlen:1");
  drop_extension(terms, "authorityKeyIdentifier");
  const PrivateKey root_key = PrivateKey::generate(KeyKind::rsa_2048);
  const Identity root{root_key, Certificate::issue(terms, root_key, nullptr, workshop.random)};
  const PrivateKey& key = workshop.intermediate.key;
  const Identity issuer{key, new_intermediate(key, root, workshop.now, workshop.random)};
  MadeChain made = chain_of(workshop, leaf_terms(workshop.now), workshop.leaf_key, issuer);
  made.pem += root.certificate.to_pem();
  return made;
}

MadeChain leaf_signed_by_leaf(const Workshop& workshop) {
  CertificateTerms terms = leaf_terms(workshop.now);
  terms.common_name = "evil.example";
  set_extension(terms, "subjectAltName", "DNS:evil.example");
  const Identity somebody{workshop.leaf_key, Certificate::issue(terms, workshop.leaf_key,
                                                                &workshop.intermediate, workshop.random)};
  MadeChain made =
      chain_of(workshop, leaf_terms(workshop.now), PrivateKey::generate(KeyKind::rsa_2048), somebody);
  made.pem += workshop.intermediate.certificate.to_pem();
  return made;
}

MadeChain issuer_not_ca(const Workshop& workshop) {
  CertificateTerms terms = intermediate_terms(workshop.now);
  set_extension(terms, "basicConstraints", "critical,CA:FALSE");
  return with_issuer_terms(workshop, terms);
}

MadeChain issuer_may_not_sign(const Workshop& workshop) {
  CertificateTerms terms = intermediate_terms(workshop.now);
  set_extension(terms, "keyUsage", "critical,digitalSignature");
  return with_issuer_terms(workshop, terms);
}

MadeChain path_too_long(const Workshop& workshop) {
  CertificateTerms terms = intermediate_terms(workshop.now);
  terms.common_name = "One too many";
  const PrivateKey key = PrivateKey::generate(KeyKind::rsa_2048);
  const Identity below{key, Certificate::issue(terms, key, &workshop.intermediate, workshop.random)};
  MadeChain made = chain_of(workshop, leaf_terms(workshop.now), workshop.leaf_key, below);
  made.pem += workshop.intermediate.certificate.to_pem();
  return made;
}

MadeChain expired_intermediate(const Workshop& workshop) {
  CertificateTerms terms = intermediate_terms(workshop.now);
  terms.not_before = workshop.now - 30 * kDay;
  terms.not_after = workshop.now - kDay;
  return with_issuer_terms(workshop, terms);
}

MadeChain expired_leaf(const Workshop& workshop) {
  CertificateTerms terms = leaf_terms(workshop.now);
  terms.not_before = workshop.now - 30 * kDay;
  terms.not_after = workshop.now - kDay;
  return with_terms(workshop, terms);
}

MadeChain future_leaf(const Workshop& workshop) {
  CertificateTerms terms = leaf_terms(workshop.now);
  terms.not_before = workshop.now + kDay;
  return with_terms(workshop, terms);
}

MadeChain other_name(const Workshop& workshop) {
  CertificateTerms terms = leaf_terms(workshop.now);
  terms.common_name = "other.amazon.com";
  set_extension(terms, "subjectAltName", "DNS:other.amazon.com");
  return with_terms(workshop, terms);
}

MadeChain name_in_cn_only(const Workshop& workshop) { return with_san(workshop, "DNS:other.amazon.com"); }

MadeChain no_san(const Workshop& workshop) {
  CertificateTerms terms = leaf_terms(workshop.now);
  drop_extension(terms, "subjectAltName");
  return with_terms(workshop, terms);
}

MadeChain wildcard_name(const Workshop& workshop) { return with_san(workshop, "DNS:*.amazon.com"); }

MadeChain name_with_suffix(const Workshop& workshop) {
  return with_san(workshop, std::string("DNS:") + kRequestSignerName + ".evil.example");
}

MadeChain name_with_prefix(const Workshop& workshop) {
  return with_san(workshop, std::string("DNS:evil-") + kRequestSignerName);
}

MadeChain name_in_uri(const Workshop& workshop) {
  return with_san(workshop, std::string("URI:") + kRequestSignerName);
}

MadeChain name_in_email(const Workshop& workshop) {
  return with_san(workshop, std::string("email:") + kRequestSignerName);
}

MadeChain no_digital_signature(const Workshop& workshop) {
  CertificateTerms terms = leaf_terms(workshop.now);
  set_extension(terms, "keyUsage", "critical,keyEncipherment");
  return with_terms(workshop, terms);
}

MadeChain unknown_critical_extension(const Workshop& workshop) {
  CertificateTerms terms = leaf_terms(workshop.now);
  set_extension(terms, "1.3.6.1.4.1.32473.1", "critical,ASN1:UTF8String:unheard of");  // RFC 5612's number
  return with_terms(workshop, terms);
}

MadeChain weak_key(const Workshop& workshop) { return with_key(workshop, KeyKind::rsa_1024); }

MadeChain ec_key(const Workshop& workshop) { return with_key(workshop, KeyKind::p_256); }

MadeChain sha1_signed(const Workshop& workshop) { return with_hash(workshop, Hash::sha1); }

MadeChain md5_signed(const Workshop& workshop) { return with_hash(workshop, Hash::md5); }

MadeChain not_a_certificate(const Workshop& workshop) {
  return {workshop.leaf_key,
          "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"};
}

MadeChain empty_file(const Workshop& workshop) { return {workshop.leaf_key, ""}; }

}  // namespace chains

}  // namespace couplet::emulator
