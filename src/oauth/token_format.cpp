// SPDX-License-Identifier: Apache-2.0
#include "oauth/token_format.hpp"

#include <algorithm>
#include <iterator>

#include "base/encoding.hpp"

namespace couplet::oauth {
namespace {

// No prefix of ours, so that neither kind of token can be taken for the other.
constexpr std::string_view kImportedDomain = "imported refresh token";

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

constexpr std::size_t kGenerationBytes = 4;

constexpr std::size_t encoded_size(std::size_t bytes) { return (bytes * 4 + 2) / 3; }

// The raw bytes behind the prefix; absent unless there are exactly `size` of them.
std::optional<Bytes> decode(std::string_view prefix, std::size_t size, std::string_view text) {
  if (text.size() != prefix.size() + encoded_size(size) || !text.starts_with(prefix)) return std::nullopt;
  return from_base64url(text.substr(prefix.size()));
}

// From selector ‖ verifier, whatever follows.
template <class Selector>
PresentedToken<Selector> take_apart(ByteView raw) {
  PresentedToken<Selector> presented{*Selector::from_bytes(raw.first(Selector::kBytes)), {}};
  std::ranges::copy(raw.subspan(Selector::kBytes, kTokenVerifierBytes), presented.verifier.begin());
  return presented;
}

std::array<std::byte, kGenerationBytes> big_endian(std::uint32_t number) {
  std::array<std::byte, kGenerationBytes> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>(number >> (8 * (bytes.size() - 1 - i)) & 0xff);
  return bytes;
}

std::uint32_t from_big_endian(ByteView bytes) {
  std::uint32_t number = 0;
  for (const std::byte byte : bytes) number = number << 8 | std::to_integer<std::uint32_t>(byte);
  return number;
}

// Bound to the grant's id, which no token carries, and made under the key of the grant's first token.
std::optional<Digest> successor_verifier(const Grant& grant, std::uint32_t generation, const KeyRing& keys) {
  Bytes data(grant.grant_id.bytes().begin(), grant.grant_id.bytes().end());
  std::ranges::copy(big_endian(generation), std::back_inserter(data));
  return keys.derive(MacPurpose::refresh_successors, kRefreshTokenPrefix, data,
                     grant.refresh_token_hash.key_id);
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

std::optional<RefreshToken> successor_refresh_token(const Grant& grant, std::uint32_t generation,
                                                    const KeyRing& keys) {
  const auto verifier = successor_verifier(grant, generation, keys);
  if (!verifier) return std::nullopt;
  Bytes raw(grant.refresh_selector.bytes().begin(), grant.refresh_selector.bytes().end());
  std::ranges::copy(*verifier, std::back_inserter(raw));
  std::ranges::copy(big_endian(generation), std::back_inserter(raw));
  return RefreshToken(std::string(kRefreshTokenPrefix) + to_base64url(raw));
}

std::optional<PresentedCode> parse_authorization_code(const AuthorizationCode& code) {
  const auto raw =
      decode(kAuthorizationCodePrefix, CodeSelector::kBytes + kTokenVerifierBytes, code.reveal());
  if (!raw) return std::nullopt;
  return take_apart<CodeSelector>(*raw);
}

std::optional<PresentedRefreshToken> parse_refresh_token(const RefreshToken& refresh_token) {
  constexpr std::size_t kFirst = RefreshSelector::kBytes + kTokenVerifierBytes;
  if (const auto raw = decode(kRefreshTokenPrefix, kFirst, refresh_token.reveal()))
    return PresentedRefreshToken{take_apart<RefreshSelector>(*raw), 0, false};
  const auto raw = decode(kRefreshTokenPrefix, kFirst + kGenerationBytes, refresh_token.reveal());
  if (!raw) return std::nullopt;
  const std::uint32_t generation = from_big_endian(ByteView(*raw).subspan(kFirst));
  if (generation == 0) return std::nullopt;  // the first one says none
  return PresentedRefreshToken{take_apart<RefreshSelector>(*raw), generation, false};
}

bool may_be_imported(const RefreshToken& refresh_token) {
  const std::string_view text = refresh_token.reveal();
  return !text.empty() && text.size() <= kLongestImportedToken &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7e; });
}

PresentedRefreshToken imported_refresh_token(const Digest& sha256_of_token) {
  const auto selector = RefreshSelector::from_bytes(ByteView(sha256_of_token).first(RefreshSelector::kBytes));
  return {{*selector, sha256_of_token}, 0, true};
}

KeyedHash hash_imported_refresh_token(const Digest& sha256_of_token, const KeyRing& keys) {
  return keys.hash(MacPurpose::issued_tokens, kImportedDomain, sha256_of_token);
}

std::optional<PresentedRefreshToken> present_refresh_token(const RefreshToken& refresh_token) {
  if (auto ours = parse_refresh_token(refresh_token)) return ours;
  if (!may_be_imported(refresh_token)) return std::nullopt;
  return imported_refresh_token(sha256(refresh_token.reveal()));
}

TokenMatch match(const PresentedCode& presented, const KeyedHash& stored, const KeyRing& keys) {
  return match_verifier(kAuthorizationCodePrefix, presented.verifier, stored, keys);
}

TokenMatch match(const PresentedRefreshToken& presented, const Grant& grant, const KeyRing& keys) {
  if (presented.generation == 0)
    return match_verifier(presented.imported ? kImportedDomain : kRefreshTokenPrefix, presented.verifier,
                          grant.refresh_token_hash, keys);
  const auto verifier = successor_verifier(grant, presented.generation, keys);
  if (!verifier) return TokenMatch::key_is_gone;
  return constant_time_equal(*verifier, presented.verifier) ? TokenMatch::genuine : TokenMatch::forged;
}

}  // namespace couplet::oauth
