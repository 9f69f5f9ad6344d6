// SPDX-License-Identifier: Apache-2.0
// Names and ids. Each is its own type, so that a user id cannot be passed where a client id belongs.
#pragma once
#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/random.hpp"

namespace couplet {

/// Text with a meaning.
template <class Tag>
class Name {
 public:
  Name() = default;
  explicit Name(std::string text) : text_(std::move(text)) {}
  explicit Name(std::string_view text) : text_(text) {}
  explicit Name(const char* text) : text_(text) {}
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  friend auto operator<=>(const Name&, const Name&) = default;

 private:
  std::string text_;
};

using SkillName = Name<struct SkillNameTag>;      // the short name in our paths, e.g. "ride-hailer"
using SkillId = Name<struct SkillIdTag>;          // Amazon's: amzn1.ask.skill.…
using ClientId = Name<struct ClientIdTag>;        // an OAuth client of ours; Alexa is one
using UserId = Name<struct UserIdTag>;            // the provider's id of its user; never reassigned (AT-06)
using AlexaUserId = Name<struct AlexaUserIdTag>;  // Amazon's: amzn1.ask.account.…

/// 16 bytes: 48 bits of milliseconds, then 80 random bits. Sorts by time, so an index on it grows at its end
/// only.
template <class Tag>
class TimeOrderedId {
 public:
  static constexpr std::size_t kBytes = 16;
  using Raw = std::array<std::byte, kBytes>;

  TimeOrderedId() = default;
  explicit TimeOrderedId(const Raw& raw) : raw_(raw) {}

  static TimeOrderedId make(Instant now, Random& random) {
    TimeOrderedId id{random.bytes<kBytes>()};
    const auto ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
    for (std::size_t i = 0; i < 6; ++i) id.raw_[i] = static_cast<std::byte>(ms >> (40 - 8 * i) & 0xff);
    return id;
  }
  static std::optional<TimeOrderedId> from_bytes(ByteView bytes) {
    if (bytes.size() != kBytes) return std::nullopt;
    TimeOrderedId id;
    std::ranges::copy(bytes, id.raw_.begin());
    return id;
  }
  /// When it was made.
  [[nodiscard]] Instant made_at() const {
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < 6; ++i) ms = ms << 8 | std::to_integer<std::int64_t>(raw_[i]);
    return Instant{milliseconds{ms}};
  }
  /// base64url, 22 characters.
  static std::optional<TimeOrderedId> from_text(std::string_view text) {
    const auto bytes = from_base64url(text);
    return bytes ? from_bytes(*bytes) : std::nullopt;
  }
  [[nodiscard]] std::string text() const { return to_base64url(raw_); }
  [[nodiscard]] const Raw& bytes() const { return raw_; }
  friend auto operator<=>(const TimeOrderedId&, const TimeOrderedId&) = default;

 private:
  Raw raw_{};
};

using GrantId = TimeOrderedId<struct GrantIdTag>;
using AttemptId = TimeOrderedId<struct AttemptIdTag>;              // also the trace id of the attempt
using CodeSelector = TimeOrderedId<struct CodeSelectorTag>;        // storage key of an authorization code
using RefreshSelector = TimeOrderedId<struct RefreshSelectorTag>;  // storage key of a refresh token

}  // namespace couplet

template <class Tag>
struct std::hash<couplet::Name<Tag>> {
  std::size_t operator()(const couplet::Name<Tag>& name) const {
    return std::hash<std::string>()(name.text());
  }
};
