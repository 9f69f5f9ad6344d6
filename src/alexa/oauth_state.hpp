// SPDX-License-Identifier: Apache-2.0
// oauth_state: everything about a started link, sealed, so that starting one writes nothing. Only
// [A-Za-z0-9_-]. The PKCE verifier toward Amazon is derived from the attempt id and never leaves the server.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/key_ring.hpp"
#include "base/result.hpp"
#include "domain/link.hpp"
#include "domain/skill.hpp"

namespace couplet::alexa {

using OAuthState = Secret<struct OAuthStateTag>;
using BrowserBinding = Secret<struct BrowserBindingTag>;  // the value of the launch cookie
using AmazonCodeVerifier = Secret<struct AmazonCodeVerifierTag>;

/// What oauth_state says once it is opened.
struct StartedLink {
  AttemptId attempt_id;
  SkillName skill;
  UserId user;
  Platform platform = Platform::web;
  ReturnMode return_mode = ReturnMode::app;
  std::string redirect_uri;
  std::vector<std::string> acknowledged;
  Digest browser_binding{};  // SHA-256 of the launch cookie; zero in return mode `app`
  Instant expires_at{};
  std::string locale{};          // the user's, as the start call gave it; empty when it gave none
  std::string masked_account{};  // which account it is, for return mode `page`; see mask_account()
  std::uint8_t key_id =
      0;  // the ring's key it was sealed with; the PKCE verifier is derived under the same one
};

enum class StateError {
  invalid,  // altered, truncated, sealed by somebody else, or for another skill
  expired,
};

inline constexpr minutes kStateLifetime{10};  // Amazon's code lives 5 (LK-07)

[[nodiscard]] OAuthState seal_state(const StartedLink& started, const KeyRing& keys, Random& random);

/// The skill named by the path is part of what is authenticated, so a state of one skill is invalid at
/// another (LK-08, MD-05).
[[nodiscard]] Result<StartedLink, StateError> open_state(const OAuthState& state, const Skill& skill,
                                                         const KeyRing& keys, Instant now);

/// 43 characters; absent when the key of that id is no longer in the ring.
[[nodiscard]] std::optional<AmazonCodeVerifier> amazon_code_verifier(const KeyRing& keys,
                                                                     AttemptId attempt_id,
                                                                     std::uint8_t key_id);
/// S256 (RFC 7636 4.2).
[[nodiscard]] std::string amazon_code_challenge(const AmazonCodeVerifier& verifier);

[[nodiscard]] Digest hash_binding(const BrowserBinding& binding);

/// What the launch link carries, sealed: the cookie's value and where to go next.
struct LaunchTicket {
  BrowserBinding binding;
  SkillName skill;
  std::string lwa_url;
  Instant expires_at{};
  std::string locale{};
};
[[nodiscard]] std::string seal_ticket(const LaunchTicket& ticket, const KeyRing& keys, Random& random);
[[nodiscard]] Result<LaunchTicket, StateError> open_ticket(std::string_view text, const KeyRing& keys,
                                                           Instant now);

}  // namespace couplet::alexa
