// SPDX-License-Identifier: Apache-2.0
// Proof key for code exchange (RFC 7636), S256 only. Whether a verifier is required is a property of the
// code: one that was minted for app-started linking has no challenge (PK-11).
#pragma once
#include <string>
#include <string_view>

#include "base/secret.hpp"

namespace couplet::oauth {

using CodeVerifier = Secret<struct CodeVerifierTag>;

/// 43 characters of base64url (PK-04).
[[nodiscard]] bool is_code_challenge(std::string_view text);
/// 43 to 128 unreserved characters (PK-08).
[[nodiscard]] bool is_code_verifier(const CodeVerifier& code_verifier);

/// base64url(SHA-256(code_verifier)); RFC 7636 4.2.
[[nodiscard]] std::string s256_code_challenge(const CodeVerifier& code_verifier);
/// Constant time, over the whole value (PK-10).
[[nodiscard]] bool proves(const CodeVerifier& code_verifier, std::string_view code_challenge);

}  // namespace couplet::oauth
