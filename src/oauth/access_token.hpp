// SPDX-License-Identifier: Apache-2.0
// Access tokens, by client: JWTs after RFC 9068, signed ES256, or opaque ones (opaque_access_token.hpp).
// Alexa cannot tell the difference; the skill's backend checks a JWT against the JWK set, or asks the
// introspection endpoint about either, which also sees revocation. Neither kind costs a row.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/jws.hpp"
#include "base/key_ring.hpp"
#include "base/random.hpp"
#include "domain/client.hpp"
#include "domain/grant.hpp"
#include "oauth/issuer_profile.hpp"
#include "oauth/token_format.hpp"

namespace couplet::oauth {

inline constexpr std::string_view kAccessTokenTyp = "at+jwt";
inline constexpr seconds kShortestAccessTokenLifetime{360};  // Amazon's lower limit (AT-05)

/// The client's lifetime less a random part of its jitter, whole seconds, never under the limit.
[[nodiscard]] seconds access_token_lifetime(const Client& client, Random& random);

struct IssuedAccessToken {
  AccessToken access_token;
  seconds expires_in{0};
};

/// Thread: one, as its SigningKey. Lifetime: borrows profile and keys.
class AccessTokenIssuer {
 public:
  AccessTokenIssuer(const IssuerProfile& profile, SigningKey signing_key, const KeyRing& keys);

  /// In the client's format, for the grant's skill. Either format names the grant, so that introspection
  /// finds it: a JWT by its `jti`, "<grant id>.<random>".
  [[nodiscard]] IssuedAccessToken issue(const Grant& grant, std::string_view scope, const Client& client,
                                        Instant now, Random& random) const;

  [[nodiscard]] const SigningKey& key() const { return signing_key_; }

 private:
  [[nodiscard]] AccessToken sign(const Grant& grant, std::string_view scope, const Client& client,
                                 std::int64_t iat, seconds expires_in, Random& random) const;

  const IssuerProfile& profile_;
  std::string issuer_claim_;  // {"iss":"…"
  SigningKey signing_key_;
  const KeyRing& keys_;
};

/// What a token of ours says; whether its grant still lives is the store's to tell.
struct AccessTokenClaims {
  std::optional<std::string> sub;       // of a JWT; an opaque token names nobody
  std::optional<std::string> audience;  // of a JWT; an opaque token is for its grant's skill
  ClientId client_id;
  GrantId grant_id;
  std::string scope;
  Instant issued_at{};
  Instant expires_at{};
};

enum class AccessTokenFault {
  bad_signature,  // not a token of ours: wrong form, typ, key or algorithm, altered, or of another issuer's
                  // key
  wrong_issuer,
  wrong_audience,
  expired,
  bad_claims,  // a claim is missing or of the wrong type
};

/// Thread: one, as its JwkSet. Lifetime: borrows profile and keys.
class AccessTokenVerifier {
 public:
  AccessTokenVerifier(const IssuerProfile& profile, JwkSet signing_keys, const KeyRing& keys);
  /// Takes both formats, whatever the client's is now.
  /// Spec: RFC 9068 4; requirement AT-07
  [[nodiscard]] couplet::Result<AccessTokenClaims, AccessTokenFault> verify(const AccessToken& access_token,
                                                                            Instant now) const;
  [[nodiscard]] const IssuerProfile& profile() const { return profile_; }

 private:
  [[nodiscard]] couplet::Result<AccessTokenClaims, AccessTokenFault> verify_jwt(
      const AccessToken& access_token) const;

  const IssuerProfile& profile_;
  JwkSet signing_keys_;
  const KeyRing& keys_;
};

}  // namespace couplet::oauth
