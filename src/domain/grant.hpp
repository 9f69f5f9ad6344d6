// SPDX-License-Identifier: Apache-2.0
// What a user has allowed a client to do, and the authorization codes that lead to it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "domain/enum_text.hpp"
#include "domain/ids.hpp"

namespace couplet {

/// How the grant came to be; decides what the user can do about it later.
enum class GrantOrigin {
  app,    // the link was started in the provider's app or website: we hold Amazon tokens
  alexa,  // the link was started in the Alexa app
};
inline constexpr EnumTable<GrantOrigin, 2> kGrantOrigins{
    {{GrantOrigin::app, "app"}, {GrantOrigin::alexa, "alexa"}}};

/// Where the refresh tokens of a grant stand. Tokens after the first are derived, not stored; these few
/// fields are all that rotation writes, so a row stays as long as it was. How they move is
/// oauth/refresh_policy.hpp's.
struct RefreshRotation {
  std::uint32_t generation = 0;         // `overlap`: the newest presented so far; `strict`: the newest issued
  std::uint32_t repeats = 0;            // `strict`: answers given again to the token before it
  std::optional<Instant> rotated_at;    // when `generation` became what it is
  std::optional<Instant> last_used_at;  // coarse, and only where the client has an idle lifetime
  friend bool operator==(const RefreshRotation&, const RefreshRotation&) = default;
};

/// One row per (client, user, scope, origin). Refresh does not touch it under the `stable` policy.
struct Grant {
  GrantId grant_id;
  ClientId client_id;
  SkillName skill;
  UserId user;
  std::string scope;  // space separated
  GrantOrigin origin = GrantOrigin::app;
  RefreshSelector refresh_selector;
  KeyedHash refresh_token_hash;  // of the first token; its key also derives the later ones
  Instant created_at{};
  std::optional<AttemptId> attempt_id;  // the link attempt it came from
  std::optional<Instant> revoked_at;
  RefreshRotation rotation;
  std::optional<Instant> expires_at;  // an end of its own, as an imported grant may have
  bool in_doubt = false;              // Alexa holds this one, or another of the user's that is in doubt, too
};

/// An authorization code, once issued. The code itself is not here, only its keyed hash (CD-07).
struct AuthorizationCodeRecord {
  CodeSelector selector;
  KeyedHash code_hash;
  ClientId client_id;
  SkillName skill;
  UserId user;
  std::string scope;
  std::string redirect_uri;
  std::optional<std::string> code_challenge;  // S256; "verifier required" is a property of the code (PK-11)
  GrantOrigin origin = GrantOrigin::app;
  std::optional<AttemptId> attempt_id;
  Instant expires_at{};
  std::optional<Instant> spent_at;  // redeemed, or withdrawn before anybody redeemed it
  std::optional<GrantId> grant_id;  // what it was redeemed for
};

}  // namespace couplet
