// SPDX-License-Identifier: Apache-2.0
#include "oauth/access_token.hpp"

#include <algorithm>
#include <cstring>

#include "oauth/json_text.hpp"
#include "oauth/opaque_access_token.hpp"

namespace couplet::oauth {
namespace {

constexpr std::size_t kJtiRandomBytes = 8;

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(out, value);
}

void append_member(std::string& out, std::string_view name, std::int64_t value) {
  out += ",\"";
  out += name;
  out += "\":";
  out += std::to_string(value);
}

std::optional<GrantId> grant_id_of(std::string_view jti) {
  const std::size_t dot = jti.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  return GrantId::from_text(jti.substr(0, dot));
}

}  // namespace

seconds access_token_lifetime(const Client& client, Random& random) {
  const auto spread =
      static_cast<std::uint64_t>(std::max<std::int64_t>(client.access_token_jitter.count(), 0)) + 1;
  const auto raw = random.bytes<sizeof(std::uint64_t)>();
  std::uint64_t number = 0;
  std::memcpy(&number, raw.data(), raw.size());
  const seconds taken_off{static_cast<std::int64_t>(number % spread)};
  return std::max(client.access_token_lifetime - taken_off, kShortestAccessTokenLifetime);
}

AccessTokenIssuer::AccessTokenIssuer(const IssuerProfile& profile, SigningKey signing_key,
                                     const KeyRing& keys)
    : profile_(profile), issuer_claim_(R"({"iss":)"), signing_key_(std::move(signing_key)), keys_(keys) {
  append_json_string(issuer_claim_, profile.issuer);
}

IssuedAccessToken AccessTokenIssuer::issue(const Grant& grant, std::string_view scope, const Client& client,
                                           Instant now, Random& random) const {
  const seconds expires_in = access_token_lifetime(client, random);
  const std::int64_t iat = unix_seconds(now);
  if (client.access_token_format == AccessTokenFormat::jwt)
    return {sign(grant, scope, client, iat, expires_in, random), expires_in};
  const OpaqueAccessToken content{grant.grant_id, client.client_id, std::string(scope),
                                  from_unix_seconds(iat), from_unix_seconds(iat) + expires_in};
  return {seal_access_token(content, profile_.issuer, keys_, random), expires_in};
}

AccessToken AccessTokenIssuer::sign(const Grant& grant, std::string_view scope, const Client& client,
                                    std::int64_t iat, seconds expires_in, Random& random) const {
  std::string payload;
  payload.reserve(issuer_claim_.size() + grant.user.text().size() + scope.size() + 256);
  payload += issuer_claim_;
  append_member(payload, "aud", profile_.audience_of(grant.skill));
  append_member(payload, "sub", profile_.subjects.of(client, grant.skill, grant.user));
  append_member(payload, "client_id", client.client_id.text());
  append_member(payload, "iat", iat);
  append_member(payload, "exp", iat + expires_in.count());
  append_member(payload, "jti", grant.grant_id.text() + '.' + to_base64url(random.bytes<kJtiRandomBytes>()));
  if (!scope.empty()) append_member(payload, "scope", scope);
  payload += '}';
  return AccessToken(signing_key_.sign(payload, kAccessTokenTyp));
}

AccessTokenVerifier::AccessTokenVerifier(const IssuerProfile& profile, JwkSet signing_keys,
                                         const KeyRing& keys)
    : profile_(profile), signing_keys_(std::move(signing_keys)), keys_(keys) {}

couplet::Result<AccessTokenClaims, AccessTokenFault> AccessTokenVerifier::verify(
    const AccessToken& access_token, Instant now) const {
  if (access_token.reveal().starts_with(kOpaqueAccessTokenPrefix)) {
    auto content = open_access_token(access_token, profile_.issuer, keys_);
    if (!content) return std::unexpected(AccessTokenFault::bad_signature);
    if (now >= content->expires_at) return std::unexpected(AccessTokenFault::expired);
    return AccessTokenClaims{{},
                             {},
                             std::move(content->client_id),
                             content->grant_id,
                             std::move(content->scope),
                             content->issued_at,
                             content->expires_at};
  }
  auto claims = verify_jwt(access_token);
  if (claims && now >= claims->expires_at) return std::unexpected(AccessTokenFault::expired);
  return claims;
}

couplet::Result<AccessTokenClaims, AccessTokenFault> AccessTokenVerifier::verify_jwt(
    const AccessToken& access_token) const {
  const auto claims = signing_keys_.verify(access_token.reveal(), kAccessTokenTyp);
  if (!claims) return std::unexpected(AccessTokenFault::bad_signature);
  if (find_string(*claims, "iss") != profile_.issuer) return std::unexpected(AccessTokenFault::wrong_issuer);
  const auto aud = find_string(*claims, "aud");
  if (!aud || !profile_.knows_audience(*aud)) return std::unexpected(AccessTokenFault::wrong_audience);
  const auto sub = find_string(*claims, "sub"), client_id = find_string(*claims, "client_id");
  const auto iat = find_integer(*claims, "iat"), exp = find_integer(*claims, "exp");
  const auto grant_id = grant_id_of(find_string(*claims, "jti").value_or(""));
  if (!sub || !client_id || !iat || !exp || !grant_id) return std::unexpected(AccessTokenFault::bad_claims);
  return AccessTokenClaims{std::string(*sub),
                           std::string(*aud),
                           ClientId(*client_id),
                           *grant_id,
                           std::string(find_string(*claims, "scope").value_or("")),
                           from_unix_seconds(*iat),
                           from_unix_seconds(*exp)};
}

}  // namespace couplet::oauth
