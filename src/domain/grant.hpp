// SPDX-License-Identifier: Apache-2.0
// What a user has allowed a client to do, and the authorization codes that lead to it.
#pragma once
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

/// One row per (client, user, scope, origin). Refresh does not touch it under the `stable` policy.
struct Grant {
  GrantId grant_id;
  ClientId client_id;
  SkillName skill;
  UserId user;
  std::string scope;  // space separated
  GrantOrigin origin = GrantOrigin::app;
  RefreshSelector refresh_selector;
  KeyedHash refresh_token_hash;
  Instant created_at{};
  std::optional<AttemptId> attempt_id;  // the link attempt it came from
  std::optional<Instant> revoked_at;
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
