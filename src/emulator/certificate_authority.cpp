// SPDX-License-Identifier: Apache-2.0
#include "emulator/certificate_authority.hpp"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace couplet::emulator {

namespace {

namespace fs = std::filesystem;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;

constexpr std::chrono::days kRootLife{3650};
constexpr std::chrono::days kLeafLife{397};
constexpr std::chrono::days kRenewBefore{30};

struct Identity {
  Key key;
  Certificate certificate;
};

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "cannot write a key");
  return text_of(bio.get());
}

std::string to_pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(bio.get(), certificate) == 1, "cannot write a certificate");
  return text_of(bio.get());
}

std::string read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return stream ? text.str() : "";
}

/// Whole or not at all, and never readable by others in between.
void write_file(const fs::path& file, std::string_view text, mode_t mode) {
  const fs::path fresh = file.string() + ".new";
  ::unlink(fresh.c_str());
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor < 0) throw std::runtime_error("cannot write " + fresh.string());
  const ssize_t written = ::write(descriptor, text.data(), text.size());
  const bool closed = ::close(descriptor) == 0;
  if (written != static_cast<ssize_t>(text.size()) || !closed)
    throw std::runtime_error("cannot write " + fresh.string());
  fs::rename(fresh, file);
}

/// Absent members when a file is missing or is not what it should be.
Identity read_identity(const fs::path& certificate_file, const fs::path& key_file) {
  const std::string certificate_text = read_file(certificate_file);
  const std::string key_text = read_file(key_file);
  const Bio certificate_bio(
      BIO_new_mem_buf(certificate_text.data(), static_cast<int>(certificate_text.size())));
  const Bio key_bio(BIO_new_mem_buf(key_text.data(), static_cast<int>(key_text.size())));
  Identity identity;
  identity.certificate.reset(PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  identity.key.reset(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  return identity;
}

bool is_current(const Identity& identity, Instant now) {
  if (!identity.key || !identity.certificate) return false;
  if (X509_check_private_key(identity.certificate.get(), identity.key.get()) != 1) return false;
  std::time_t soon = unix_seconds(now + kRenewBefore);
  return X509_cmp_time(X509_get0_notAfter(identity.certificate.get()), &soon) > 0;
}

bool stands_for_all_hosts(X509* certificate) {
  for (const std::string& host : certificate_hosts()) {
    const bool matches = host == "127.0.0.1"
                             ? X509_check_ip_asc(certificate, host.c_str(), 0) == 1
                             : X509_check_host(certificate, host.c_str(), host.size(), 0, nullptr) == 1;
    if (!matches) return false;
  }
  return true;
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1,
          "cannot add a certificate extension");
}

void set_serial(X509* certificate, Random& random) {
  auto bytes = random.bytes<8>();
  bytes[0] = (bytes[0] & std::byte{0x7f}) | std::byte{0x40};  // positive, never zero
  std::uint64_t serial = 0;
  for (const std::byte byte : bytes) serial = serial << 8 | std::to_integer<std::uint64_t>(byte);
  require(ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial) == 1,
          "cannot set a serial number");
}

void set_name(X509_NAME* name, const char* common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name);
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1, "cannot set a name");
}

/// A new key and a certificate for it, not signed yet.
Identity new_identity(const char* common_name, Instant now, std::chrono::days life, Random& random) {
  Identity made{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
  require(made.key && made.certificate, "cannot make a key");
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, X509_VERSION_3);
  set_serial(certificate, random);
  // A day early: clocks of other machines may be slow.
  ASN1_TIME_set(X509_getm_notBefore(certificate), unix_seconds(now - std::chrono::days(1)));
  ASN1_TIME_set(X509_getm_notAfter(certificate), unix_seconds(now + life));
  set_name(X509_get_subject_name(certificate), common_name);
  require(X509_set_pubkey(certificate, made.key.get()) == 1, "cannot set a public key");
  return made;
}

Identity new_root(Instant now, Random& random) {
  Identity root = new_identity("Couplet emulator root", now, kRootLife, random);
  X509* certificate = root.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:1");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
  require(X509_sign(certificate, root.key.get(), EVP_sha256()) > 0, "cannot sign the root");
  return root;
}

Identity new_leaf(const Identity& root, Instant now, Random& random) {
  Identity leaf = new_identity("api.amazon.com (emulator)", now, kLeafLife, random);
  X509* certificate = leaf.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(root.certificate.get()));
  std::string names;
  for (const std::string& host : certificate_hosts())
    names += (names.empty() ? "" : ",") + std::string(host == "127.0.0.1" ? "IP:" : "DNS:") + host;
  add_extension(certificate, root.certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate, root.certificate.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(certificate, root.certificate.get(), NID_ext_key_usage, "serverAuth");
  add_extension(certificate, root.certificate.get(), NID_subject_alt_name, names);
  add_extension(certificate, root.certificate.get(), NID_authority_key_identifier, "keyid");
  require(X509_sign(certificate, root.key.get(), EVP_sha256()) > 0, "cannot sign the certificate");
  return leaf;
}

bool is_signed_by(X509* certificate, const Identity& root) {
  return X509_verify(certificate, root.key.get()) == 1;
}

CertificateFiles prepare(const fs::path& state_dir, Instant now, Random& random) {
  if (fs::create_directories(state_dir)) fs::permissions(state_dir, fs::perms::owner_all);
  const CertificateFiles files{state_dir / "ca.pem", state_dir / "amazon.pem", state_dir / "amazon.key"};
  const fs::path ca_key = state_dir / "ca.key";
  Identity root = read_identity(files.ca_certificate, ca_key);
  if (!is_current(root, now)) {
    root = new_root(now, random);
    write_file(ca_key, to_pem(root.key.get()), 0600);
    write_file(files.ca_certificate, to_pem(root.certificate.get()), 0644);
  }
  Identity leaf = read_identity(files.chain, files.private_key);
  if (is_current(leaf, now) && stands_for_all_hosts(leaf.certificate.get()) &&
      is_signed_by(leaf.certificate.get(), root))
    return files;
  leaf = new_leaf(root, now, random);
  write_file(files.private_key, to_pem(leaf.key.get()), 0600);
  write_file(files.chain, to_pem(leaf.certificate.get()) + to_pem(root.certificate.get()), 0644);
  return files;
}

}  // namespace

const std::vector<std::string>& certificate_hosts() {
  static const std::vector<std::string> hosts{
      "api.amazon.com",          "api.amazonalexa.com", "api.eu.amazonalexa.com",
      "api.fe.amazonalexa.com",  "alexa.amazon.com",    "www.amazon.com",
      "pitangui.amazon.com",     "layla.amazon.com",    "alexa.amazon.co.jp",
      "s3.amazonaws.com",        "localhost",           "127.0.0.1",
      "api.amazon.co.uk",        "api.amazon.co.jp",    "eu.account.amazon.com",
      "apac.account.amazon.com", "api.fe.amazon.com"};
  return hosts;
}

Result<CertificateFiles, std::string> prepare_certificates(const fs::path& state_dir, Instant now,
                                                           Random& random) {
  try {
    return prepare(state_dir, now, random);
  } catch (const std::exception& problem) {
    return std::unexpected("certificates in " + state_dir.string() + ": " + problem.what());
  }
}

}  // namespace couplet::emulator
