// SPDX-License-Identifier: Apache-2.0
// Access tokens: JWTs after RFC 9068, signed ES256. Alexa treats them as opaque; the skill's backend checks
// them against the JWK set, or asks the introspection endpoint, which also sees revocation.
#pragma once
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/jws.hpp"
#include "base/random.hpp"
#include "domain/client.hpp"
#include "domain/grant.hpp"
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

/// Signs for one issuer and audience. Thread: one, as its SigningKey.
class AccessTokenIssuer {
 public:
  AccessTokenIssuer(std::string issuer, std::string audience, SigningKey key);

  /// `jti` is "<grant id>.<random>", so that introspection finds the grant without a row per token.
  [[nodiscard]] IssuedAccessToken issue(const Grant& grant, std::string_view scope, const Client& client,
                                        Instant now, Random& random) const;

  [[nodiscard]] const std::string& issuer() const { return issuer_; }
  [[nodiscard]] const std::string& audience() const { return audience_; }
  [[nodiscard]] const SigningKey& key() const { return key_; }

 private:
  std::string issuer_;
  std::string audience_;
  std::string constant_claims_;  // {"iss":"…","aud":"…"
  SigningKey key_;
};

/// What a token of ours says; whether its grant still lives is the store's to tell.
struct AccessTokenClaims {
  UserId user;
  ClientId client_id;
  GrantId grant_id;
  std::string scope;
  Instant issued_at{};
  Instant expires_at{};
};

enum class AccessTokenFault {
  bad_signature,  // not a JWT, wrong typ, unknown key, other algorithm, or not signed by us
  wrong_issuer,
  wrong_audience,
  expired,
  bad_claims,  // a claim is missing or of the wrong type
};

/// Thread: one, as its JwkSet.
class AccessTokenVerifier {
 public:
  AccessTokenVerifier(std::string issuer, std::string audience, JwkSet keys);
  /// Spec: RFC 9068 4; requirement AT-07
  [[nodiscard]] couplet::Result<AccessTokenClaims, AccessTokenFault> verify(const AccessToken& access_token,
                                                                            Instant now) const;
  [[nodiscard]] const std::string& issuer() const { return issuer_; }
  [[nodiscard]] const std::string& audience() const { return audience_; }

 private:
  std::string issuer_;
  std::string audience_;
  JwkSet keys_;
};

}  // namespace couplet::oauth
