// SPDX-License-Identifier: Apache-2.0
#include "oauth/access_token.hpp"

#include <algorithm>
#include <cstring>

#include "oauth/json_text.hpp"

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

AccessTokenIssuer::AccessTokenIssuer(std::string issuer, std::string audience, SigningKey key)
    : issuer_(std::move(issuer)),
      audience_(std::move(audience)),
      constant_claims_(R"({"iss":)"),
      key_(std::move(key)) {
  append_json_string(constant_claims_, issuer_);
  append_member(constant_claims_, "aud", audience_);
}

IssuedAccessToken AccessTokenIssuer::issue(const Grant& grant, std::string_view scope, const Client& client,
                                           Instant now, Random& random) const {
  const seconds expires_in = access_token_lifetime(client, random);
  const std::int64_t iat = unix_seconds(now);
  std::string payload;
  payload.reserve(constant_claims_.size() + grant.user.text().size() + scope.size() + 192);
  payload += constant_claims_;
  append_member(payload, "sub", grant.user.text());
  append_member(payload, "client_id", client.client_id.text());
  append_member(payload, "iat", iat);
  append_member(payload, "exp", iat + expires_in.count());
  append_member(payload, "jti", grant.grant_id.text() + '.' + to_base64url(random.bytes<kJtiRandomBytes>()));
  if (!scope.empty()) append_member(payload, "scope", scope);
  payload += '}';
  return {AccessToken(key_.sign(payload, kAccessTokenTyp)), expires_in};
}

AccessTokenVerifier::AccessTokenVerifier(std::string issuer, std::string audience, JwkSet keys)
    : issuer_(std::move(issuer)), audience_(std::move(audience)), keys_(std::move(keys)) {}

couplet::Result<AccessTokenClaims, AccessTokenFault> AccessTokenVerifier::verify(
    const AccessToken& access_token, Instant now) const {
  const auto claims = keys_.verify(access_token.reveal(), kAccessTokenTyp);
  if (!claims) return std::unexpected(AccessTokenFault::bad_signature);
  if (find_string(*claims, "iss") != issuer_) return std::unexpected(AccessTokenFault::wrong_issuer);
  if (find_string(*claims, "aud") != audience_) return std::unexpected(AccessTokenFault::wrong_audience);
  const auto sub = find_string(*claims, "sub"), client_id = find_string(*claims, "client_id");
  const auto iat = find_integer(*claims, "iat"), exp = find_integer(*claims, "exp");
  const auto grant_id = grant_id_of(find_string(*claims, "jti").value_or(""));
  if (!sub || !client_id || !iat || !exp || !grant_id) return std::unexpected(AccessTokenFault::bad_claims);
  if (unix_seconds(now) >= *exp) return std::unexpected(AccessTokenFault::expired);
  return AccessTokenClaims{UserId(*sub),
                           ClientId(*client_id),
                           *grant_id,
                           std::string(find_string(*claims, "scope").value_or("")),
                           from_unix_seconds(*iat),
                           from_unix_seconds(*exp)};
}

}  // namespace couplet::oauth
