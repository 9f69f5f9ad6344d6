// SPDX-License-Identifier: Apache-2.0
// Bytes as text and back: base64url (RFC 4648 5, no padding), base64, hex, percent-encoding (RFC 3986 2.1).
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace couplet {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

[[nodiscard]] inline ByteView as_byte_view(std::string_view text) { return std::as_bytes(std::span(text)); }
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

[[nodiscard]] std::string to_base64url(ByteView bytes);
/// Strict: no padding, no other alphabet, no stray trailing bits. Absent otherwise.
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);

[[nodiscard]] std::string to_base64(ByteView bytes);
/// Strict: padded, no white space. Absent otherwise.
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

[[nodiscard]] std::string to_hex(ByteView bytes);
/// Lower or upper case, even length. Absent otherwise.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

/// Everything but the unreserved characters becomes %XX; right for query values and path segments.
[[nodiscard]] std::string percent_encode(std::string_view text);

enum class Plus { is_plus, is_space };
/// Absent when a percent sign is not followed by two hex digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, Plus plus);

[[nodiscard]] std::string ascii_lower(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace couplet
