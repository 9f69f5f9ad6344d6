// SPDX-License-Identifier: Apache-2.0
// What a user reads out to support when a link failed: "K7QM-2F9D". Derived from the attempt's id, so that
// nothing is stored for it. Several attempts may share one: a look-up has to be ready for that (ADR 13).
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.hpp"

namespace couplet {

/// The last five bytes of an attempt's id: 40 of its 80 random bits.
class ReferenceCode {
 public:
  static constexpr std::size_t kBytes = 5;
  static constexpr std::size_t kCharacters = 8;

  static ReferenceCode of(const AttemptId& attempt_id) {
    ReferenceCode code;
    std::ranges::copy(ByteView(attempt_id.bytes()).last(kBytes), code.raw_.begin());
    return code;
  }

  /// As people type it: any case, with or without the hyphen or spaces.
  static std::optional<ReferenceCode> from_text(std::string_view text) {
    std::uint64_t bits = 0;
    std::size_t characters = 0;
    for (const char c : text) {
      if (c == '-' || c == ' ') continue;
      const std::size_t value = kAlphabet.find(c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
      if (value == std::string_view::npos || ++characters > kCharacters) return std::nullopt;
      bits = bits << 5 | value;
    }
    if (characters != kCharacters) return std::nullopt;
    ReferenceCode code;
    for (std::size_t i = 0; i < kBytes; ++i)
      code.raw_[i] = static_cast<std::byte>(bits >> 8 * (kBytes - 1 - i) & 0xff);
    return code;
  }

  [[nodiscard]] std::string text() const {
    std::uint64_t bits = 0;
    for (const std::byte byte : raw_) bits = bits << 8 | std::to_integer<std::uint64_t>(byte);
    std::string out;
    for (std::size_t i = 0; i < kCharacters; ++i) {
      if (i == kCharacters / 2) out += '-';
      out += kAlphabet[bits >> 5 * (kCharacters - 1 - i) & 0x1f];
    }
    return out;
  }
  [[nodiscard]] ByteView bytes() const { return raw_; }
  friend auto operator<=>(const ReferenceCode&, const ReferenceCode&) = default;

 private:
  // Without 0, 1, I and O, which look like each other.
  static constexpr std::string_view kAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  std::array<std::byte, kBytes> raw_{};
};

}  // namespace couplet
