// SPDX-License-Identifier: Apache-2.0
// The emulator's own certificate authority and the TLS certificate for Amazon's host names. The only place of
// the emulator with OpenSSL in it.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace couplet::emulator {

struct CertificateFiles {
  std::filesystem::path ca_certificate;  // ca.pem: what others trust
  std::filesystem::path chain;           // amazon.pem: leaf, then root
  std::filesystem::path private_key;     // amazon.key
};

/// The hosts of Amazon that the certificate stands for, with localhost and 127.0.0.1.
[[nodiscard]] const std::vector<std::string>& certificate_hosts();

/// Reads the files of `state_dir`, or makes them: EC P-256; keys are readable by the owner only. The
/// authority stays the same as long as its files do; the leaf is made anew when it is missing, near its end
/// or lacks a host. Errors: a sentence that names the file
Result<CertificateFiles, std::string> prepare_certificates(const std::filesystem::path& state_dir,
                                                           Instant now, Random& random);

}  // namespace couplet::emulator
