// SPDX-License-Identifier: Apache-2.0
#include "emulator/state/pkce.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace couplet::emulator {

bool is_pkce_text(std::string_view text) {
  return text.size() >= 43 && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                  c == '.' || c == '_' || c == '~';
         });
}

std::optional<ChallengeMethod> challenge_method_from_text(std::string_view text) {
  if (text == "S256") return ChallengeMethod::S256;
  if (text == "plain") return ChallengeMethod::plain;
  return std::nullopt;
}

bool verifier_matches(std::string_view code_verifier, const CodeChallenge& challenge) {
  if (!is_pkce_text(code_verifier)) return false;
  const std::string derived = challenge.method == ChallengeMethod::S256 ? to_base64url(sha256(code_verifier))
                                                                        : std::string(code_verifier);
  return constant_time_equal(as_byte_view(derived), as_byte_view(challenge.value));
}

}  // namespace couplet::emulator
