// SPDX-License-Identifier: Apache-2.0
// The emulator's own certificate authority and the TLS certificate for Amazon's host names, as files. The
// certificates under which requests are signed are in request_certificates.hpp.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "emulator/signing/x509.hpp"

namespace couplet::emulator {

struct CertificateFiles {
  std::filesystem::path ca_certificate;  // ca.pem: what others trust
  std::filesystem::path chain;           // amazon.pem: leaf, then root
  std::filesystem::path private_key;     // amazon.key
};

/// The hosts of Amazon that the certificate stands for, with localhost and 127.0.0.1; and two of an attacker,
/// so that a verifier that can be lured there finds what it looks for (see wrong_urls.cpp).
[[nodiscard]] const std::vector<std::string>& certificate_hosts();

/// A new root. RSA, because verifiers of signed requests that stand on node-forge know no other kind.
[[nodiscard]] Identity new_authority(Instant now, Random& random);

/// Reads the files of `state_dir`, or makes them; keys are readable by the owner only. The authority stays
/// the same as long as its files do; the leaf is made anew when it is missing, near its end or lacks a host.
/// Errors: a sentence that names the file
Result<CertificateFiles, std::string> prepare_certificates(const std::filesystem::path& state_dir,
                                                           Instant now, Random& random);

/// What prepare_certificates() left there. Absent when it is missing or damaged.
[[nodiscard]] std::optional<Identity> read_authority(const std::filesystem::path& state_dir);

}  // namespace couplet::emulator
