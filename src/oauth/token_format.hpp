// SPDX-License-Identifier: Apache-2.0
// The text of what we issue: prefix ‖ base64url(selector ‖ verifier). The time-ordered selector is the
// storage key; of the 256-bit verifier only a keyed hash is stored (CD-07, RT-16). A refresh token that
// succeeds another one ends in its generation, and its verifier is derived instead of stored: whoever asks
// again gets the same one. Access tokens are in access_token.hpp.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "domain/grant.hpp"

namespace couplet::oauth {

using AuthorizationCode = Secret<struct AuthorizationCodeTag>;
using RefreshToken = Secret<struct RefreshTokenTag>;
using AccessToken = Secret<struct AccessTokenTag>;

inline constexpr std::string_view kAuthorizationCodePrefix = "cc_";
inline constexpr std::string_view kRefreshTokenPrefix = "cr_";
inline constexpr std::size_t kTokenVerifierBytes = 32;

/// What somebody sent us, taken apart. Says nothing about whether it was ever issued.
template <class Selector>
struct PresentedToken {
  Selector selector;
  std::array<std::byte, kTokenVerifierBytes> verifier;
};
using PresentedCode = PresentedToken<CodeSelector>;
struct PresentedRefreshToken : PresentedToken<RefreshSelector> {
  std::uint32_t generation = 0;  // as it says of itself; proved by match()
  bool imported = false;         // another server's: `verifier` is its SHA-256, and begins with the selector
};

struct MintedAuthorizationCode {
  AuthorizationCode code;
  CodeSelector selector;
  KeyedHash code_hash;
};
struct MintedRefreshToken {
  RefreshToken refresh_token;
  RefreshSelector selector;
  KeyedHash refresh_token_hash;
};

[[nodiscard]] MintedAuthorizationCode mint_authorization_code(Instant now, Random& random,
                                                              const KeyRing& keys);
/// Under a selector that is chosen already: what was decided once is stored once.
[[nodiscard]] MintedAuthorizationCode mint_authorization_code(CodeSelector selector, Random& random,
                                                              const KeyRing& keys);
[[nodiscard]] MintedRefreshToken mint_refresh_token(Instant now, Random& random, const KeyRing& keys);
/// The grant's refresh token of this generation, from 1 on: always the same. Absent when the key ring lost
/// the key.
[[nodiscard]] std::optional<RefreshToken> successor_refresh_token(const Grant& grant,
                                                                  std::uint32_t generation,
                                                                  const KeyRing& keys);

/// Absent when the text is not of our form; that alone is no proof of anything.
[[nodiscard]] std::optional<PresentedCode> parse_authorization_code(const AuthorizationCode& code);
[[nodiscard]] std::optional<PresentedRefreshToken> parse_refresh_token(const RefreshToken& refresh_token);

/// A refresh token that another server issued and whose grant was imported: any text of VSCHAR, known by its
/// SHA-256.
inline constexpr std::size_t kLongestImportedToken = 4096;
[[nodiscard]] bool may_be_imported(const RefreshToken& refresh_token);
[[nodiscard]] PresentedRefreshToken imported_refresh_token(const Digest& sha256_of_token);
/// Made while importing; the selector is that of imported_refresh_token().
[[nodiscard]] KeyedHash hash_imported_refresh_token(const Digest& sha256_of_token, const KeyRing& keys);

/// What somebody presents as a refresh token: of our form, or else perhaps an imported one. Absent when it
/// can be neither.
[[nodiscard]] std::optional<PresentedRefreshToken> present_refresh_token(const RefreshToken& refresh_token);

enum class TokenMatch {
  genuine,      // the verifier is the one that was issued
  forged,       // it is not
  key_is_gone,  // the key ring lost the key that made the hash: our fault, not a reason to refuse for good
};
/// Constant time in the verifier.
[[nodiscard]] TokenMatch match(const PresentedCode& presented, const KeyedHash& stored, const KeyRing& keys);
/// Whether it was issued for this grant, in any generation; what that is worth is refresh_policy.hpp's to
/// say.
[[nodiscard]] TokenMatch match(const PresentedRefreshToken& presented, const Grant& grant,
                               const KeyRing& keys);

}  // namespace couplet::oauth
