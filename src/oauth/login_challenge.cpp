// SPDX-License-Identifier: Apache-2.0
#include "oauth/login_challenge.hpp"

#include "base/octets.hpp"

namespace couplet::oauth {
namespace {

constexpr std::uint8_t kVersion = 1;

void write_optional(OctetWriter& out, std::optional<std::string_view> text) {
  out.u8(text ? 1 : 0);
  out.text(text.value_or(""));
}

std::optional<std::string> read_optional(OctetReader& in) {
  const bool is_there = in.u8() == 1;
  std::string text = in.text();
  if (!is_there) return std::nullopt;
  return text;
}

LoginChallenge read_challenge(OctetReader& in) {
  LoginChallenge challenge;
  challenge.id = CodeSelector::from_bytes(in.raw(CodeSelector::kBytes)).value_or(CodeSelector{});
  challenge.expires_at = in.instant();
  challenge.skill = SkillName(in.text());
  challenge.request.client_id = ClientId(in.text());
  challenge.request.redirect_uri = in.text();
  challenge.request.scope = in.text();
  if (auto state = read_optional(in)) challenge.request.oauth_state = ClientState(std::move(*state));
  challenge.request.code_challenge = read_optional(in);
  return challenge;
}

}  // namespace

std::string seal_challenge(const LoginChallenge& challenge, const KeyRing& keys, Random& random) {
  const AuthorizationRequest& request = challenge.request;
  OctetWriter out;
  out.u8(kVersion);
  out.raw(challenge.id.bytes());
  out.instant(challenge.expires_at);
  out.text(challenge.skill.text());
  out.text(request.client_id.text());
  out.text(request.redirect_uri);
  out.text(request.scope);
  std::optional<std::string_view> state;
  if (request.oauth_state) state = request.oauth_state->reveal();
  write_optional(out, state);
  write_optional(out, request.code_challenge);
  return to_base64url(keys.seal(SealPurpose::login_challenge, out.bytes(), "", random));
}

couplet::Result<LoginChallenge, ChallengeError> open_challenge(std::string_view text, const KeyRing& keys,
                                                               Instant now) {
  const auto box = from_base64url(text);
  const auto plain = box ? keys.open(SealPurpose::login_challenge, *box, "") : std::nullopt;
  if (!plain) return std::unexpected(ChallengeError::invalid);
  OctetReader in(*plain);
  if (in.u8() != kVersion) return std::unexpected(ChallengeError::invalid);
  LoginChallenge challenge = read_challenge(in);
  if (!in.complete()) return std::unexpected(ChallengeError::invalid);
  if (now >= challenge.expires_at) return std::unexpected(ChallengeError::expired);
  return challenge;
}

}  // namespace couplet::oauth
