// SPDX-License-Identifier: Apache-2.0
#include "emulator/signing/certificate_authority.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace couplet::emulator {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::days kRootLife{3650};
constexpr std::chrono::days kLeafLife{397};
constexpr std::chrono::days kRenewBefore{30};
constexpr std::chrono::days kEarly{1};  // clocks of other machines may be slow

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

/// Absent when a file is missing or is not what it should be.
std::optional<Identity> read_identity(const fs::path& certificate_file, const fs::path& key_file) {
  auto certificate = Certificate::from_pem(read_file(certificate_file));
  auto key = PrivateKey::from_pem(read_file(key_file));
  if (!certificate || !key || !certificate->belongs_to(*key)) return std::nullopt;
  return Identity{std::move(*key), std::move(*certificate)};
}

bool is_current(const std::optional<Identity>& identity, Instant now) {
  return identity && !identity->certificate.ends_before(now + kRenewBefore);
}

Identity new_leaf(const Identity& root, Instant now, Random& random) {
  std::string names;
  for (const std::string& host : certificate_hosts())
    names += (names.empty() ? "" : ",") + std::string(host == "127.0.0.1" ? "IP:" : "DNS:") + host;
  const CertificateTerms terms{.common_name = "api.amazon.com (emulator)",
                               .not_before = now - kEarly,
                               .not_after = now + kLeafLife,
                               .extensions = {{"basicConstraints", "critical,CA:FALSE"},
                                              {"keyUsage", "critical,digitalSignature"},
                                              {"extendedKeyUsage", "serverAuth"},
                                              {"subjectAltName", names},
                                              {"authorityKeyIdentifier", "keyid"}}};
  const PrivateKey key = PrivateKey::generate(KeyKind::p_256);
  return {key, Certificate::issue(terms, key, &root, random)};
}

bool serves(const Identity& leaf, const Identity& root) {
  return leaf.certificate.is_signed_by(root.key) &&
         std::ranges::all_of(certificate_hosts(),
                             [&](const std::string& host) { return leaf.certificate.stands_for(host); });
}

CertificateFiles prepare(const fs::path& state_dir, Instant now, Random& random) {
  if (fs::create_directories(state_dir)) fs::permissions(state_dir, fs::perms::owner_all);
  const CertificateFiles files{state_dir / "ca.pem", state_dir / "amazon.pem", state_dir / "amazon.key"};
  std::optional<Identity> root = read_authority(state_dir);
  if (!is_current(root, now) || !root->key.is_rsa()) {
    root = new_authority(now, random);
    write_file(state_dir / "ca.key", root->key.to_pem(), 0600);
    write_file(files.ca_certificate, root->certificate.to_pem(), 0644);
  }
  const std::optional<Identity> known = read_identity(files.chain, files.private_key);
  if (is_current(known, now) && serves(*known, *root)) return files;
  const Identity leaf = new_leaf(*root, now, random);
  write_file(files.private_key, leaf.key.to_pem(), 0600);
  write_file(files.chain, leaf.certificate.to_pem() + root->certificate.to_pem(), 0644);
  return files;
}

}  // namespace

const std::vector<std::string>& certificate_hosts() {
  static const std::vector<std::string> hosts{"api.amazon.com",
                                              "api.amazonalexa.com",
                                              "api.eu.amazonalexa.com",
                                              "api.fe.amazonalexa.com",
                                              "alexa.amazon.com",
                                              "www.amazon.com",
                                              "pitangui.amazon.com",
                                              "layla.amazon.com",
                                              "alexa.amazon.co.jp",
                                              "s3.amazonaws.com",
                                              "localhost",
                                              "127.0.0.1",
                                              "api.amazon.co.uk",
                                              "api.amazon.co.jp",
                                              "eu.account.amazon.com",
                                              "apac.account.amazon.com",
                                              "api.fe.amazon.com",
                                              "evil.example",
                                              "s3.amazonaws.com.evil.example"};
  return hosts;
}

Identity new_authority(Instant now, Random& random) {
  const CertificateTerms terms{.common_name = "Couplet emulator root",
                               .not_before = now - kEarly,
                               .not_after = now + kRootLife,
                               .extensions = {{"basicConstraints", "critical,CA:TRUE,pathlen:1"},
                                              {"keyUsage", "critical,keyCertSign,cRLSign"},
                                              {"subjectKeyIdentifier", "hash"}}};
  const PrivateKey key = PrivateKey::generate(KeyKind::rsa_2048);
  return {key, Certificate::issue(terms, key, nullptr, random)};
}

Result<CertificateFiles, std::string> prepare_certificates(const fs::path& state_dir, Instant now,
                                                           Random& random) {
  try {
    return prepare(state_dir, now, random);
  } catch (const std::exception& problem) {
    return std::unexpected("certificates in " + state_dir.string() + ": " + problem.what());
  }
}

std::optional<Identity> read_authority(const fs::path& state_dir) {
  return read_identity(state_dir / "ca.pem", state_dir / "ca.key");
}

}  // namespace couplet::emulator
