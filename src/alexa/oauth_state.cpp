// SPDX-License-Identifier: Apache-2.0
#include "alexa/oauth_state.hpp"

#include <algorithm>

#include "base/octets.hpp"

namespace couplet::alexa {
namespace {

// What older programs sealed is still read: links are under way while the server is replaced.
constexpr std::uint8_t kVersion = 3, kFirstWithLocale = 2, kFirstWithAccount = 3;

bool is_readable(std::uint8_t version) { return version >= 1 && version <= kVersion; }

StartedLink read_started(OctetReader& in, std::uint8_t version) {
  StartedLink started;
  started.attempt_id = AttemptId::from_bytes(in.raw(AttemptId::kBytes)).value_or(AttemptId{});
  started.platform = static_cast<Platform>(in.u8());
  started.return_mode = static_cast<ReturnMode>(in.u8());
  started.expires_at = in.instant();
  std::ranges::copy(in.raw(started.browser_binding.size()), started.browser_binding.begin());
  started.user = UserId(in.text());
  started.redirect_uri = in.text();
  for (std::uint8_t left = in.u8(); left > 0; --left) started.acknowledged.push_back(in.text());
  if (version >= kFirstWithLocale) started.locale = in.text();
  if (version >= kFirstWithAccount) started.masked_account = in.text();
  return started;
}

}  // namespace

OAuthState seal_state(const StartedLink& started, const KeyRing& keys, Random& random) {
  OctetWriter out;
  out.u8(kVersion);
  out.raw(started.attempt_id.bytes());
  out.u8(static_cast<std::uint8_t>(started.platform));
  out.u8(static_cast<std::uint8_t>(started.return_mode));
  out.instant(started.expires_at);
  out.raw(started.browser_binding);
  out.text(started.user.text());
  out.text(started.redirect_uri);
  out.u8(static_cast<std::uint8_t>(started.acknowledged.size()));
  for (const std::string& name : started.acknowledged) out.text(name);
  out.text(started.locale);
  out.text(started.masked_account);
  return OAuthState(
      to_base64url(keys.seal(SealPurpose::oauth_state, out.bytes(), started.skill.text(), random)));
}

Result<StartedLink, StateError> open_state(const OAuthState& state, const Skill& skill, const KeyRing& keys,
                                           Instant now) {
  const auto box = from_base64url(state.reveal());
  if (!box) return std::unexpected(StateError::invalid);
  const auto plain = keys.open(SealPurpose::oauth_state, *box, skill.name.text());
  if (!plain) return std::unexpected(StateError::invalid);
  OctetReader in(*plain);
  const std::uint8_t version = in.u8();
  if (!is_readable(version)) return std::unexpected(StateError::invalid);
  StartedLink started = read_started(in, version);
  if (!in.complete()) return std::unexpected(StateError::invalid);
  if (now >= started.expires_at) return std::unexpected(StateError::expired);
  started.skill = skill.name;
  started.key_id = std::to_integer<std::uint8_t>(box->front());
  return started;
}

std::optional<AmazonCodeVerifier> amazon_code_verifier(const KeyRing& keys, AttemptId attempt_id,
                                                       std::uint8_t key_id) {
  const auto digest = keys.derive(MacPurpose::pkce_verifier, "", attempt_id.bytes(), key_id);
  if (!digest) return std::nullopt;
  return AmazonCodeVerifier(to_base64url(*digest));
}

std::string amazon_code_challenge(const AmazonCodeVerifier& verifier) {
  return to_base64url(sha256(verifier.reveal()));
}

Digest hash_binding(const BrowserBinding& binding) { return sha256(binding.reveal()); }

std::string seal_ticket(const LaunchTicket& ticket, const KeyRing& keys, Random& random) {
  OctetWriter out;
  out.u8(kVersion);
  out.instant(ticket.expires_at);
  out.text(ticket.binding.reveal());
  out.text(ticket.skill.text());
  out.text(ticket.lwa_url);
  out.text(ticket.locale);
  return to_base64url(keys.seal(SealPurpose::launch_ticket, out.bytes(), "", random));
}

Result<LaunchTicket, StateError> open_ticket(std::string_view text, const KeyRing& keys, Instant now) {
  const auto box = from_base64url(text);
  const auto plain = box ? keys.open(SealPurpose::launch_ticket, *box, "") : std::nullopt;
  if (!plain) return std::unexpected(StateError::invalid);
  OctetReader in(*plain);
  const std::uint8_t version = in.u8();
  if (!is_readable(version)) return std::unexpected(StateError::invalid);
  LaunchTicket ticket;
  ticket.expires_at = in.instant();
  ticket.binding = BrowserBinding(in.text());
  ticket.skill = SkillName(in.text());
  ticket.lwa_url = in.text();
  if (version >= kFirstWithLocale) ticket.locale = in.text();
  if (!in.complete()) return std::unexpected(StateError::invalid);
  if (now >= ticket.expires_at) return std::unexpected(StateError::expired);
  return ticket;
}

}  // namespace couplet::alexa
