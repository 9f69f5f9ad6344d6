// SPDX-License-Identifier: Apache-2.0
// An OAuth client of this authorization server (Alexa is one), as the configuration names it. Constant after
// start.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "domain/enum_text.hpp"
#include "domain/ids.hpp"

namespace couplet {

using ClientSecret = Secret<struct ClientSecretTag>;

/// What a refresh does to the refresh token; oauth/refresh_policy.hpp has the rules.
enum class RefreshPolicy {
  stable,   // it stays as it is: nothing is written, and a lost answer costs nothing (for Alexa)
  overlap,  // a successor with each refresh; the last generations stay valid, and nothing ever ends the grant
  strict,   // a successor with each refresh; the predecessor's reuse ends the grant (for clients that are not
            // Alexa)
};
inline constexpr EnumTable<RefreshPolicy, 3> kRefreshPolicies{{{RefreshPolicy::stable, "stable"},
                                                               {RefreshPolicy::overlap, "overlap"},
                                                               {RefreshPolicy::strict, "strict"}}};

/// What an access token looks like from outside.
enum class AccessTokenFormat {
  jwt,     // RFC 9068: a resource server can check it by itself, and then sees a revocation only at its end
  opaque,  // sealed: only introspection can read it, so a revocation holds at once (AT-11)
};
inline constexpr EnumTable<AccessTokenFormat, 2> kAccessTokenFormats{
    {{AccessTokenFormat::jwt, "jwt"}, {AccessTokenFormat::opaque, "opaque"}}};

/// The name under which a client's tokens speak of a user (OpenID Connect Core 8).
enum class SubjectType {
  public_id,  // the provider's own id of the user, "public" in the configuration
  pairwise,   // a keyed hash that is another one for each skill; see oauth/subject.hpp
};
inline constexpr EnumTable<SubjectType, 2> kSubjectTypes{
    {{SubjectType::public_id, "public"}, {SubjectType::pairwise, "pairwise"}}};

struct Client {
  ClientId client_id;
  std::vector<KeyedHash> client_secret_hashes;  // one, or two while a secret is being replaced (CA-14)
  std::vector<std::string> redirect_uris;       // compared byte for byte (RU-01)
  std::vector<std::string> scopes;              // what it may ask for
  seconds access_token_lifetime{3600};          // at least 360 s (AT-05)
  seconds access_token_jitter{300};             // taken off at random, so that not all tokens expire together
  seconds authorization_code_lifetime{300};     // must outlive one enablement call; at most 600 s (CD-05)
  RefreshPolicy refresh_policy = RefreshPolicy::stable;
  std::uint32_t refresh_generations = 4;  // `overlap`: how many stay valid, at least 2
  seconds refresh_grace{60};              // `strict`: an answer may be lost for so long (RT-04)
  std::optional<seconds> refresh_token_idle_lifetime{};      // none: an unused token never expires (RT-13)
  std::optional<seconds> refresh_token_absolute_lifetime{};  // none: a used token never expires (RT-13)
  bool may_introspect = false;                               // a resource server's credential (IN-01)
  std::vector<SkillName> introspect_skills{};  // whose tokens it may ask about; empty: all (AT-10)
  bool enabled = true;
  bool require_pkce = false;  // an authorization request without code_challenge is refused (PK-09)
  bool tolerate_unasked_code_verifier =
      false;  // a code_verifier for a code without challenge is refused (PK-07)
  AccessTokenFormat access_token_format = AccessTokenFormat::jwt;
  SubjectType subject_type = SubjectType::public_id;
};

/// Client secrets have 256 random bits, so a keyed hash is enough (SE-02).
[[nodiscard]] KeyedHash hash_client_secret(const KeyRing& keys, const ClientId& client_id,
                                           const ClientSecret& secret);

}  // namespace couplet
