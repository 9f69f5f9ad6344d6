// SPDX-License-Identifier: Apache-2.0
#include "oauth/token_format.hpp"

#include "base/encoding.hpp"

namespace couplet::oauth {
namespace {

template <class Selector>
struct Minted {
  std::string text;
  Selector selector;
  KeyedHash hash;
};

template <class Selector>
Minted<Selector> mint(std::string_view prefix, const Selector& selector, Random& random,
                      const KeyRing& keys) {
  std::array<std::byte, Selector::kBytes + kTokenVerifierBytes> raw;
  const auto verifier = std::span(raw).template last<kTokenVerifierBytes>();
  std::ranges::copy(selector.bytes(), raw.begin());
  random.fill(verifier);
  return {std::string(prefix) + to_base64url(raw), selector,
          keys.hash(MacPurpose::issued_tokens, prefix, verifier)};
}

template <class Selector>
std::optional<PresentedToken<Selector>> parse(std::string_view prefix, std::string_view text) {
  constexpr std::size_t kEncodedSize = (Selector::kBytes + kTokenVerifierBytes) * 4 / 3;
  if (text.size() != prefix.size() + kEncodedSize || !text.starts_with(prefix)) return std::nullopt;
  const auto raw = from_base64url(text.substr(prefix.size()));
  if (!raw) return std::nullopt;
  const auto selector = Selector::from_bytes(ByteView(*raw).first(Selector::kBytes));
  if (!selector) return std::nullopt;
  PresentedToken<Selector> presented{*selector, {}};
  std::ranges::copy(ByteView(*raw).last(kTokenVerifierBytes), presented.verifier.begin());
  return presented;
}

TokenMatch match_verifier(std::string_view prefix, ByteView verifier, const KeyedHash& stored,
                          const KeyRing& keys) {
  const auto digest = keys.derive(MacPurpose::issued_tokens, prefix, verifier, stored.key_id);
  if (!digest) return TokenMatch::key_is_gone;
  return constant_time_equal(*digest, stored.digest) ? TokenMatch::genuine : TokenMatch::forged;
}

}  // namespace

MintedAuthorizationCode mint_authorization_code(Instant now, Random& random, const KeyRing& keys) {
  return mint_authorization_code(CodeSelector::make(now, random), random, keys);
}

MintedAuthorizationCode mint_authorization_code(CodeSelector selector, Random& random, const KeyRing& keys) {
  auto minted = mint(kAuthorizationCodePrefix, selector, random, keys);
  return {AuthorizationCode(std::move(minted.text)), minted.selector, minted.hash};
}

MintedRefreshToken mint_refresh_token(Instant now, Random& random, const KeyRing& keys) {
  auto minted = mint(kRefreshTokenPrefix, RefreshSelector::make(now, random), random, keys);
  return {RefreshToken(std::move(minted.text)), minted.selector, minted.hash};
}

std::optional<PresentedCode> parse_authorization_code(const AuthorizationCode& code) {
  return parse<CodeSelector>(kAuthorizationCodePrefix, code.reveal());
}

std::optional<PresentedRefreshToken> parse_refresh_token(const RefreshToken& refresh_token) {
  return parse<RefreshSelector>(kRefreshTokenPrefix, refresh_token.reveal());
}

TokenMatch match(const PresentedCode& presented, const KeyedHash& stored, const KeyRing& keys) {
  return match_verifier(kAuthorizationCodePrefix, presented.verifier, stored, keys);
}

TokenMatch match(const PresentedRefreshToken& presented, const KeyedHash& stored, const KeyRing& keys) {
  return match_verifier(kRefreshTokenPrefix, presented.verifier, stored, keys);
}

}  // namespace couplet::oauth
