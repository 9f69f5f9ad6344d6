// SPDX-License-Identifier: Apache-2.0
#include "alexa/oauth_state.hpp"

#include <algorithm>

namespace couplet::alexa {
namespace {

// Fixed-width integers and length-prefixed texts, big-endian. The box around it says whether it is ours, so a
// reader that runs out of bytes has met a version that is not this one.
class Writer {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(static_cast<std::byte>(value)); }
  void u64(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) u8(static_cast<std::uint8_t>(value >> shift & 0xff));
  }
  void raw(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  void text(std::string_view text) {
    u8(static_cast<std::uint8_t>(text.size() >> 8));
    u8(static_cast<std::uint8_t>(text.size() & 0xff));
    raw(as_byte_view(text));
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
};

class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}
  ByteView raw(std::size_t count) {
    if (count > rest_.size()) return fail();
    const ByteView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::uint8_t u8() {
    const ByteView one = raw(1);
    return one.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(one[0]);
  }
  std::uint64_t u64() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | u8();
    return value;
  }
  std::string text() {
    const std::size_t high = u8();
    return std::string(as_text(raw(high << 8 | u8())));
  }
  [[nodiscard]] bool complete() const { return good_ && rest_.empty(); }

 private:
  ByteView fail() {
    good_ = false;
    rest_ = {};
    return {};
  }
  ByteView rest_;
  bool good_ = true;
};

constexpr std::uint8_t kVersion = 1;

void write_instant(Writer& out, Instant instant) {
  out.u64(static_cast<std::uint64_t>(instant.time_since_epoch().count()));
}
Instant read_instant(Reader& in) { return Instant{milliseconds{static_cast<std::int64_t>(in.u64())}}; }

StartedLink read_started(Reader& in) {
  StartedLink started;
  started.attempt_id = AttemptId::from_bytes(in.raw(AttemptId::kBytes)).value_or(AttemptId{});
  started.platform = static_cast<Platform>(in.u8());
  started.return_mode = static_cast<ReturnMode>(in.u8());
  started.expires_at = read_instant(in);
  std::ranges::copy(in.raw(started.browser_binding.size()), started.browser_binding.begin());
  started.user = UserId(in.text());
  started.redirect_uri = in.text();
  for (std::uint8_t left = in.u8(); left > 0; --left) started.acknowledged.push_back(in.text());
  return started;
}

}  // namespace

OAuthState seal_state(const StartedLink& started, const KeyRing& keys, Random& random) {
  Writer out;
  out.u8(kVersion);
  out.raw(started.attempt_id.bytes());
  out.u8(static_cast<std::uint8_t>(started.platform));
  out.u8(static_cast<std::uint8_t>(started.return_mode));
  write_instant(out, started.expires_at);
  out.raw(started.browser_binding);
  out.text(started.user.text());
  out.text(started.redirect_uri);
  out.u8(static_cast<std::uint8_t>(started.acknowledged.size()));
  for (const std::string& name : started.acknowledged) out.text(name);
  return OAuthState(
      to_base64url(keys.seal(SealPurpose::oauth_state, out.bytes(), started.skill.text(), random)));
}

Result<StartedLink, StateError> open_state(const OAuthState& state, const Skill& skill, const KeyRing& keys,
                                           Instant now) {
  const auto box = from_base64url(state.reveal());
  if (!box) return std::unexpected(StateError::invalid);
  const auto plain = keys.open(SealPurpose::oauth_state, *box, skill.name.text());
  if (!plain) return std::unexpected(StateError::invalid);
  Reader in(*plain);
  if (in.u8() != kVersion) return std::unexpected(StateError::invalid);
  StartedLink started = read_started(in);
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
  Writer out;
  out.u8(kVersion);
  write_instant(out, ticket.expires_at);
  out.text(ticket.binding.reveal());
  out.text(ticket.skill.text());
  out.text(ticket.lwa_url);
  return to_base64url(keys.seal(SealPurpose::launch_ticket, out.bytes(), "", random));
}

Result<LaunchTicket, StateError> open_ticket(std::string_view text, const KeyRing& keys, Instant now) {
  const auto box = from_base64url(text);
  const auto plain = box ? keys.open(SealPurpose::launch_ticket, *box, "") : std::nullopt;
  if (!plain) return std::unexpected(StateError::invalid);
  Reader in(*plain);
  if (in.u8() != kVersion) return std::unexpected(StateError::invalid);
  LaunchTicket ticket;
  ticket.expires_at = read_instant(in);
  ticket.binding = BrowserBinding(in.text());
  ticket.skill = SkillName(in.text());
  ticket.lwa_url = in.text();
  if (!in.complete()) return std::unexpected(StateError::invalid);
  if (now >= ticket.expires_at) return std::unexpected(StateError::expired);
  return ticket;
}

}  // namespace couplet::alexa
