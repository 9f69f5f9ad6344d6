// SPDX-License-Identifier: Apache-2.0
#include "oauth/opaque_access_token.hpp"

#include "base/encoding.hpp"
#include "base/octets.hpp"

namespace couplet::oauth {
namespace {

constexpr std::uint8_t kVersion = 1;

}  // namespace

AccessToken seal_access_token(const OpaqueAccessToken& content, std::string_view issuer, const KeyRing& keys,
                              Random& random) {
  OctetWriter plain;
  plain.u8(kVersion);
  plain.raw(content.grant_id.bytes());
  plain.text(content.client_id.text());
  plain.text(content.scope);
  plain.u64(static_cast<std::uint64_t>(unix_seconds(content.issued_at)));
  plain.u64(static_cast<std::uint64_t>(unix_seconds(content.expires_at)));
  const Bytes box = keys.seal(SealPurpose::access_tokens, plain.bytes(), issuer, random);
  return AccessToken(std::string(kOpaqueAccessTokenPrefix) + to_base64url(box));
}

std::optional<OpaqueAccessToken> open_access_token(const AccessToken& access_token, std::string_view issuer,
                                                   const KeyRing& keys) {
  if (!access_token.reveal().starts_with(kOpaqueAccessTokenPrefix)) return std::nullopt;
  const auto box = from_base64url(access_token.reveal().substr(kOpaqueAccessTokenPrefix.size()));
  if (!box) return std::nullopt;
  const auto plain = keys.open(SealPurpose::access_tokens, *box, issuer);
  if (!plain) return std::nullopt;
  OctetReader reader(*plain);
  if (reader.u8() != kVersion) return std::nullopt;
  const auto grant_id = GrantId::from_bytes(reader.raw(GrantId::kBytes));
  if (!grant_id) return std::nullopt;
  OpaqueAccessToken content{*grant_id, ClientId(reader.text()), reader.text(),
                            from_unix_seconds(static_cast<std::int64_t>(reader.u64())),
                            from_unix_seconds(static_cast<std::int64_t>(reader.u64()))};
  if (!reader.complete()) return std::nullopt;
  return content;
}

}  // namespace couplet::oauth
