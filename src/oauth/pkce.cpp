// SPDX-License-Identifier: Apache-2.0
#include "oauth/pkce.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/encoding.hpp"

namespace couplet::oauth {
namespace {

constexpr std::size_t kChallengeSize = 43;
constexpr std::size_t kShortestVerifier = 43;
constexpr std::size_t kLongestVerifier = 128;

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

bool is_code_challenge(std::string_view text) {
  return text.size() == kChallengeSize && from_base64url(text).has_value();
}

bool is_code_verifier(const CodeVerifier& code_verifier) {
  const std::string_view text = code_verifier.reveal();
  return text.size() >= kShortestVerifier && text.size() <= kLongestVerifier &&
         std::ranges::all_of(text, is_unreserved);
}

std::string s256_code_challenge(const CodeVerifier& code_verifier) {
  return to_base64url(sha256(code_verifier.reveal()));
}

bool proves(const CodeVerifier& code_verifier, std::string_view code_challenge) {
  const std::string computed = s256_code_challenge(code_verifier);
  return constant_time_equal(as_byte_view(computed), as_byte_view(code_challenge));
}

}  // namespace couplet::oauth
