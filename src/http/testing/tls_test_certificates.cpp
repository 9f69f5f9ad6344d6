// SPDX-License-Identifier: Apache-2.0
#include "http/testing/tls_test_certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cctype>
#include <stdexcept>

namespace couplet::http::testing {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using File = std::unique_ptr<FILE, decltype(&fclose)>;

void add_extension(X509& certificate, X509& issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  if (!extension) throw std::runtime_error("bad certificate extension " + value);
  X509_add_ext(&certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate unsigned_certificate(EVP_PKEY& key, const std::string& common_name, long serial) {
  Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24L * 3600);
  X509_set_pubkey(certificate.get(), &key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  return certificate;
}

File open(const std::filesystem::path& path) {
  File file(fopen(path.c_str(), "w"), fclose);
  if (!file) throw std::runtime_error("cannot write " + path.string());
  return file;
}

bool is_ip(const std::string& name) {
  return name.find_first_not_of("0123456789.") == std::string::npos || name.find(':') != std::string::npos;
}

std::string alternative_names(const std::vector<std::string>& host_names) {
  std::string text;
  for (const std::string& name : host_names)
    text += (text.empty() ? "" : ",") + std::string(is_ip(name) ? "IP:" : "DNS:") + name;
  return text;
}

std::filesystem::path new_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "couplet-tls-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  return pattern;
}

}  // namespace

struct TestAuthority::Keys {
  Key key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  Certificate certificate{unsigned_certificate(*key, "Test CA", 1)};
  long next_serial = 2;
};

TestAuthority::TestAuthority() : folder_(new_folder()), keys_(std::make_unique<Keys>()) {
  X509& ca = *keys_->certificate;
  X509_set_issuer_name(&ca, X509_get_subject_name(&ca));
  add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(&ca, keys_->key.get(), EVP_sha256());
  PEM_write_X509(open(ca_file()).get(), &ca);
}

TestAuthority::~TestAuthority() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string TestAuthority::ca_file() const { return (folder_ / "ca.pem").string(); }

TlsFiles TestAuthority::issue(const std::string& name, const std::vector<std::string>& host_names) const {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Certificate certificate = unsigned_certificate(*key, name, keys_->next_serial++);
  X509& ca = *keys_->certificate;
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(&ca));
  add_extension(*certificate, ca, NID_subject_alt_name, alternative_names(host_names));
  add_extension(*certificate, ca, NID_ext_key_usage, "serverAuth");
  X509_sign(certificate.get(), keys_->key.get(), EVP_sha256());
  TlsFiles files{(folder_ / (name + ".pem")).string(), (folder_ / (name + ".key")).string()};
  const File chain = open(files.certificate_chain_file);
  PEM_write_X509(chain.get(), certificate.get());
  PEM_write_X509(chain.get(), &ca);
  PEM_write_PrivateKey(open(files.private_key_file).get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return files;
}

}  // namespace couplet::http::testing
