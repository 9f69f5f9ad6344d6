// SPDX-License-Identifier: Apache-2.0
#include "emulator/doors/token_fragment.hpp"

#include <charconv>

#include "base/encoding.hpp"
#include "emulator/alexa/provider_token_answer.hpp"

namespace couplet::emulator {

namespace {

constexpr std::int64_t kLongest = std::chrono::seconds(kTokenWithoutEnd).count();

/// Absent when it is no number of seconds.
std::optional<std::int64_t> seconds_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
  return std::min(number, kLongest);
}

}  // namespace

Result<ProviderTokens, std::string> read_token_fragment(const FormParameters& fragment, Instant now,
                                                        const Switches& switches) {
  const std::string_view access_token = fragment.get("access_token").value_or("");
  if (access_token.empty()) return std::unexpected("neither access_token nor error stood behind the #");
  if (ascii_lower(fragment.get("token_type").value_or("")) != "bearer")
    return std::unexpected("token_type is not Bearer");
  ProviderTokens tokens;
  tokens.access_token = ProviderAccessToken(std::string(access_token));
  tokens.received_at = now;
  tokens.expires_at = now + kTokenWithoutEnd;
  const auto expires_in = fragment.get("expires_in");
  if (!expires_in) return tokens;
  const auto life = seconds_of(*expires_in);
  if (!life) return std::unexpected("expires_in is not a whole number of seconds");
  if (*life < kShortestTokenLife.count() && switches.has({"shortest_token_life", "enforced"}))
    return std::unexpected("expires_in is under 360 seconds");
  tokens.expires_at = now + std::chrono::seconds(*life);
  return tokens;
}

}  // namespace couplet::emulator
