// SPDX-License-Identifier: Apache-2.0
// PKCE as Login with Amazon does it (RFC 7636): S256 and plain, and plain when no method is named.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace couplet::emulator {

enum class ChallengeMethod { S256, plain };

struct CodeChallenge {
  std::string value;
  ChallengeMethod method = ChallengeMethod::plain;
};

/// 43 to 128 characters of A-Z a-z 0-9 - . _ ~ (RFC 7636 4.1, 4.2).
[[nodiscard]] bool is_pkce_text(std::string_view text);
[[nodiscard]] std::optional<ChallengeMethod> challenge_method_from_text(std::string_view text);
[[nodiscard]] bool verifier_matches(std::string_view code_verifier, const CodeChallenge& challenge);

}  // namespace couplet::emulator
